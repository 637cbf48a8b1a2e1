import { isVertical, STRATEGY_SHAPES, VERTICAL_SHAPES } from '../../scanner/domain/strategy.ts';
import type { ComboLeg } from '../gateway.ts';
import { contractsPerCombo, multiplierOf, widthOf } from './ticket.ts';
import type { Ticket } from './ticket.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `15 Sep 2023` from `2023-09-15`. */
export function dateWords(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** `1,861.50`: dollars with two decimals and thousands separators, without a sign of currency. */
export function moneyWords(dollars: number): string {
  const [whole = '0', cents = '00'] = Math.abs(dollars).toFixed(2).split('.');
  const sign = dollars < 0 && Number(dollars.toFixed(2)) !== 0 ? '-' : '';
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** A price per share: two decimals, more when the tick has them. */
export function priceWords(price: number): string {
  const exact = String(Math.round(Math.abs(price) * 1e6) / 1e6);
  const decimals = exact.split('.')[1]?.length ?? 0;
  return Math.abs(price).toFixed(Math.max(2, decimals));
}

const NO_PRICE = 'There is no valid price yet.';

/** `Receive 1.29 per share, 129.00 per contract, 645.00 in all.` */
export function creditWords(ticket: Ticket): string {
  if (!Number.isFinite(ticket.credit)) return NO_PRICE;
  const verb = ticket.credit > 0 ? 'Receive' : 'Pay';
  if (ticket.credit === 0) return 'Nothing is received or paid, before commission.';
  const perContract = Math.abs(ticket.credit) * multiplierOf(ticket.legs);
  const all = moneyWords(perContract * ticket.quantity);
  return `${verb} ${priceWords(ticket.credit)} per share, ${moneyWords(perContract)} per contract, ${all} in all.`;
}

/** `At most 1,861.50 can be lost, fees in: 0.74 % of the account.` */
export function maxLossWords(maxLoss: number, percentOfAccount: number | undefined): string {
  if (maxLoss === Infinity) return 'The loss has no limit.';
  if (Number.isNaN(maxLoss)) return 'What can be lost is not known.';
  if (maxLoss === 0) return 'This order closes what is held and adds no risk.';
  const share = percentOfAccount === undefined ? '' : `: ${percentOfAccount.toFixed(2)} % of the account`;
  return `At most ${moneyWords(maxLoss)} can be lost, fees in${share}.`;
}

/** `AMD 100/95 bull put 15 Sep 2023`: the strike that gives the spread its name first. */
export function titleOf(ticket: Pick<Ticket, 'symbol' | 'strategy' | 'legs' | 'effect'>): string {
  return `${ticket.symbol} ${spreadWords(ticket)}`;
}

function spreadWords({ strategy, legs, effect }: Pick<Ticket, 'strategy' | 'legs' | 'effect'>): string {
  const expiry = legs[0] === undefined ? '' : ` ${dateWords(legs[0].contract.expiry)}`;
  if (strategy === undefined) return `${legs.map(legWords).join(' / ')}${expiry}`;
  const { credit, name } = STRATEGY_SHAPES[strategy];
  // A credit spread is named after the leg that was sold, a debit spread after the one that was bought.
  const leading = credit === (effect === 'open') ? 'SELL' : 'BUY';
  const strikes = [...legs]
    .sort((a, b) => Number(b.action === leading) - Number(a.action === leading))
    .map(({ contract }) => String(contract.strike));
  return `${strikes.join('/')} ${name}${expiry}`;
}

function legWords({ contract, ratio }: ComboLeg): string {
  const right = contract.right === 'C' ? 'call' : 'put';
  return `${ratio === 1 ? '' : `${ratio} x `}${contract.strike} ${right}`;
}

/**
 * The order as one would say it: `Sell 5 bull put spreads on AMD. Sell 5 puts at 100, buy 5 puts at 95, both
 * 15 Sep 2023, as one combo, for a credit of 1.29 or better. Day order.`
 */
export function orderSentence(ticket: Ticket): string {
  const { legs, quantity, symbol, credit } = ticket;
  const legText = [...legs]
    .sort((a, b) => Number(b.action === 'SELL') - Number(a.action === 'SELL'))
    .map((leg) => legSentence(leg, quantity))
    .join(', ');
  const expiry = legs[0] === undefined ? '' : dateWords(legs[0].contract.expiry);
  const dates = legs.length === 2 ? `both ${expiry}` : legs.length > 2 ? `all ${expiry}` : expiry;
  const combo = legs.length > 1 ? ', as one combo' : '';
  const trade = `${heading(ticket)} on ${symbol}. ${capitalised(legText)}, ${dates}${combo}`;
  if (!Number.isFinite(credit)) return `${trade}. ${NO_PRICE}`;
  const side = credit > 0 ? 'a credit' : 'a debit';
  const price = credit === 0 ? 'for nothing or better' : `for ${side} of ${priceWords(credit)} or better`;
  const life = ticket.tif === 'DAY' ? 'Day order.' : 'Good till cancelled.';
  return `${trade}, ${price}. ${life}`;
}

function heading({ strategy, effect, quantity, legs }: Ticket): string {
  const sold =
    strategy === undefined ? legs[0]?.action === 'SELL' : STRATEGY_SHAPES[strategy].credit === (effect === 'open');
  const verb = effect === 'open' ? (sold ? 'Sell' : 'Buy') : sold ? 'Sell back' : 'Buy back';
  const name = strategy === undefined ? 'option' : `${STRATEGY_SHAPES[strategy].name} spread`;
  return `${verb} ${quantity} ${name}${quantity === 1 ? '' : 's'}`;
}

function legSentence({ action, ratio, contract }: ComboLeg, quantity: number): string {
  const count = ratio * quantity;
  const right = contract.right === 'C' ? 'call' : 'put';
  return `${action === 'BUY' ? 'buy' : 'sell'} ${count} ${right}${count === 1 ? '' : 's'} at ${contract.strike}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Price at expiry at which a vertical neither makes nor loses, before fees; undefined for other shapes and closes. */
export function breakEvenOf(ticket: Ticket): number | undefined {
  const { strategy, legs, credit, effect } = ticket;
  if (strategy === undefined || !isVertical(strategy) || effect === 'close' || widthOf(legs) === undefined)
    return undefined;
  const shape = VERTICAL_SHAPES[strategy];
  const anchor = legs.find(({ action }) => action === (shape.credit ? 'SELL' : 'BUY'))?.contract.strike;
  if (anchor === undefined) return undefined;
  const size = shape.credit ? credit : -credit;
  return shape.right === 'P' ? anchor - size : anchor + size;
}

/** Dollars for the whole order at the profile's fee. */
export function feesOf(ticket: Ticket): number {
  return ticket.feesPerLeg * contractsPerCombo(ticket) * ticket.quantity;
}
