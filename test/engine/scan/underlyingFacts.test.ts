import { beforeEach, expect, test } from 'vitest';
import type { DailyClose, ReferencePort, Underlying } from '../../../broker/gateway.ts';
import { ChainFeed } from '../../../electron/engine/scan/chainFeed.ts';
import { UnderlyingFacts } from '../../../electron/engine/scan/underlyingFacts.ts';
import { newYorkDate } from '../../../scanner/domain/calendar.ts';
import { openStorage } from '../../../electron/storage/storage.ts';
import { fakeClock, type FakeClock } from '../../fakeClock.ts';
import { quietLog } from '../quietLog.ts';

const DAY_MS = 86_400_000;
/** What TWS was asked, and how each is answered. */
interface Asked {
  what: string;
  answer: (closes: DailyClose[]) => void;
  refuse: (why: string) => void;
}
let asked: Asked[];
let changed: string[];
let connected: boolean;
let clock: FakeClock;
let facts: UnderlyingFacts;
let feed: ChainFeed;

function history(what: string): Promise<DailyClose[]> {
  const { promise, resolve, reject } = Promise.withResolvers<DailyClose[]>();
  asked.push({ what, answer: resolve, refuse: (why) => reject(new Error(why)) });
  return promise;
}
const reference: Pick<ReferencePort, 'underlying' | 'ivHistory' | 'priceHistory'> = {
  underlying: (symbol) => Promise.resolve({ symbol } as Underlying),
  ivHistory: ({ symbol }) => history(`iv ${symbol}`),
  priceHistory: ({ symbol }) => history(`price ${symbol}`),
};
const closes = [0.2, 0.4, 0.3].map((close, i) => ({ date: `2023-09-0${i + 1}`, close }));

beforeEach(() => {
  [asked, changed, connected] = [[], [], true];
  clock = fakeClock();
  const log = quietLog();
  feed = new ChainFeed();
  facts = new UnderlyingFacts({
    ...{ reference: reference as ReferencePort, clock, log, feed },
    history: openStorage({ path: ':memory:', clock, log: () => undefined }).history,
    connected: () => connected,
    mayStore: () => true,
    onChange: (symbol) => void changed.push(symbol),
  });
});

/** Lets everything go on that waits for nothing but promises. */
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const names = () => asked.map(({ what }) => what);

test('IV histories come one after another, prices not at all before somebody looks', async () => {
  facts.want(['A', 'B', 'C']);
  await settle();
  expect([names(), facts.loading(['A', 'B', 'C', 'X'])]).toEqual([['iv A'], 3]);
  facts.want(['A']);
  asked[0]?.answer(closes);
  await settle();
  expect([names(), facts.loading(['A', 'B', 'C']), changed]).toEqual([['iv A', 'iv B'], 2, ['A']]);
  expect(facts.of('A').iv).toBe(0.3);
  expect(facts.of('B').ivRank).toBeUndefined();
});

test('a refused history is said to be over, and does not stop the next', async () => {
  facts.want(['A', 'B']);
  await settle();
  asked[0]?.refuse('no data');
  await settle();
  expect([names(), facts.loading(['A', 'B']), changed]).toEqual([['iv A', 'iv B'], 1, ['A']]);
});

test('a link that goes says nothing of the symbol: it is asked for again when the link is there', async () => {
  facts.want(['A']);
  await settle();
  connected = false;
  asked[0]?.refuse('the link is gone');
  await settle();
  expect(facts.loading(['A'])).toBe(1);
  connected = true;
  facts.resume();
  await settle();
  expect(names()).toEqual(['iv A', 'iv A']);
});

test('a new day asks again for what was known the day before', async () => {
  facts.want(['A']);
  await settle();
  asked[0]?.answer(closes);
  await settle();
  clock.advance(DAY_MS);
  expect(facts.of('A').iv).toBeUndefined();
  await settle();
  expect(names()).toEqual(['iv A', 'iv A']);
});

test('who looks at a spread does not wait long for prices, and has them later', async () => {
  const soon = facts.priceClosesSoon('A');
  await settle();
  clock.advance(5_000);
  expect(await soon).toBeUndefined();
  asked[0]?.answer(closes);
  expect(await facts.priceClosesSoon('A')).toEqual([0.2, 0.4, 0.3]);
  expect(names()).toEqual(['price A']);
});

test('dividends are those of today and later, the same list until the broker says otherwise', () => {
  const today = newYorkDate(clock.now());
  const tomorrow = newYorkDate(clock.now() + DAY_MS);
  expect([facts.dividends('A'), facts.all(['A'])['A']?.exDividends]).toEqual([[], []]);
  const pays = (exDate: string) =>
    feed.underlying('A', { dividends: { next: { exDate, amount: 0.5 }, yearAmount: 0.5 } }, 'live', clock.now());
  pays(today);
  const first = facts.dividends('A');
  // Once a year for three years, the day three years ahead included.
  expect(first.map(({ amount }) => amount)).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect(first[0]?.exDate).toBe(today);
  feed.underlying('A', { last: 100 }, 'live', clock.now());
  expect(facts.dividends('A')).toBe(first);
  expect(facts.all(['A'])['A']?.exDividends).toEqual(first.map(({ exDate }) => exDate));
  clock.advance(DAY_MS);
  expect(facts.dividends('A').map(({ exDate }) => exDate)).toEqual(first.slice(1).map(({ exDate }) => exDate));
  pays(tomorrow);
  expect(facts.dividends('A')[0]?.exDate).toBe(tomorrow);
});
