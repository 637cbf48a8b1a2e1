import { expect, test, vi } from 'vitest';
import type { ComboOrder } from '../../broker/gateway.ts';
import { rig, ready, simulator, until, type Rig } from './brokerRig.ts';
import { wednesday } from './wednesday.ts';

const REQ_OPEN_ORDERS = 16;
const REQ_COMPLETED = 99;
const COMPLETED_END = 102;
const PLACE = 3;
/** A close is told once per subscription. */
const aClose = expect.objectContaining({ close: expect.any(Number) as number }) as unknown;

/** A 5-wide SPY put spread at a price that does not fill. */
async function spread({ gateway, status }: Rig, orderRef: string): Promise<ComboOrder> {
  const spy = await gateway.reference.underlying('SPY');
  const [spyClass] = await gateway.reference.optionClasses(spy);
  const expiry = spyClass?.expiries.at(5) ?? '';
  const puts = await gateway.reference.contracts(spy, 'SPY', expiry, 'P');
  const short = puts.at(Math.floor(puts.length / 2));
  const long = puts.find((put) => put.strike === (short?.strike ?? 0) - 5);
  if (!short?.conId || !long?.conId) throw new Error('the simulator lists no 5-wide SPY put spread');
  const account = status().accounts[0] ?? '';
  return {
    ...{ orderRef, account, symbol: 'SPY', quantity: 1, limitPrice: -4.9, tif: 'DAY' },
    legs: [
      { conId: short.conId, action: 'SELL', ratio: 1, contract: short },
      { conId: long.conId, action: 'BUY', ratio: 1, contract: long },
    ],
  };
}

test('connects, names mode and account, and trades only after the gate', async () => {
  const { phases, status, events } = await ready();
  expect(phases.slice(-3)).toEqual(['connecting', 'reconciling', 'ready']);
  expect(status()).toMatchObject({ mode: 'simulated', accounts: ['SIM0000001'], serverVersion: 193, epoch: 1 });
  expect(events).toEqual([expect.objectContaining({ type: 'reconciled', epoch: 1 })]);
});

test('the heartbeat tells latency and the clock of the server', async () => {
  const ours = await ready();
  const { latencyMs, clockSkewMs } = await until(ours, (status) => status.latencyMs !== undefined);
  expect(latencyMs).toBeGreaterThanOrEqual(0);
  expect(Math.abs(clockSkewMs ?? NaN)).toBeLessThan(1500);
});

test('a cut socket is reconnected, with a new epoch and everything compared again', async () => {
  const ours = await ready();
  ours.sim.faults.cutAll();
  const { problem } = await until(ours, ({ phase }) => phase === 'offline');
  expect(problem).toContain('closed the connection');
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  expect(ours.events.map((event) => event.type)).toEqual(['reconciled', 'linkLost', 'reconciled']);
});

test('a nightly restart of TWS is survived without anybody', async () => {
  const ours = await ready();
  await ours.sim.faults.restart();
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  expect(ours.status().problem).toBeUndefined();
});

test('a half-open socket is noticed by the heartbeat', async () => {
  const ours = await ready();
  ours.sim.faults.setWire({ muted: true });
  const { problem } = await until(ours, ({ phase }) => phase === 'offline');
  expect(problem).toContain('silent');
  ours.sim.faults.clear();
  await until(ours, ({ phase }) => phase === 'ready');
});

test('a client id in use is said and not tried again', async () => {
  const first = await ready();
  const second = rig();
  second.connect(first.sim.port);
  const { problem, retryAtMs } = await until(
    second,
    ({ phase, problem: why }) => phase === 'offline' && why !== undefined,
  );
  expect(problem).toContain('Choose another client id');
  expect(retryAtMs).toBeUndefined();
  expect(first.status().phase).toBe('ready');
});

test('a refused connection names the address and what to do, and is tried again until TWS is there', async () => {
  const sim = await simulator();
  const { port } = sim;
  await sim.close();
  const ours = rig();
  ours.connect(port);
  const { problem, retryAtMs } = await until(
    ours,
    ({ phase, retryAtMs: at }) => phase === 'offline' && at !== undefined,
  );
  expect(problem).toContain(`127.0.0.1:${port}`);
  expect(problem).toContain('Enable ActiveX and Socket Clients');
  expect(retryAtMs).toBeGreaterThan(0);
  await simulator({ port });
  await until(ours, ({ phase }) => phase === 'ready');
});

test('1100 shuts trading, 1102 opens it after a new comparison', async () => {
  const ours = await ready();
  const order = await spread(ours, 'a');
  ours.sim.faults.notify(1100, 'Connectivity between IB and Trader Workstation has been lost.');
  const { problem } = await until(ours, ({ upstreamOk }) => !upstreamOk);
  expect(problem).toContain('cannot be changed or cancelled');
  expect(ours.status().phase).toBe('reconciling');
  expect(() => ours.gateway.orders.place(order, ours.gateway.orders.reserveOrderId(), 1)).toThrow(
    /lost its connection to IBKR/,
  );
  ours.sim.faults.notify(1102, 'Connectivity between IB and TWS has been restored- data maintained.');
  await until(ours, ({ phase }) => phase === 'ready');
  expect(ours.status().epoch).toBe(2);
  expect(() => ours.gateway.orders.place(order, ours.gateway.orders.reserveOrderId(), 1)).toThrow(
    /connection 1 .* connection 2/,
  );
});

test('1100 that comes 50 times is one lost link', async () => {
  const ours = await ready();
  for (let i = 0; i < 50; i++) ours.sim.faults.notify(1100, 'lost');
  ours.sim.faults.notify(1102, 'restored');
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  expect(ours.events.filter((event) => event.type === 'linkLost')).toHaveLength(1);
});

test('after 1101 watched lines are asked for anew', async () => {
  const ours = await ready();
  const spy = await ours.gateway.reference.underlying('SPY');
  const quotes = vi.fn();
  ours.gateway.marketData.watchUnderlying(spy, quotes);
  await vi.waitFor(() => expect(quotes).toHaveBeenCalledWith(aClose, 'live', expect.any(Number)));
  quotes.mockClear();
  ours.sim.faults.notify(1101, 'restored, data lost');
  // The close is told once per subscription: it comes again only on a new one.
  await vi.waitFor(() => expect(quotes).toHaveBeenCalledWith(aClose, 'live', expect.any(Number)));
});

test('after a reconnect watched lines and account data flow again', async () => {
  const ours = await ready();
  const spy = await ours.gateway.reference.underlying('SPY');
  const quotes = vi.fn();
  const pnl = vi.fn();
  const summary = vi.fn();
  ours.gateway.marketData.watchUnderlying(spy, quotes);
  ours.gateway.account.onPnl(pnl);
  ours.gateway.account.onSummary(summary);
  await vi.waitFor(() =>
    expect([quotes, pnl, summary].map((f) => f.mock.calls.length > 0)).toEqual([true, true, true]),
  );
  ours.sim.faults.cutAll();
  await until(ours, ({ epoch, phase }) => epoch === 2 && phase === 'ready');
  for (const f of [quotes, pnl, summary]) f.mockClear();
  await vi.waitFor(
    () => expect([quotes, pnl, summary].map((f) => f.mock.calls.length > 0)).toEqual([true, true, true]),
    5_000,
  );
  expect(ours.status().linesUsed).toBe(1);
});

test('nautilus #4230: a list that never ends is not taken for empty', async () => {
  const sim = await simulator();
  const ours = rig();
  const heal = sim.faults.add({ on: 'answer', message: COMPLETED_END, times: 1_000, action: { kind: 'drop' } });
  ours.connect(sim.port);
  const { phase, problem } = await until(ours, ({ problem: why }) => why !== undefined);
  expect(phase).toBe('reconciling');
  expect(problem).toContain('completed orders');
  expect(ours.events).toEqual([]);
  heal();
  await until(ours, ({ phase: now }) => now === 'ready');
});

test('a read-only API reads but never trades, and says where to change it', async () => {
  const sim = await simulator();
  const ours = rig();
  for (const message of [REQ_OPEN_ORDERS, REQ_COMPLETED])
    sim.faults.add({ on: 'request', message, times: 1_000, action: { kind: 'drop' } });
  ours.connect(sim.port);
  await until(ours, ({ phase }) => phase === 'reconciling');
  sim.faults.notify(321, "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.");
  const { problem } = await until(ours, ({ phase, readOnlyApi }) => phase === 'ready' && readOnlyApi);
  expect(problem).toContain('clear "Read-Only API"');
  const order = await spread(ours, 'a');
  expect(() => ours.gateway.orders.place(order, 1, ours.status().epoch)).toThrow(/read-only/);
  expect(ours.events).toEqual([]);
});

test('an order that waits when the socket is cut is never written, now or later', async () => {
  const ours = await ready({ messageCeiling: 20 });
  const order = await spread(ours, 'waits');
  await until(ours, ({ messagesPerSecond }) => messagesPerSecond < 10);
  for (let i = 0; i < 20; i++) ours.gateway.orders.cancel(900 + i);
  ours.gateway.orders.place(order, ours.gateway.orders.reserveOrderId(), ours.status().epoch);
  ours.sim.faults.cutAll();
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  const about = ours.events.filter((event) => 'orderRef' in event && event.orderRef === 'waits');
  // Dropped as the socket went, not when its turn to be written came.
  expect(about).toEqual([
    expect.objectContaining({
      type: 'notWritten',
      reason: expect.stringMatching(/closed the connection|connection to TWS broke/) as string,
    }),
  ]);
});

test('an order is written once, and after a cut before it is read its fate is told by the comparison alone', async () => {
  const ours = await ready();
  const order = await spread(ours, 'cut');
  ours.sim.faults.add({ on: 'request', message: PLACE, action: { kind: 'cutAfter' } });
  ours.gateway.orders.place(order, ours.gateway.orders.reserveOrderId(), ours.status().epoch);
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  const types = ours.events.flatMap((event) => ('orderRef' in event && event.orderRef === 'cut' ? [event.type] : []));
  expect(types[0]).toBe('written');
  expect(types.filter((type) => type === 'written')).toHaveLength(1);
  expect(types).toContain('openOrder');
});

test('after the computer slept for 8 hours orders are compared again before anything is traded', async () => {
  const sim = await simulator();
  let sleptMs = 0;
  const ours = rig({}, { clock: { ...wednesday, now: () => wednesday.now() + sleptMs } });
  ours.connect(sim.port);
  await until(ours, ({ phase }) => phase === 'ready');
  sleptMs = 8 * 3_600_000;
  await until(ours, ({ phase, epoch }) => phase === 'reconciling' && epoch === 2);
  await until(ours, ({ phase }) => phase === 'ready');
  expect(ours.events.map(({ type }) => type)).toEqual(['reconciled', 'reconciled']);
});

test('a listener that throws is logged as a bug and disturbs nobody', async () => {
  const sim = await simulator();
  const ours = rig({}, { mayComplain: true });
  ours.gateway.connection.onStatus(() => {
    throw new Error('broken panel');
  });
  ours.gateway.orders.onEvent(() => {
    throw new Error('broken desk');
  });
  ours.connect(sim.port);
  await until(ours, ({ phase }) => phase === 'ready');
  expect(ours.complaints.join()).toMatch(/broken panel.*broken desk/);
});

test('disconnecting on request stays disconnected and holds nothing', async () => {
  const ours = await ready();
  ours.gateway.connection.disconnect();
  expect(ours.status()).toMatchObject({ phase: 'offline', problem: undefined, retryAtMs: undefined, linesUsed: 0 });
  await expect(ours.gateway.reference.underlying('SPY')).rejects.toMatchObject({
    error: { kind: 'connection', code: 'not-ready' },
  });
  expect(() => ours.gateway.orders.reserveOrderId()).toThrow(/no connection to TWS/);
});
