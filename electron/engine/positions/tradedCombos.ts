import type { OrderRecord } from '../../../broker/orders/orderBook.ts';
import type { TradedCombo } from './groupLegs.ts';

/**
 * What our own orders have opened together and not closed together since: per account and legs, one entry with the time
 * of its oldest opening that may still be held. What was closed elsewhere (by hand in TWS) is not known here.
 */
export function tradedCombos(orders: readonly Pick<OrderRecord, 'intent' | 'outcome'>[]): TradedCombo[] {
  const open = new Map<string, TradedCombo>();
  const filled = orders.filter(({ outcome }) => outcome.filled > 0);
  for (const { intent, outcome } of filled.sort((a, b) => a.intent.createdAtMs - b.intent.createdAtMs)) {
    const { order, effect, createdAtMs } = intent;
    // To close is to trade the legs the other way round.
    const opening = effect === 'open' ? 'SELL' : 'BUY';
    const legs = order.legs.map(({ conId, action }) => ({ conId, sold: action === opening }));
    const key = `${order.account} ${legs
      .map(({ conId, sold }) => (sold ? -conId : conId))
      .sort((a, b) => a - b)
      .join(' ')}`;
    const before = open.get(key);
    const spreads = (before?.spreads ?? 0) + (effect === 'open' ? outcome.filled : -outcome.filled);
    if (spreads > 0) open.set(key, { account: order.account, legs, spreads, atMs: before?.atMs ?? createdAtMs });
    else open.delete(key);
  }
  return [...open.values()];
}
