import { describe, expect, test, vi } from 'vitest';
import type { Underlying } from '../../../broker/gateway.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import { rig, until, type Rig } from '../../flow/brokerRig.ts';
import { hurried } from '../../flow/fastClock.ts';
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

async function connected(...options: Parameters<typeof rig>): Promise<Rig & { tws: ScriptedTws }> {
  const tws = await scriptedTws();
  const ours = rig(...options);
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
  expect(underlying).toContain('100,101,104,106,456');
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

test('dividends of a share are read from their text; an index is not asked for any', async () => {
  const ours = await connected();
  const quotes = vi.fn();
  ours.gateway.marketData.watchUnderlying(SPY, quotes);
  const spx: Underlying = { ...SPY, symbol: 'SPX', conId: 416904, secType: 'IND', exchange: 'CBOE' };
  ours.gateway.marketData.watchUnderlying(spx, () => undefined);
  await vi.waitFor(() => expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(2));
  const [share = [], index = []] = requests(ours.tws, REQ_MKT_DATA);
  expect(index).toContain('100,101,104,106');
  // The example of IBKR's own page, then what cannot be read, what pays nothing, and another text.
  for (const text of ['0.83,0.92,20130219,0.23', '0.83,0.92,20130231,0.23', ',,,', '']) {
    ours.tws.send(46, 6, share[2] ?? '', 59, text);
  }
  ours.tws.send(46, 6, share[2] ?? '', 45, '1700000000');
  ours.tws.send(1, 6, share[2] ?? '', 4, 600, 1, 0);
  await vi.waitFor(() => expect(quotes).toHaveBeenCalledWith({ last: 600 }, 'live', expect.any(Number)));
  expect(quotes.mock.calls.map(([quote]) => quote as unknown)).toEqual([
    { dividends: { next: { exDate: '2013-02-19', amount: 0.23 }, yearAmount: 0.92 } },
    { last: 600 },
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

test('lines closed before they were asked for cost no message at all', async () => {
  const ours = await connected();
  // The pacer writes on its next turn at the earliest.
  const stops = Array.from({ length: 40 }, () => ours.gateway.marketData.watchOption(CALL, () => undefined));
  for (const stop of stops) stop();
  await watched(ours);
  const asked = requests(ours.tws, REQ_MKT_DATA).map((fields) => fields[2]);
  const cancelled = requests(ours.tws, CANCEL_MKT_DATA).map((fields) => fields[2]);
  expect(asked).toHaveLength(1);
  expect(cancelled.filter((id) => !asked.includes(id))).toEqual([]);
  expect(ours.gateway.connection.status().linesUsed).toBe(1);
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

describe('2103, then 2104, without any 1100: data can stay dead', () => {
  const BROKEN = [4, 2, -1, 2103, 'Market data farm connection is broken:usopt', ''];
  const OK = [4, 2, -1, 2104, 'Market data farm connection is OK:usopt', ''];
  const OTHER_OK = [4, 2, -1, 2104, 'Market data farm connection is OK:usfarm', ''];

  test('a watched line that stays silent is asked for anew, one that ticks is left alone', async () => {
    const ours = await connected(...hurried(100));
    const { id } = await watched(ours);
    ours.gateway.marketData.watchUnderlying(SPY, () => undefined);
    await vi.waitFor(() => expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(2));
    const underlyingId = requests(ours.tws, REQ_MKT_DATA)[1]?.[2] ?? '';
    ours.tws.send(...BROKEN);
    ours.tws.send(...OK);
    await vi.waitFor(() => expect(ours.notices).toHaveLength(2));
    ours.tws.send(1, 6, underlyingId, 1, 595, 10, 0);
    await vi.waitFor(() => expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(3), 2_000);
    expect(requests(ours.tws, CANCEL_MKT_DATA).map((fields) => fields[2])).toEqual([id]);
    expect(requests(ours.tws, REQ_MKT_DATA)[2]?.slice(3, 6)).toEqual(['42', 'SPY', 'OPT']);
    expect(ours.status().linesUsed).toBe(2);
    expect(ours.events.map(({ type }) => type)).toEqual(['reconciled']);
  });

  test('nothing is asked for anew after a farm that was never broken', async () => {
    const ours = await connected(...hurried(100));
    await watched(ours);
    ours.tws.send(...BROKEN);
    ours.tws.send(...OTHER_OK);
    await vi.waitFor(() => expect(ours.notices).toHaveLength(2));
    const { latencyMs } = ours.status();
    // Two beats of the fast clock are 30 s: far beyond the ten after which a line would be revived.
    await vi.waitFor(() => expect(ours.status().latencyMs).not.toBe(latencyMs), 3_000);
    expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(1);
  });
});

describe('a quiet option is current while its line streams', () => {
  /** The option has ticked once, then only the underlying; gives when each came and what sends a tick of each. */
  async function quiet() {
    const ours = await connected();
    const { quotes, id } = await watched(ours);
    const underlying = vi.fn();
    ours.gateway.marketData.watchUnderlying(SPY, underlying);
    await vi.waitFor(() => expect(requests(ours.tws, REQ_MKT_DATA)).toHaveLength(2));
    const underlyingId = requests(ours.tws, REQ_MKT_DATA)[1]?.[2] ?? '';
    const lastAtMs = (calls: typeof quotes): number => Number(calls.mock.lastCall?.[2]);
    const tick = async (of: 'option' | 'underlying'): Promise<number> => {
      const heard = of === 'option' ? quotes : underlying;
      const before = heard.mock.calls.length;
      ours.tws.send(1, 6, of === 'option' ? id : underlyingId, 1, 2 + before / 100, 1, 0);
      await vi.waitFor(() => expect(heard.mock.calls.length).toBeGreaterThan(before));
      return lastAtMs(heard);
    };
    return { ...ours, id, tick, current: () => ours.gateway.marketData.currentAtMs(42) };
  }

  test('not watched, or never ticked: nothing is known', async () => {
    const { gateway, current, tick } = await quiet();
    await tick('underlying');
    expect(current()).toBeUndefined();
    expect(gateway.marketData.currentAtMs(4711)).toBeUndefined();
  });

  test('it counts from the newest tick of any line', async () => {
    const { tick, current } = await quiet();
    const ownMs = await tick('option');
    expect(current()).toBe(ownMs);
    const feedMs = await tick('underlying');
    expect(current()).toBe(feedMs);
  });

  test('after a broken farm it counts from its own last tick, until it ticks again and the farm is back', async () => {
    const { tws, tick, current, notices } = await quiet();
    const ownMs = await tick('option');
    tws.send(4, 2, -1, 2103, 'Market data farm connection is broken:usopt', '');
    await vi.waitFor(() => expect(notices).toHaveLength(1));
    await tick('underlying');
    expect(current()).toBe(ownMs);
    tws.send(4, 2, -1, 2104, 'Market data farm connection is OK:usopt', '');
    await vi.waitFor(() => expect(notices).toHaveLength(2));
    await tick('underlying');
    expect(current()).toBe(ownMs);
    await tick('option');
    const feedMs = await tick('underlying');
    expect(current()).toBe(feedMs);
  });

  test('after 1100 and 1102 it has to tick by itself again', async () => {
    const { tws, tick, current, ...ours } = await quiet();
    const ownMs = await tick('option');
    tws.send(4, 2, -1, 1100, 'lost', '');
    await until(ours, ({ upstreamOk }) => !upstreamOk);
    tws.send(4, 2, -1, 1102, 'restored', '');
    await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
    await tick('underlying');
    expect(current()).toBe(ownMs);
    await tick('option');
    const feedMs = await tick('underlying');
    expect(current()).toBe(feedMs);
  });

  test('a line that TWS refuses later streams no more', async () => {
    const { tws, tick, current, id, ...ours } = await quiet();
    const ownMs = await tick('option');
    tws.send(4, 2, id, 10197, 'No market data during competing live session', '');
    await until(ours, ({ linesUsed }) => linesUsed === 1);
    await tick('underlying');
    expect(current()).toBe(ownMs);
  });
});
