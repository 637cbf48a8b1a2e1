import { expect, test, vi } from 'vitest';
import type { Underlying } from '../../../broker/gateway.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import { rig, until, type Rig } from '../../flow/brokerRig.ts';
import { scriptedTws, type ScriptedTws } from './scriptedTws.ts';

const REQ_MKT_DATA = '1';
const CANCEL_MKT_DATA = '2';
const REQ_MARKET_DATA_TYPE = '59';
const SPY: Underlying = {
  symbol: 'SPY',
  conId: 756733,
  secType: 'STK',
  exchange: 'SMART',
  currency: 'USD',
  name: 'SPY',
};
const CALL: OptionContract = {
  ...{ symbol: 'SPY', root: 'SPY', expiry: '2026-12-18', right: 'C', strike: 600, multiplier: 100 },
  conId: 42,
};

async function connected(): Promise<Rig & { tws: ScriptedTws }> {
  const tws = await scriptedTws();
  const ours = rig();
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  return { ...ours, tws };
}

const requests = (tws: ScriptedTws, message: string): string[][] => tws.received.filter(([id]) => id === message);

/** Watches the call and gives what came, and the request id under which TWS may send. */
async function watched(
  ours: Rig & { tws: ScriptedTws },
): Promise<{ quotes: ReturnType<typeof vi.fn>; id: string; stop: () => void }> {
  const quotes = vi.fn();
  const stop = ours.gateway.marketData.watchOption(CALL, quotes);
  await vi.waitFor(() => expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(1));
  return { quotes, id: requests(ours.tws, REQ_MKT_DATA)[0]?.[2] ?? '', stop };
}

test('delayed data is asked for where live is not to be had', async () => {
  const { tws } = await connected();
  await vi.waitFor(() => expect(requests(tws, REQ_MARKET_DATA_TYPE).map((fields) => fields[2])).toEqual(['4']));
});

test('an underlying is asked for with volume, open interest and vols; an option by its id', async () => {
  const ours = await connected();
  ours.gateway.marketData.watchUnderlying(SPY, () => undefined);
  ours.gateway.marketData.watchOption(CALL, () => undefined);
  await vi.waitFor(() => expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(2));
  const [underlying = [], option = []] = requests(ours.tws, REQ_MKT_DATA);
  expect(underlying).toContain('100,101,104,106');
  expect(option.slice(3, 6)).toEqual(['42', 'SPY', 'OPT']);
});

test('ticks become quotes; sentinels become none', async () => {
  const ours = await connected();
  const { quotes, id } = await watched(ours);
  ours.tws.send(1, 6, id, 1, 1.25, 10, 0);
  ours.tws.send(1, 6, id, 2, -1, 0, 0);
  ours.tws.send(2, 6, id, 27, 812);
  ours.tws.send(2, 6, id, 28, 9999);
  ours.tws.send(21, id, 13, 0, 0.2, -2, 1.3, 0, -2, -2, -2, 595.5);
  await vi.waitFor(() => expect(quotes).toHaveBeenCalledTimes(4));
  expect(quotes.mock.calls.map(([quote]) => quote as unknown)).toEqual([
    { bid: 1.25 },
    { ask: undefined },
    { openInterest: 812 },
    { iv: 0.2 },
  ]);
});

test('the kind of data is told per line: delayed ticks are called so', async () => {
  const ours = await connected();
  const { quotes, id } = await watched(ours);
  ours.tws.send(58, 1, id, 3);
  ours.tws.send(1, 6, id, 66, 1.2, 1, 0);
  await vi.waitFor(() => expect(quotes).toHaveBeenCalledWith({ bid: 1.2 }, 'delayed', expect.any(Number)));
});

test('a line is cancelled once and its place given back when the cancel is written', async () => {
  const ours = await connected();
  const { stop } = await watched(ours);
  expect(ours.status().linesUsed).toBe(1);
  stop();
  stop();
  await vi.waitFor(() => expect(requests(ours.tws, CANCEL_MKT_DATA)).toHaveLength(1));
  expect(ours.status().linesUsed).toBe(0);
});

test('a tick after the cancel disturbs nobody', async () => {
  const ours = await connected();
  const { quotes, id, stop } = await watched(ours);
  stop();
  ours.tws.send(1, 6, id, 1, 1.25, 10, 0);
  ours.tws.send(4, 2, id, 300, "Can't find EId", '');
  await vi.waitFor(() => expect(ours.notices.map(({ code }) => code)).toContain(300));
  expect(quotes).not.toHaveBeenCalled();
});

test('a refused line gives its place back and says why', async () => {
  const ours = await connected();
  const { id } = await watched(ours);
  ours.tws.send(4, 2, id, 354, 'Requested market data is not subscribed.', '');
  await until(ours, ({ linesUsed }) => linesUsed === 0);
  expect(ours.notices.at(-1)).toMatchObject({ code: 354, level: 'warning' });
});

test('"delayed data flows" refuses nothing', async () => {
  const ours = await connected();
  const { quotes, id } = await watched(ours);
  ours.tws.send(4, 2, id, 10167, 'Requested market data is not subscribed. Displaying delayed market data.', '');
  ours.tws.send(1, 6, id, 66, 1.2, 1, 0);
  await vi.waitFor(() => expect(quotes).toHaveBeenCalled());
  expect(ours.status().linesUsed).toBe(1);
});

test('an option without a TWS id cannot be watched, in words', async () => {
  const ours = await connected();
  const { conId: _, ...imported } = CALL;
  expect(() => ours.gateway.marketData.watchOption(imported, () => undefined)).toThrow(/no TWS contract id/);
});
