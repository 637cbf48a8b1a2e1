import { fromMicros } from '../../scanner/domain/money.ts';
import type { OrderRisk } from '../risk/riskWorld.ts';
import type { OrderRecord } from './orderBook.ts';
import { legsKey } from './payload.ts';
import { isOpen } from './phase.ts';

/** Nothing is reserved for what is filled already: that is a position. An unknown order reserves all that may be left. */
export function orderRisk({ intent, outcome }: OrderRecord): OrderRisk {
  const remaining = isOpen(outcome.phase) ? Math.max(0, intent.order.quantity - outcome.filled) : 0;
  const share = intent.order.quantity > 0 ? remaining / intent.order.quantity : 0;
  return {
    orderRef: intent.orderRef,
    title: intent.title,
    account: intent.order.account,
    phase: outcome.phase,
    legs: intent.order.legs,
    legsKey: legsKey(intent.order),
    remaining,
    reserved: fromMicros(intent.maxLossMicros) * share,
    createdAtMs: intent.createdAtMs,
    doubled: outcome.livePermIds.length > 1,
  };
}
