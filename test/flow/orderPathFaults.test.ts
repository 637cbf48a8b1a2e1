import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FaultRule } from '../../broker/simulator/faults.ts';
import { startSimulator } from '../../broker/simulator/server.ts';
import type { RunningSimulator } from '../../broker/simulator/server.ts';
import { wednesday } from './wednesday.ts';
import * as armed from './armedDesk.ts';
import { previewed, view } from './armedDesk.ts';
import { eventually } from './eventually.ts';

/** Message ids of requests and answers. @source tws.md, "Wire protocol for the simulator". */
const PLACE_ORDER = 3;
const [ORDER_STATUS, OPEN_ORDER, EXECUTION, COMMISSION] = [3, 5, 11, 59];

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 11, clock: wednesday, hours: 'always' });
});
afterEach(() => simulator.faults.clear());
afterAll(() => simulator.close());

const armedDesk = () => armed.armedDesk(simulator);
const onBooks = (orderRef: string) => armed.onBooks(simulator, orderRef);

function strike(message: number, action: FaultRule['action'], on: FaultRule['on'] = 'answer'): void {
  simulator.faults.add({ on, message, times: 1000, action });
}

test('everything told twice is counted once', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const token = await previewed(desk, spread.ticket({ at: 'natural', quantity: 2 }));
  for (const message of [ORDER_STATUS, OPEN_ORDER, EXECUTION, COMMISSION]) strike(message, { kind: 'duplicate' });
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'filled');
  expect(view(desk, orderRef).filled).toBe(2);
  expect(onBooks(orderRef)[0]!.filled).toBe(2);
  // Two fills of one contract each read alike; as events they differ by their execId, and nothing else is twice there.
  const journalled = desk.storage.journal.load(0).find(({ intent }) => intent.orderRef === orderRef);
  const told = (journalled?.events ?? []).map(({ event }) => JSON.stringify({ ...event, atMs: 0 }));
  expect(told.length).toBeGreaterThan(2);
  expect(new Set(told).size).toBe(told.length);
});

test('nautilus #3949: executions with no openOrder before them, and none after', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const token = await previewed(desk, spread.ticket({ at: 'natural' }));
  strike(OPEN_ORDER, { kind: 'drop' });
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'filled');
  expect(view(desk, orderRef).permId).toBe(onBooks(orderRef)[0]!.permId);
});

test('status late, commissions never: filled by its executions, commission blank', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const token = await previewed(desk, spread.ticket({ at: 'natural' }));
  strike(ORDER_STATUS, { kind: 'delay', ms: 1200 });
  strike(COMMISSION, { kind: 'drop' });
  let statuses = 0;
  desk.gateway.orders.onEvent(({ type }) => void (type === 'status' && statuses++));
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'filled');
  expect(view(desk, orderRef)).not.toHaveProperty('commission');
  expect(statuses).toBe(0);
  await eventually(() => statuses > 1);
  expect(view(desk, orderRef)).toMatchObject({ phase: 'filled', filled: 1 });
});

test('Lean IB #249: what fills while TWS has lost IB is found when it is back', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const token = await previewed(desk, spread.ticket({ at: 'natural' }));
  for (const message of [ORDER_STATUS, OPEN_ORDER, EXECUTION, COMMISSION]) strike(message, { kind: 'drop' });
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'sent');
  simulator.faults.notify(1100, 'Connectivity between IB and Trader Workstation has been lost.');
  await eventually(() => view(desk, orderRef).phase === 'unknown');
  expect(desk.desk.safety()).not.toHaveProperty('armedUntilMs');
  await eventually(() => onBooks(orderRef)[0]?.status === 'Filled');
  simulator.faults.clear();
  simulator.faults.notify(1102, 'Connectivity between IB and Trader Workstation has been restored - data maintained.');
  await eventually(() => view(desk, orderRef).phase === 'filled');
  await eventually(() => view(desk, orderRef).commission !== undefined);
  expect(onBooks(orderRef)).toHaveLength(1);
});

test('Lean IB #93: TWS drops the order without a word; a cancel tells, and a person settles it', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const token = await previewed(desk, spread.ticket({ at: 'best' }));
  strike(PLACE_ORDER, { kind: 'drop' }, 'request');
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'sent');
  desk.desk.cancel(orderRef);
  await eventually(() => view(desk, orderRef).phase === 'unknown');
  expect(view(desk, orderRef).message).toMatch(/TWS does not know it by our id/);
  desk.desk.resolveUnknown(orderRef, 'not-sent');
  expect(view(desk, orderRef).phase).toBe('not-sent');
  expect(onBooks(orderRef)).toEqual([]);
});

test('Lean IB #242: TWS restarts and its ids roll back; the order is found and the next id is new', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const { orderRef } = desk.desk.send(await previewed(desk, spread.ticket({ at: 'best' })));
  await eventually(() => view(desk, orderRef).phase === 'working');
  simulator.faults.setNextValidId(1);
  await simulator.faults.restart();
  await eventually(() => view(desk, orderRef).phase === 'unknown');
  await desk.connect();
  expect(view(desk, orderRef).phase).toBe('working');
  desk.ready();
  const next = desk.desk.send(await previewed(desk, (await desk.spread(0.97)).ticket({ at: 'best' })));
  await eventually(() => view(desk, next.orderRef).phase === 'working');
  expect(view(desk, next.orderRef).orderId).toBeGreaterThan(view(desk, orderRef).orderId!);
  expect(onBooks(orderRef)).toHaveLength(1);
  expect(onBooks(next.orderRef)).toHaveLength(1);
  desk.desk.halt('end of the test');
  await eventually(() => onBooks(next.orderRef)[0]?.status === 'Cancelled');
});

test('a line that dies in the middle of a message loses nothing', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const token = await previewed(desk, spread.ticket({ at: 'natural' }));
  simulator.faults.add({ on: 'answer', message: EXECUTION, action: { kind: 'cutWithin', bytes: 20 } });
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'unknown');
  await desk.connect();
  await eventually(() => view(desk, orderRef).phase === 'filled');
  expect(onBooks(orderRef)).toHaveLength(1);
});

test('a price off the tick never leaves, and a refusal of TWS is a rejection', async () => {
  const desk = await armedDesk();
  const spread = await desk.spread();
  const good = spread.ticket({ at: 'best' });
  const offTick = await desk.desk.preview({ ...good, credit: good.credit + 0.003 });
  expect(offTick).not.toHaveProperty('token');
  // Legwork thinks in a finer grid than the exchange: TWS answers 110.
  const increments = [{ lowEdge: 0, increment: 0.001 }];
  const token = await previewed(desk, { ...good, increments, credit: good.credit + 0.003 });
  const { orderRef } = desk.desk.send(token);
  await eventually(() => view(desk, orderRef).phase === 'rejected');
  expect(view(desk, orderRef).message).toMatch(/110/);
  expect(onBooks(orderRef)).toEqual([]);
});
