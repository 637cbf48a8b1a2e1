import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator } from '../../broker/simulator/server.ts';
import type { RunningSimulator } from '../../broker/simulator/server.ts';
import { wednesday } from './wednesday.ts';
import * as armed from './armedDesk.ts';
import { previewed, view } from './armedDesk.ts';
import { CANCEL, EXECUTION, OPEN_ORDER, PLACE } from './cuttingProxy.ts';
import { eventually } from './eventually.ts';

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 7, clock: wednesday, hours: 'always' });
});
afterAll(() => simulator.close());

const armedDesk = () => armed.armedDesk(simulator);
const onBooks = (orderRef: string) => armed.onBooks(simulator, orderRef);

describe('the order path against the simulator', () => {
  test('scan row to filled spread: preview, send, fill, commissions, positions', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const ticket = spread.ticket({ at: 'natural', quantity: 2 });
    const preview = await desk.desk.preview(ticket);
    expect(preview.risk.filter(({ verdict }) => verdict === 'stop')).toEqual([]);
    expect(preview).toMatchObject({ mode: 'simulated', marginSource: 'broker' });
    expect(preview.margin).toBeGreaterThan(0);
    expect(preview.commission).toBeGreaterThan(0);
    const { orderRef } = desk.desk.send(preview.token!);
    await eventually(() => view(desk, orderRef).phase === 'filled');
    await eventually(() => (view(desk, orderRef).commission ?? 0) > 0);
    const done = view(desk, orderRef);
    expect(done.filled).toBe(2);
    expect(done.averageCredit).toBeGreaterThanOrEqual(ticket.credit);
    expect(onBooks(orderRef)).toHaveLength(1);
    expect(onBooks(orderRef)[0]).toMatchObject({ filled: 2, status: 'Filled', permId: done.permId });
    // Invariant 8: the sum of leg fills equals the change in position.
    const [short, long] = ticket.legs;
    await eventually(() => desk.positions.get(short!.conId)?.quantity === -2);
    await eventually(() => desk.positions.get(long!.conId)?.quantity === 2);
    const fills = simulator.core.exchange.fills().filter(({ fill }) => fill.order === onBooks(orderRef)[0]);
    const charged = fills.reduce((sum, each) => sum + (each.commission?.commission ?? 0), 0);
    expect(view(desk, orderRef).commission).toBeCloseTo(charged, 9);
    // Invariant 16: frames on the wire equal journalled intents, and the log is whole.
    const frames = desk.proxy.passedToTws.filter(([id, , ...rest]) => id === PLACE && rest.includes(orderRef));
    expect(frames).toHaveLength(1);
    expect(desk.storage.journal.verify().problem).toBeUndefined();
    // And back again: the close only reduces, and leaves nothing held.
    const back = desk.desk.send(await previewed(desk, spread.ticket({ at: 'natural', quantity: 2, effect: 'close' })));
    await eventually(() => view(desk, back.orderRef).phase === 'filled');
    await eventually(() => desk.positions.get(short!.conId)?.quantity === 0);
  });

  test('a token is spent by sending, whatever comes of it', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'best' }));
    const { orderRef } = desk.desk.send(token);
    expect(() => desk.desk.send(token)).toThrow(/used already/);
    await eventually(() => view(desk, orderRef).phase === 'working');
    expect(onBooks(orderRef)).toHaveLength(1);
    desk.desk.cancel(orderRef);
    await eventually(() => view(desk, orderRef).phase === 'cancelled');
  });

  test('a halt blocks the next order at once and cancels what works', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const { orderRef } = desk.desk.send(await previewed(desk, spread.ticket({ at: 'best' })));
    await eventually(() => view(desk, orderRef).phase === 'working');
    const other = spread.ticket({ at: 'best', quantity: 3 });
    desk.desk.arm();
    const report = desk.desk.halt('test');
    expect(report).toEqual({ cancelsSent: 1 });
    expect((await desk.desk.preview(other)).token).toBeUndefined();
    await eventually(() => view(desk, orderRef).phase === 'cancelled');
    desk.desk.resume();
    expect(desk.desk.safety()).not.toHaveProperty('halted');
  });
});

describe('the socket is cut at every step; then TWS is read again and there is exactly one truth', () => {
  test('before the write: the frame never leaves Legwork', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'best' }));
    await desk.proxy.cut();
    await eventually(() => desk.gateway.connection.status().phase === 'offline');
    expect(() => desk.desk.send(token)).toThrow(/used already/);
    await desk.connect();
    expect(simulator.core.exchange.orders().filter(({ request }) => request.clientId === desk.clientId)).toEqual([]);
    expect(desk.desk.views()).toEqual([]);
  });

  test('between our write and TWS: unknown, never sent again, and only a person settles it (stoqey/ib replay)', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'best' }));
    let dropped = 0;
    desk.proxy.setRule((direction, [id]) => {
      if (direction !== 'toTws' || id !== PLACE) return 'pass';
      dropped++;
      return 'cut';
    });
    const { orderRef } = desk.desk.send(token);
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    expect(dropped).toBe(1);
    await desk.connect();
    expect(view(desk, orderRef).phase).toBe('unknown');
    expect(view(desk, orderRef).message).toContain('no open order');
    // The client library once replayed what was queued 2.2 s after a reconnect: no second frame may ever come.
    expect(dropped).toBe(1);
    expect(onBooks(orderRef)).toEqual([]);
    desk.desk.arm();
    const blocked = await desk.desk.preview(spread.ticket({ at: 'best', quantity: 2 }));
    expect(blocked.token).toBeUndefined();
    expect(blocked.risk.find(({ id }) => id === 'unknownOrders')?.verdict).toBe('stop');
    desk.desk.resolveUnknown(orderRef, 'not-sent');
    expect(view(desk, orderRef).phase).toBe('not-sent');
    expect(desk.desk.safety().unknownOrders).toBe(0);
  });

  test('after TWS has it, before a word comes back: found again by its reference', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'best' }));
    desk.proxy.setRule((direction, [id]) => (direction === 'toTws' && id === PLACE ? 'passThenMute' : 'pass'));
    const { orderRef } = desk.desk.send(token);
    await eventually(() => onBooks(orderRef).length === 1);
    await desk.proxy.cut();
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    desk.proxy.setRule(() => 'pass');
    await desk.connect();
    expect(view(desk, orderRef)).toMatchObject({ phase: 'working', permId: onBooks(orderRef)[0]!.permId });
    expect(onBooks(orderRef)).toHaveLength(1);
    desk.desk.cancel(orderRef);
    await eventually(() => view(desk, orderRef).phase === 'cancelled');
    expect(onBooks(orderRef)[0]!.status).toBe('Cancelled');
  });

  test('after TWS has it and it filled while nobody listened (Lean IB #249)', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'natural' }));
    desk.proxy.setRule((direction, [id]) => (direction === 'toTws' && id === PLACE ? 'passThenMute' : 'pass'));
    const { orderRef } = desk.desk.send(token);
    await eventually(() => onBooks(orderRef)[0]?.status === 'Filled');
    await desk.proxy.cut();
    desk.proxy.setRule(() => 'pass');
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    await desk.connect();
    expect(view(desk, orderRef)).toMatchObject({ phase: 'filled', filled: 1 });
    await eventually(() => view(desk, orderRef).commission !== undefined);
    expect(onBooks(orderRef)).toHaveLength(1);
  });

  test('after the acknowledgement', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'best' }));
    desk.proxy.setRule((direction, [id]) => (direction === 'toClient' && id === OPEN_ORDER ? 'passThenMute' : 'pass'));
    const { orderRef } = desk.desk.send(token);
    await eventually(() => view(desk, orderRef).phase === 'working');
    await desk.proxy.cut();
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    expect(() => desk.desk.cancel(orderRef)).toThrow(/cannot be cancelled while offline/);
    desk.proxy.setRule(() => 'pass');
    await desk.connect();
    expect(view(desk, orderRef).phase).toBe('working');
    expect(onBooks(orderRef)).toHaveLength(1);
    desk.desk.cancel(orderRef);
    await eventually(() => view(desk, orderRef).phase === 'cancelled');
  });

  test('after a part is filled: the rest is found, and no fill is lost or counted twice', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const token = await previewed(desk, spread.ticket({ at: 'natural', quantity: 400 }));
    desk.proxy.setRule((direction, [id]) => (direction === 'toClient' && id === EXECUTION ? 'passThenMute' : 'pass'));
    const { orderRef } = desk.desk.send(token);
    await eventually(() => view(desk, orderRef).filled > 0);
    await desk.proxy.cut();
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    desk.proxy.setRule(() => 'pass');
    await desk.connect();
    desk.desk.cancel(orderRef);
    await eventually(() => ['cancelled', 'filled'].includes(view(desk, orderRef).phase));
    await eventually(() => view(desk, orderRef).filled === onBooks(orderRef)[0]!.filled);
    expect(onBooks(orderRef)).toHaveLength(1);
    expect(onBooks(orderRef)[0]!.filled).toBeLessThan(400);
    const [short] = spread.ticket({ at: 'natural' }).legs;
    const held = simulator.core.accounts
      .holdings(view(desk, orderRef).account)
      .find(({ instrument }) => instrument.conId === short!.conId);
    await eventually(() => desk.positions.get(short!.conId)?.quantity === held?.quantity);
  });

  test('while the cancel is on its way and lost: still working, and it can be cancelled again', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const { orderRef } = desk.desk.send(await previewed(desk, spread.ticket({ at: 'best' })));
    await eventually(() => view(desk, orderRef).phase === 'working');
    desk.proxy.setRule((direction, [id]) => (direction === 'toTws' && id === CANCEL ? 'cut' : 'pass'));
    desk.desk.cancel(orderRef);
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    desk.proxy.setRule(() => 'pass');
    await desk.connect();
    expect(view(desk, orderRef).phase).toBe('working');
    desk.desk.cancel(orderRef);
    await eventually(() => view(desk, orderRef).phase === 'cancelled');
    expect(onBooks(orderRef)).toHaveLength(1);
  });

  test('after TWS has the cancel: found as cancelled', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const { orderRef } = desk.desk.send(await previewed(desk, spread.ticket({ at: 'best' })));
    await eventually(() => view(desk, orderRef).phase === 'working');
    desk.proxy.setRule((direction, [id]) => (direction === 'toTws' && id === CANCEL ? 'passThenMute' : 'pass'));
    desk.desk.cancel(orderRef);
    await eventually(() => onBooks(orderRef)[0]?.status === 'Cancelled');
    await desk.proxy.cut();
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    desk.proxy.setRule(() => 'pass');
    await desk.connect();
    expect(view(desk, orderRef).phase).toBe('cancelled');
  });

  test('a halt while offline says what it cannot reach, and cancels it as soon as TWS is back', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const { orderRef } = desk.desk.send(await previewed(desk, spread.ticket({ at: 'best' })));
    await eventually(() => view(desk, orderRef).phase === 'working');
    await desk.proxy.cut();
    await eventually(() => view(desk, orderRef).phase === 'unknown');
    const report = desk.desk.halt('line is down');
    expect(report.cancelsSent).toBe(0);
    expect(report.notCancellable).toMatch(/bull put.*There is no connection to TWS/);
    expect(onBooks(orderRef)[0]!.status).toBe('Submitted');
    await desk.connect();
    await eventually(() => view(desk, orderRef).phase === 'cancelled');
    expect(desk.desk.safety().halted).toBeDefined();
  });
});

describe('a restart', () => {
  test('finds working orders again by their reference, disarmed, with the halt still in force', async () => {
    const desk = await armedDesk();
    const spread = await desk.spread();
    const { orderRef } = desk.desk.send(await previewed(desk, spread.ticket({ at: 'best' })));
    await eventually(() => view(desk, orderRef).phase === 'working');
    const highest = desk.storage.journal.orderIdHighWater();
    const again = await desk.restart();
    expect(view(again, orderRef).phase).toBe('unknown');
    expect(again.desk.safety()).toMatchObject({ ordersEnabled: true, unknownOrders: 1 });
    expect(again.desk.safety()).not.toHaveProperty('armedUntilMs');
    await again.connect();
    expect(view(again, orderRef)).toMatchObject({ phase: 'working', permId: onBooks(orderRef)[0]!.permId });
    // Invariant 6: ids go on from the highest ever used.
    expect(again.gateway.orders.reserveOrderId()).toBeGreaterThan(highest);
    again.desk.halt('before the next restart');
    await eventually(() => view(again, orderRef).phase === 'cancelled');
    const third = await desk.restart();
    expect(third.desk.safety().halted).toMatchObject({ reason: 'before the next restart' });
    expect(view(third, orderRef).phase).toBe('cancelled');
  });
});
