import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator } from '../../broker/simulator/server.ts';
import type { RunningSimulator } from '../../broker/simulator/server.ts';
import * as armed from './armedDesk.ts';
import { previewed, view } from './armedDesk.ts';
import type { ArmedDesk } from './armedDesk.ts';
import { CANCEL, PLACE } from './cuttingProxy.ts';
import { eventually } from './eventually.ts';
import { wednesday } from './wednesday.ts';

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 13, clock: wednesday, hours: 'always' });
});
afterAll(() => simulator.close());

/** Ids that no order has: their cancels do nothing but fill the second. */
const NO_ORDER = 900_000;

/** Fills this second and the next with cancels, which overtake all else: an order that follows has to wait. */
function reachCeiling({ gateway }: ArmedDesk): void {
  const { messageCeiling } = gateway.connection.status();
  for (let i = 0; i < 2 * messageCeiling; i++) gateway.orders.cancel(NO_ORDER + i);
}

/** New-order frames of ours that reached TWS, by reference; what-ifs are no orders. */
function framesOf({ proxy }: ArmedDesk, orderRef: string): number {
  return proxy.passedToTws.filter(([id, , ...rest]) => id === PLACE && rest.includes(orderRef)).length;
}

/** Waits until a cancel that was asked for now has passed: it leaves after everything that waited before it. */
async function untilAllHasLeft({ gateway, proxy }: ArmedDesk): Promise<void> {
  await eventually(() => gateway.connection.status().messagesPerSecond < 20);
  gateway.orders.cancel(NO_ORDER - 1);
  await eventually(() => proxy.passedToTws.some(([id, orderId]) => id === CANCEL && orderId === String(NO_ORDER - 1)));
}

const WITHDRAWALS: [string, (desk: ArmedDesk, orderRef: string) => void][] = [
  ['a cancel', ({ desk }, orderRef) => desk.cancel(orderRef)],
  ['a halt', ({ desk }) => void desk.halt('news')],
  ['switching orders off', ({ desk }) => desk.setOrdersEnabled(false)],
];

test.each(WITHDRAWALS)('at the message ceiling %s takes the order back: no frame of it ever leaves', async (_, act) => {
  const desk = await armed.armedDesk(simulator);
  const token = await previewed(desk, (await desk.spread()).ticket({ at: 'natural' }));
  reachCeiling(desk);
  const { orderRef } = desk.desk.send(token);
  expect(view(desk, orderRef).phase).toBe('draft');
  act(desk, orderRef);
  expect(view(desk, orderRef).phase).toBe('not-sent');
  await untilAllHasLeft(desk);
  expect(framesOf(desk, orderRef)).toBe(0);
  expect(armed.onBooks(simulator, orderRef)).toEqual([]);
  const journalled = desk.storage.journal.load(0).find(({ intent }) => intent.orderRef === orderRef);
  expect(journalled?.events.map(({ event }) => event.type)).toEqual(['notWritten']);
  expect(desk.storage.journal.verify().problem).toBeUndefined();
});

test('at the message ceiling a halt takes back what waits and cancels what works', async () => {
  const desk = await armed.armedDesk(simulator);
  const works = desk.desk.send(await previewed(desk, (await desk.spread()).ticket({ at: 'best' }))).orderRef;
  await eventually(() => view(desk, works).phase === 'working');
  const token = await previewed(desk, (await desk.spread(0.97)).ticket({ at: 'best' }));
  reachCeiling(desk);
  const waits = desk.desk.send(token).orderRef;
  expect(desk.desk.halt('news')).toEqual({ cancelsSent: 1 });
  expect(view(desk, waits).phase).toBe('not-sent');
  await eventually(() => view(desk, works).phase === 'cancelled');
  await untilAllHasLeft(desk);
  expect([framesOf(desk, works), framesOf(desk, waits)]).toEqual([1, 0]);
});

test('an order that waits when TWS loses IB is not sent, neither then nor when IB is back', async () => {
  const desk = await armed.armedDesk(simulator);
  const token = await previewed(desk, (await desk.spread()).ticket({ at: 'natural' }));
  reachCeiling(desk);
  const { orderRef } = desk.desk.send(token);
  simulator.faults.notify(1100, 'Connectivity between IB and Trader Workstation has been lost.');
  await eventually(() => view(desk, orderRef).phase !== 'draft');
  expect(view(desk, orderRef).phase).toBe('not-sent');
  simulator.faults.notify(1102, 'Connectivity between IB and Trader Workstation has been restored.');
  await eventually(() => desk.gateway.connection.status().phase === 'ready');
  await untilAllHasLeft(desk);
  expect(framesOf(desk, orderRef)).toBe(0);
  expect(view(desk, orderRef).phase).toBe('not-sent');
});
