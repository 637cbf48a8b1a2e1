import { expect, test } from 'vitest';
import type { OrderEvent } from '../../../broker/orders/journal.ts';
import { orderOutcome } from '../../../broker/orders/orderOutcome.ts';
import { orderRisk } from '../../../broker/orders/orderRisk.ts';
import { newOrderState, reduceOrder } from '../../../broker/orders/orderState.ts';
import { bullPutIntent, openOrder, stamped, status, summaryFill } from './orderFixtures.ts';

const WRITTEN: OrderEvent = { type: 'written', orderRef: 'LW-1', orderId: 7, epoch: 1, atMs: 1 };
const LOST: OrderEvent = { type: 'linkLost', epoch: 1, atMs: 9 };

/** Five spreads at 372.30 each of worst-case loss, after these events. */
function riskAfter(...events: OrderEvent[]): { remaining: number; reserved: number } {
  const intent = bullPutIntent();
  const state = events.reduce((folded, event) => reduceOrder(folded, stamped(1, event)), newOrderState(intent));
  const { remaining, reserved } = orderRisk({ intent, state, outcome: orderOutcome(state), events: [] });
  return { remaining, reserved: Math.round(reserved * 100) / 100 };
}

test.each<[string, OrderEvent[], number, number]>([
  ['in the journal alone', [], 5, 1861.5],
  ['written', [WRITTEN], 5, 1861.5],
  ['two of five filled', [WRITTEN, openOrder('Submitted'), summaryFill('a.01.01', 2)], 3, 1116.9],
  ['two of five filled, told twice', [WRITTEN, summaryFill('a.01.01', 2), summaryFill('a.01.01', 2)], 3, 1116.9],
  ['two filled, then unknown', [WRITTEN, summaryFill('a.01.01', 2), LOST], 3, 1116.9],
  ['unknown', [WRITTEN, LOST], 5, 1861.5],
  ['filled', [WRITTEN, summaryFill('a.01.01', 5)], 0, 0],
  ['cancelled with two filled', [WRITTEN, summaryFill('a.01.01', 2), status('Cancelled')], 0, 0],
])('what may still fill is reserved, and no more: %s', (_, events, remaining, reserved) => {
  expect(riskAfter(...events)).toEqual({ remaining, reserved });
});
