import net from 'node:net';
import { EventName, IBApi, OrderStatus } from '@stoqey/ib';
import type { Contract, Order } from '@stoqey/ib';
import { afterEach, expect, test, vi } from 'vitest';
import { simulatedDay } from './day.ts';
import { settle } from './rawClient.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a trading day of the real client library runs in virtual time, without a socket', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const day = await simulatedDay({ hours: 'exchange', startMs: Date.UTC(2023, 8, 14, 13, 29) });
  vi.spyOn(net, 'connect').mockImplementation(((_options: unknown, connected: () => void) => {
    queueMicrotask(connected);
    return day.simulator.connect();
  }) as unknown as typeof net.connect);
  const pass = async (ms: number): Promise<void> => {
    vi.advanceTimersByTime(ms);
    await day.pass(ms);
  };

  const ib = new IBApi({ host: 'memory', port: 1, clientId: 1, maxReqPerSec: 1000 });
  const filled = new Set<number>();
  let ticks = 0;
  let ready = false;
  ib.on(EventName.nextValidId, () => void (ready = true));
  ib.on(EventName.tickPrice, () => void ticks++);
  ib.on(EventName.orderStatus, (id, status) => {
    if (status === OrderStatus.Filled) filled.add(id);
  });
  ib.connect();
  await settle();
  await pass(1000);
  expect(ready).toBe(true);
  const legs = [570, 565].map((strike, i) => ({
    conId: day.option('SPY', '20231020', 'P', strike),
    ratio: 1,
    action: i === 0 ? 'SELL' : 'BUY',
    exchange: 'SMART',
    openClose: 0,
    shortSaleSlot: 0,
    exemptCode: -1,
  }));
  const bag = {
    symbol: 'SPY',
    secType: 'BAG',
    currency: 'USD',
    exchange: 'SMART',
    comboLegs: legs,
  } as unknown as Contract;
  const order = {
    action: 'BUY',
    totalQuantity: 1,
    orderType: 'MKT',
    tif: 'DAY',
    account: 'SIM0000001',
    transmit: true,
  };
  for (const [i, leg] of legs.entries())
    ib.reqMktData(100 + i, { conId: leg.conId, exchange: 'SMART' }, '', false, false);
  for (let hour = 1; hour <= 8; hour++) {
    ib.placeOrder(hour, bag, order as unknown as Order);
    await pass(2000);
    day.clock.jump(3_600_000 - 2000);
  }
  await pass(1000);
  ib.disconnect();
  // The first waits for the open, the eighth comes after the close of 16:00 and waits for tomorrow.
  expect([...filled].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(ticks).toBeGreaterThan(20);
  expect(day.simulator.core.accounts.holdings('SIM0000001').map((h) => h.quantity)).toEqual([-7, 7]);
});
