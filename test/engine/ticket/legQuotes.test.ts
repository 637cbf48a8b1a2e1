import { expect, test, vi } from 'vitest';
import type { Underlying } from '../../../broker/gateway.ts';
import { LegQuotes } from '../../../electron/engine/ticket/legQuotes.ts';
import { scriptedTws } from '../../broker/tws/scriptedTws.ts';
import { rig, until } from '../../flow/brokerRig.ts';

const SPY: Underlying = { symbol: 'SPY', conId: 7, secType: 'STK', exchange: 'SMART', currency: 'USD', name: 'SPY' };
const CALL = {
  ...{ symbol: 'SPY', root: 'SPY', expiry: '2026-12-18', right: 'C' as const, strike: 600, multiplier: 100 },
  conId: 42,
};

test('a leg that is merely quiet does not grow old while its line streams', async () => {
  const tws = await scriptedTws();
  const ours = rig();
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  const legs = new LegQuotes(ours.gateway.marketData);
  expect(legs.latest(42)).toBeUndefined();
  let news = 0;
  const stop = legs.watch(CALL, () => news++);
  const spot = vi.fn();
  ours.gateway.marketData.watchUnderlying(SPY, spot);
  const lines = (): string[][] => tws.received.filter(([message]) => message === '1');
  await vi.waitFor(() => expect(lines()).toHaveLength(2));
  const [option, underlying] = lines().map((fields) => fields[2] ?? '');
  tws.send(1, 6, option ?? '', 1, 1.25, 10, 0);
  await vi.waitFor(() => expect(news).toBe(1));
  const tickedMs = legs.latest(42)?.atMs ?? 0;
  // A later millisecond, so that the two ticks can be told apart.
  await vi.waitFor(() => {
    tws.send(1, 6, underlying ?? '', 1, 595, 10, 0);
    expect(legs.latest(42)?.atMs).toBeGreaterThan(tickedMs);
  });
  expect(legs.latest(42)).toMatchObject({ quote: { bid: 1.25 }, kind: 'live' });
  expect(news).toBe(1);
  stop();
  expect(legs.latest(42)).toBeUndefined();
});
