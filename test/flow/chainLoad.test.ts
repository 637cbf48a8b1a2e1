import { expect, test, vi } from 'vitest';
import type {
  ChainLoad,
  ChainProgress,
  ChainRequest,
  MarketDataKind,
  QuoteSink,
  QuoteUpdate,
} from '../../broker/gateway.ts';
import { calendarDays, newYorkDate } from '../../scanner/domain/calendar.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';
import { ready, rig, simulator, until, type Rig } from './brokerRig.ts';
import { hurried } from './fastClock.ts';
import { wednesday } from './wednesday.ts';

const REQ_MKT_DATA = 1;

interface Loaded {
  load: ChainLoad;
  contracts: OptionContract[];
  quotes: Map<number, QuoteUpdate>;
  settled: Set<number>;
  spots: Map<string, QuoteUpdate>;
  kinds: Set<MarketDataKind>;
  progress: ChainProgress[];
}

const NARROW: Omit<ChainRequest, 'symbols'> = {
  dte: { min: 25, max: 36 },
  absDelta: { min: 0.2, max: 0.3 },
  rights: ['P'],
  maxWidth: 5,
  partnerSide: { P: 'lower' },
};

function start({ gateway }: Rig, request: ChainRequest): Loaded {
  const loaded = {
    contracts: [] as OptionContract[],
    quotes: new Map<number, QuoteUpdate>(),
    settled: new Set<number>(),
    spots: new Map<string, QuoteUpdate>(),
    kinds: new Set<MarketDataKind>(),
    progress: [] as ChainProgress[],
  };
  const sink: QuoteSink = {
    underlying: (symbol, quote) => void loaded.spots.set(symbol, { ...loaded.spots.get(symbol), ...quote }),
    contracts: (fresh) => void loaded.contracts.push(...fresh),
    option: (conId, quote, kind) => {
      loaded.kinds.add(kind);
      loaded.quotes.set(conId, { ...loaded.quotes.get(conId), ...quote });
    },
    settled: (conId) => void loaded.settled.add(conId),
  };
  const load = gateway.marketData.loadChains(request, sink, (progress) => void loaded.progress.push(progress));
  return { load, ...loaded };
}

/** Codes that say a limit of TWS was broken. */
function breaches({ notices }: Rig): number[] {
  return notices.map(({ code }) => code).filter((code) => [100, 101, 162, 420].includes(code));
}

test('a load quotes what a profile can use, under the limits', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['XLF', 'KO'], ...NARROW });
  let mostLines = 0;
  ours.gateway.connection.onStatus(({ linesUsed }) => (mostLines = Math.max(mostLines, linesUsed)));
  await loaded.load.firstPass;
  loaded.load.stop();
  const today = newYorkDate(wednesday.now());
  expect(loaded.contracts.length).toBeGreaterThan(4);
  expect(loaded.settled.size).toBe(loaded.contracts.length);
  for (const { expiry, right } of loaded.contracts) {
    expect(right).toBe('P');
    expect(calendarDays(today, expiry)).toBeGreaterThanOrEqual(25);
    expect(calendarDays(today, expiry)).toBeLessThanOrEqual(36);
  }
  for (const { conId } of loaded.contracts)
    expect(Object.keys(loaded.quotes.get(conId ?? 0) ?? {})).toEqual(
      expect.arrayContaining(['bid', 'ask', 'iv', 'delta', 'openInterest']),
    );
  expect([...loaded.kinds]).toEqual(['live']);
  expect(loaded.spots.get('KO')?.iv).toBeGreaterThan(0.05);
  expect(breaches(ours)).toEqual([]);
  expect(mostLines).toBeLessThanOrEqual(90);
  expect(ours.status().messagesPerSecond).toBeLessThanOrEqual(45);
});

test('every strike that passes is found, and its partners, though few lines are opened', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['IWM'], ...NARROW, absDelta: { min: 0.15, max: 0.35 } });
  await loaded.load.firstPass;
  loaded.load.stop();
  // The truth: every put of the expiries that were loaded, one by one, without any choice.
  const iwm = await ours.gateway.reference.underlying('IWM');
  const [expiry] = loaded.contracts.map((contract) => contract.expiry);
  const all = await ours.gateway.reference.contracts(iwm, 'IWM', expiry ?? '', 'P');
  const deltas = new Map<number, number>();
  const near = all.filter(({ strike }) => loaded.contracts.some((c) => Math.abs(c.strike - strike) < 8));
  const stops = near.map((contract) =>
    ours.gateway.marketData.watchOption(
      contract,
      ({ delta }) => void (delta !== undefined && deltas.set(contract.strike, -delta)),
    ),
  );
  await vi.waitFor(() => expect(deltas.size).toBe(near.length), 8_000);
  for (const stop of stops) stop();
  // A little inside the window, since the market moves between the two looks.
  const passing = near.filter(({ strike }) => (deltas.get(strike) ?? 0) > 0.16 && (deltas.get(strike) ?? 1) < 0.34);
  const loadedStrikes = new Set(loaded.contracts.filter((c) => c.expiry === expiry).map(({ strike }) => strike));
  const needed = near.filter(({ strike }) => passing.some((p) => strike <= p.strike && strike >= p.strike - 5));
  expect(passing.length).toBeGreaterThan(0);
  expect(needed.filter(({ strike }) => !loadedStrikes.has(strike))).toEqual([]);
  expect(loadedStrikes.size).toBeLessThan(all.length / 2);
});

test('one unknown symbol fails in words and stops no other', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['NOSUCH', 'KO'], ...NARROW });
  await loaded.load.firstPass;
  loaded.load.stop();
  const failed = loaded.progress.find(({ stage }) => stage === 'failed');
  expect(failed).toMatchObject({ symbol: 'NOSUCH', problem: expect.stringContaining('NOSUCH') as string });
  expect(loaded.progress.at(-1)).toMatchObject({ symbol: 'KO', stage: 'done', symbolsDone: 2, symbolsTotal: 2 });
});

test('contract lists are asked for once a day', async () => {
  const ours = await ready();
  const first = start(ours, { symbols: ['KO'], ...NARROW });
  await first.load.firstPass;
  first.load.stop();
  const lists = ours.cache.writes();
  const second = start(ours, { symbols: ['KO'], ...NARROW });
  await second.load.firstPass;
  second.load.stop();
  expect(lists).toBeGreaterThan(0);
  expect(ours.cache.writes()).toBe(lists);
  expect(second.settled.size).toBeGreaterThan(0);
});

test('a paused load asks for nothing more; resumed, it goes on', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['XLF'], ...NARROW, dte: { min: 5, max: 60 } });
  await vi.waitFor(() => expect(loaded.settled.size).toBeGreaterThan(2), 5_000);
  loaded.load.pause();
  await until(ours, ({ linesUsed }) => linesUsed <= 1);
  const settled = loaded.settled.size;
  const { messagesSent } = loaded.progress.at(-1) ?? { messagesSent: 0 };
  expect(messagesSent).toBeGreaterThan(0);
  loaded.load.resume();
  await vi.waitFor(() => expect(loaded.settled.size).toBeGreaterThan(settled), 5_000);
  loaded.load.stop();
});

test('a stopped load gives its lines back and ends its first pass', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['SPY', 'QQQ', 'XLF'], ...NARROW, rights: ['C', 'P'] });
  await vi.waitFor(() => expect(loaded.quotes.size).toBeGreaterThan(0), 5_000);
  loaded.load.stop();
  await loaded.load.firstPass;
  await until(ours, ({ linesUsed }) => linesUsed === 0);
  const before = loaded.quotes.size;
  loaded.load.stop();
  loaded.load.resume();
  expect(loaded.quotes.size).toBe(before);
});

test('a load survives a cut connection and finishes', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['XLF', 'KO'], ...NARROW });
  await vi.waitFor(() => expect(loaded.settled.size).toBeGreaterThan(0), 5_000);
  ours.sim.faults.cutAll();
  await loaded.load.firstPass;
  loaded.load.stop();
  expect(ours.status().epoch).toBe(2);
  expect(loaded.progress.filter(({ stage }) => stage === 'failed')).toEqual([]);
  expect(
    loaded.progress
      .filter(({ stage }) => stage === 'done')
      .map(({ symbol }) => symbol)
      .sort(),
  ).toEqual(['KO', 'XLF']);
});

test('after the first pass the quotes are renewed', async () => {
  const ours = await ready();
  const loaded = start(ours, { symbols: ['KO'], ...NARROW });
  await loaded.load.firstPass;
  const [conId = 0] = loaded.settled;
  loaded.settled.clear();
  await vi.waitFor(() => expect(loaded.settled.has(conId)).toBe(true), 5_000);
  loaded.load.stop();
});

test('a ticket gets its line while a load has taken all there are', async () => {
  const ours = await ready({ lineBudget: 3 });
  const loaded = start(ours, { symbols: ['SPY'], ...NARROW });
  await vi.waitFor(() => expect(loaded.quotes.size).toBeGreaterThan(3), 8_000);
  const [contract] = loaded.contracts;
  const quotes = vi.fn();
  if (contract) ours.gateway.marketData.watchOption(contract, quotes);
  await vi.waitFor(() => expect(quotes).toHaveBeenCalled(), 3_000);
  loaded.load.stop();
  expect(breaches(ours)).toEqual([]);
});

test('after a round that brought nothing a load rests 5 s before it asks again', async () => {
  const sim = await simulator();
  const [settings, options] = hurried(50);
  const ours = rig(settings, options);
  ours.connect(sim.port);
  await until(ours, ({ phase }) => phase === 'ready');
  // No market data at all: the spot of a symbol is given up after 6 s, so each round takes that long.
  sim.faults.add({ on: 'request', message: REQ_MKT_DATA, times: 1_000, action: { kind: 'drop' } });
  const failedMs: number[] = [];
  const sink: QuoteSink = {
    ...{ underlying: () => undefined, contracts: () => undefined },
    ...{ option: () => undefined, settled: () => undefined },
  };
  const load = ours.gateway.marketData.loadChains({ symbols: ['KO'], ...NARROW }, sink, ({ stage }) => {
    if (stage === 'failed') failedMs.push(options?.clock?.monotonic() ?? NaN);
  });
  // The first two are the halves of the first pass, the third is the first round after it.
  await vi.waitFor(() => expect(failedMs.length).toBeGreaterThanOrEqual(5), 5_000);
  load.stop();
  const rounds = failedMs.slice(2);
  const pauses = rounds.slice(1).map((atMs, i) => atMs - (rounds[i] ?? NaN));
  // Timers of the host may fire a millisecond early, which is 50 ms of this clock.
  for (const pause of pauses) expect(pause).toBeGreaterThan(10_800);
});
