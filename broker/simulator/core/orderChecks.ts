import { isOnTick } from '../../../scanner/domain/money.ts';
import type { AccountBook } from './accountBook.ts';
import { comboMarket } from './comboPricing.ts';
import { comboRule, listingOf, multiplierOf, ruleOf } from './instrument.ts';
import type { Holding } from './margin.ts';
import type { Market } from './market.ts';
import { isLive } from './orderTypes.ts';
import type { BookOrder, OrderError, OrderRequest } from './orderTypes.ts';

export interface CheckContext {
  market: Market;
  accounts: AccountBook;
  nowMs: number;
}

/** What can be wrong with an order whatever the state of the book. */
export function requestError(request: OrderRequest, accounts: AccountBook): OrderError | undefined {
  const invalid = (cause: string): OrderError => ({
    code: 321,
    message: `Error validating request.-'bx' : cause - ${cause}`,
  });
  if (!accounts.ledger(request.account)) return invalid('Invalid account code');
  if (!(request.quantity > 0)) return { code: 434, message: 'The order size cannot be zero.' };
  if (request.type === 'MKT') return undefined;
  const [first] = request.legs;
  const { limitPrice } = request;
  if (!first || limitPrice === undefined || !Number.isFinite(limitPrice)) return invalid('Invalid price');
  const rule = request.isCombo ? comboRule(listingOf(first.instrument).tick) : ruleOf(first.instrument);
  const signOk = request.isCombo || limitPrice > 0;
  if (signOk && Math.abs(limitPrice) < 1e6 && isOnTick(limitPrice, rule.increments)) return undefined;
  return { code: 110, message: 'The price does not conform to the minimum price variation for this contract.' };
}

/** What can be wrong with changing an order that the book already has. */
export function changeError(known: BookOrder, request: OrderRequest): OrderError | undefined {
  if (known.status === 'Filled') return { code: 104, message: "Can't modify a filled order." };
  if (!isLive(known) && known.completedAtMs !== undefined) return { code: 103, message: 'Duplicate order id' };
  const before = known.request;
  const sameLegs =
    before.legs.length === request.legs.length &&
    before.legs.every((leg, i) => {
      const now = request.legs[i];
      return leg.instrument.conId === now?.instrument.conId && leg.action === now.action && leg.ratio === now.ratio;
    });
  if (!sameLegs || before.action !== request.action || before.account !== request.account) {
    return { code: 105, message: 'Order being modified does not match original order.' };
  }
  return request.quantity <= known.filled ? { code: 104, message: "Can't modify a filled order." } : undefined;
}

/** Positions that so many of the order would add. */
export function holdingsOf({ legs, action }: OrderRequest, quantity: number): Holding[] {
  const side = action === 'BUY' ? 1 : -1;
  return legs.map((leg) => ({
    instrument: leg.instrument,
    quantity: side * (leg.action === 'BUY' ? 1 : -1) * leg.ratio * quantity,
  }));
}

/** Dollars that so many of the order are expected to cost; negative brings money in. */
export function expectedNet(request: OrderRequest, quantity: number, { market, nowMs }: CheckContext): number {
  const { legs, action, limitPrice } = request;
  const now = limitPrice === undefined ? comboMarket(market, legs, nowMs) : undefined;
  const price = limitPrice ?? (action === 'BUY' ? now?.ask : now?.bid) ?? 0;
  const multiplier = Math.max(...legs.map((leg) => multiplierOf(leg.instrument)));
  return (action === 'BUY' ? 1 : -1) * price * quantity * multiplier;
}

/**
 * Why an order cannot be carried together with all that is held and works. An order that frees at least what it costs
 * is always let through.
 */
export function marginError(
  order: BookOrder,
  others: readonly BookOrder[],
  context: CheckContext,
): OrderError | undefined {
  const { accounts, nowMs } = context;
  const { account } = order.request;
  const before = accounts.holdings(account);
  let net = 0;
  for (const other of others) {
    const left = other.request.quantity - other.filled;
    before.push(...holdingsOf(other.request, left));
    net += expectedNet(other.request, left, context);
  }
  const left = order.request.quantity - order.filled;
  const cost = expectedNet(order.request, left, context);
  const marginAfter = accounts.margin([...before, ...holdingsOf(order.request, left)], nowMs);
  const needs = marginAfter - accounts.margin(before, nowMs) + cost;
  const equity = accounts.values(account, nowMs).equityWithLoan - net - cost;
  if (equity >= marginAfter || needs <= 0) return undefined;
  return {
    code: 201,
    message:
      'Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR ' +
      `EQUITY WITH LOAN VALUE [${equity.toFixed(2)} USD] MUST EXCEED THE INITIAL MARGIN [${marginAfter.toFixed(2)} USD].`,
  };
}
