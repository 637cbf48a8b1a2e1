import type { AccountBook } from './accountBook.ts';
import { legCommission } from './comboPricing.ts';
import type { Instrument } from './instrument.ts';
import type { BookOrder, CommissionReport, Fill } from './orderTypes.ts';

/** Where SMART is told to have traded. */
const FILL_EXCHANGE = 'CBOE';
const EXEC_ID_BASE = 0xe0d5;

export interface FillRequest {
  order: BookOrder;
  /** Of the order: combos, or contracts. */
  quantity: number;
  /** Per share, of the combo as listed. */
  price: number;
  /** Per leg, netting to `price`. */
  legPrices: readonly number[];
  /** Running number that makes execution ids unique. */
  serial: number;
  nowMs: number;
}

/** One report and, for a leg, its commission: a combo's own summary has none. */
export interface BookedFill {
  fill: Fill;
  commission: CommissionReport | undefined;
  booked: { account: string; instrument: Instrument } | undefined;
}

/** Without the noise of binary fractions, which TWS does not show: 204.96, not 204.95999999999998. */
function exactPrice(price: number): number {
  return Math.round(price * 1e8) / 1e8;
}

/** Books a fill into order and account: the combo's summary first, then one report per leg. */
export function bookFill(accounts: AccountBook, request: FillRequest): BookedFill[] {
  const { order, quantity, price, nowMs } = request;
  const { isCombo, action, exchange } = order.request;
  const filledBefore = order.filled;
  order.averagePrice = exactPrice((order.averagePrice * filledBefore + price * quantity) / (filledBefore + quantity));
  order.filled += quantity;
  order.lastFillPrice = price;
  const head = (EXEC_ID_BASE + (order.permId % 4096)).toString(16).padStart(8, '0');
  const base = `${head}.${request.serial.toString(16).padStart(8, '0')}`;
  const reports: BookedFill[] = [];
  if (isCombo) {
    const fill: Fill = {
      ...{ execId: `${base}.01.01`, order, instrument: undefined, side: action === 'BUY' ? 'BOT' : 'SLD' },
      ...{ quantity, price, exchange, atMs: nowMs, cumulativeQuantity: order.filled, averagePrice: order.averagePrice },
    };
    reports.push({ fill, commission: undefined, booked: undefined });
  }
  order.request.legs.forEach((_, i) => reports.push(bookLeg(accounts, request, { leg: i, base })));
  return reports;
}

function bookLeg(
  accounts: AccountBook,
  request: FillRequest,
  { leg: i, base }: { leg: number; base: string },
): BookedFill {
  const { order, nowMs } = request;
  const { legs, action, account, isCombo } = order.request;
  const leg = legs[i];
  if (!leg) throw new RangeError(`an order without leg ${i}`);
  const side = (action === 'BUY' ? 1 : -1) * (leg.action === 'BUY' ? 1 : -1);
  const price = request.legPrices[i] ?? 0;
  const quantity = request.quantity * leg.ratio;
  const total = legCommission(leg, order.filled * leg.ratio);
  const commission = Math.round((total - (order.legCommissions[i] ?? 0)) * 1e4) / 1e4;
  order.legCommissions[i] = total;
  const { instrument } = leg;
  const realisedPnl = accounts.book(account, instrument, { quantity: side * quantity, price, commission, nowMs });
  const execId = `${base}.${String(i + (isCombo ? 2 : 1)).padStart(2, '0')}.01`;
  const fill: Fill = {
    ...{ execId, order, instrument, side: side > 0 ? 'BOT' : 'SLD', quantity, price, atMs: nowMs, averagePrice: price },
    exchange: leg.exchange === '' || leg.exchange === 'SMART' ? FILL_EXCHANGE : leg.exchange,
    cumulativeQuantity: order.filled * leg.ratio,
  };
  return { fill, commission: { execId, commission, realisedPnl }, booked: { account, instrument } };
}
