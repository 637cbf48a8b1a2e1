import { seededRandom } from '../../scanner/domain/random.ts';
import type { Right } from '../../scanner/domain/option.ts';
import { americanImpliedVol, americanPrice } from '../../scanner/math/american.ts';
import { AmericanExpiry, type AmericanExpiryTerms } from '../../scanner/math/americanExpiry.ts';
import type { CashDividend } from '../../scanner/math/americanTerms.ts';
import { timedLine, type BenchOptions, type Goal, type MeasuredLine } from './benchLine.ts';
import { besidePeers, type PeerInputs, type PythonPeer } from './pythonPeers.ts';
import { crrImpliedVol } from './textbook.ts';
import { interleave, scaled, type Contender } from './timing.ts';

const SPOT = 450;
const RATE = 0.045;
const DAYS_PER_YEAR = 365;
const TREE_STEPS = 256;
const NS_PER_MS = 1e6;
/**
 * An option is in when it is worth at least a tick more than exercising it, and a point of vol moves it by at least a
 * tick: else its quote says nothing of its vol.
 */
const TICK = 0.01;
const MOST_VOL_ERROR = 1e-4;
const MOST_PRICE_ERROR = 0.0025;
/**
 * What 1 of vol (100 points) is worth where MOST_VOL_ERROR of it is worth MOST_PRICE_ERROR. With less vega a price as good as
 * the goal asks does not fix the vol to 1e-4: those options are named apart.
 */
const TELLING_VEGA = MOST_PRICE_ERROR / MOST_VOL_ERROR;

/** One expiry and right, with vols as they are and prices by the slow solver. */
interface Quotes {
  terms: AmericanExpiryTerms;
  expiry: AmericanExpiry;
  strikes: Float64Array;
  vols: Float64Array;
  prices: Float64Array;
  /** Per 1 of vol. */
  vegas: Float64Array;
  /** Written by the timed work. */
  found: Float64Array;
}

interface Style {
  id: string;
  name: string;
  /** To expiry; whole days, since QuantLib knows no others. */
  days: readonly number[];
  yields: readonly number[];
  dividends: readonly CashDividend[];
  /** Options of one expiry, right and yield. */
  each: number;
  rounds: number;
}

/** Strikes within four standard deviations on both sides, vols of 12 to 52 %, calls and puts. */
function quotesOf({ days: expiries, yields, dividends, each }: Style): Quotes[] {
  const random = seededRandom(77);
  return expiries.flatMap((days) =>
    yields.flatMap((dividendYield) =>
      (['P', 'C'] as const).map((right: Right) => {
        const years = days / DAYS_PER_YEAR;
        const terms = { right, years, rate: RATE, dividendYield, dividends };
        const [strikes, vols, prices, vegas]: [number[], number[], number[], number[]] = [[], [], [], []];
        while (strikes.length < each) {
          const vol = 0.12 + 0.4 * random();
          const strike = SPOT * Math.exp((8 * random() - 4) * vol * Math.sqrt(years));
          const [price = NaN, more = NaN] = [vol, vol + 0.01].map((at) =>
            americanPrice({ ...terms, spot: SPOT, strike, vol: at }),
          );
          const intrinsic = Math.max(0, right === 'C' ? SPOT - strike : strike - SPOT);
          if (!(price - intrinsic >= TICK && more - price >= TICK)) continue;
          strikes.push(strike);
          vols.push(vol);
          prices.push(price);
          vegas.push((more - price) / 0.01);
        }
        const [K, v, p, vega] = [strikes, vols, prices, vegas].map((list) => Float64Array.from(list));
        const none = new Float64Array(0);
        return {
          ...{ terms, expiry: new AmericanExpiry(terms), strikes: K ?? none, vols: v ?? none, prices: p ?? none },
          vegas: vega ?? none,
          found: new Float64Array(each).fill(NaN),
        };
      }),
    ),
  );
}

interface Errors {
  vol: number;
  /** Of the vols of options with TELLING_VEGA. */
  telling: number;
  price: number;
}

/** Largest errors: of the vols found, and of the prices at the true vols. NaN when any is missing. */
function errorsOf(quotes: readonly Quotes[]): Errors {
  let [vol, telling, price] = [0, 0, 0];
  for (const { expiry, strikes, vols, prices, vegas, found } of quotes) {
    for (const [i, strike] of strikes.entries()) {
      const error = Math.abs((found[i] ?? NaN) - (vols[i] ?? NaN));
      vol = Math.max(vol, error);
      if ((vegas[i] ?? 0) >= TELLING_VEGA) telling = Math.max(telling, error);
      price = Math.max(price, Math.abs(expiry.price(SPOT, strike, vols[i] ?? NaN) - (prices[i] ?? NaN)));
    }
  }
  return { vol, telling, price };
}

function peerInputs(quotes: readonly Quotes[], dividends: readonly CashDividend[]): PeerInputs {
  const joined = (of: (group: Quotes) => Float64Array) => Float64Array.from(quotes.flatMap((group) => [...of(group)]));
  const each = (of: (group: Quotes, index: number) => number) =>
    Float64Array.from(quotes.flatMap((group, index) => Array.from(group.strikes, () => of(group, index))));
  return {
    columns: {
      group: each((_, index) => index),
      isCall: each(({ terms }) => (terms.right === 'C' ? 1 : 0)),
      years: each(({ terms }) => terms.years),
      dividendYield: each(({ terms }) => terms.dividendYield),
      strike: joined(({ strikes }) => strikes),
      price: joined(({ prices }) => prices),
      vol: joined(({ vols }) => vols),
    },
    terms: { spot: SPOT, rate: RATE, dividends },
  };
}

interface Peers {
  plain: { name: string; items: number } & Contender;
  python: readonly PythonPeer[];
}

async function impliedVols(style: Style, peersOf: (quotes: Quotes[]) => Peers, options: BenchOptions) {
  const quotes = quotesOf(style);
  const items = quotes.length * style.each;
  const run = (): void => {
    for (const { expiry, strikes, prices, found } of quotes) expiry.impliedVols(SPOT, strikes, prices, found);
  };
  const { plain, python } = peersOf(quotes);
  const [ours, theirs] = await interleave({ run, rounds: style.rounds }, plain);
  const { vol, telling, price } = errorsOf(quotes);
  const goal: Goal = {
    ...{ bound: '<=', limit: 300, unit: 'ns' },
    besides: {
      text: 'vol error <= 1e-4, price error <= 0.25 cent',
      met: vol <= MOST_VOL_ERROR && price <= MOST_PRICE_ERROR,
    },
  };
  const line = timedLine({
    id: style.id,
    name:
      `${style.name} (largest vol error ${vol.toExponential(1)}, ${telling.toExponential(1)} where 1e-4 is worth ` +
      `0.25 cent; price error ${(100 * price).toFixed(3)} cent)`,
    ...{ ours: scaled(ours, NS_PER_MS / items), theirs: scaled(theirs, NS_PER_MS / plain.items) },
    ...{ peer: plain.name, goal },
  });
  const inputs = () => peerInputs(quotes, style.dividends);
  return [line, ...(await besidePeers(line, { peers: python, inputs }, options))];
}

/** Some of the options, evenly spread, for solvers too slow to be given all. */
function sample(quotes: readonly Quotes[], count: number) {
  const all = quotes.flatMap(({ terms, strikes, prices }) =>
    Array.from(strikes, (strike, i) => ({ ...terms, isCall: terms.right === 'C', strike, price: prices[i] ?? NaN })),
  );
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, i) => i % step === 0).map((option) => ({ ...option, spot: SPOT }));
}

function withYield(options: BenchOptions): Promise<MeasuredLine[]> {
  const style: Style = {
    ...{ id: 'G3', name: 'American implied vol, calls and puts with a yield' },
    ...{ days: [15, 44, 146, 438], yields: [0.013, 0.06], dividends: [], each: 640, rounds: 200 },
  };
  const peersOf = (quotes: Quotes[]): Peers => {
    const some = sample(quotes, 48);
    const run = () => some.reduce((sum, option) => sum + crrImpliedVol(option, option.price, TREE_STEPS), 0);
    return {
      plain: { name: `binomial tree of ${TREE_STEPS} steps, bisection (JS)`, items: some.length, run, rounds: 2 },
      python: ['quantlib', 'quantlib-iv', 'numba'].map((id) => ({ id, script: 'american_vol.py' })),
    };
  };
  return impliedVols(style, peersOf, options);
}

function withDividends(options: BenchOptions): Promise<MeasuredLine[]> {
  const dividends = [18, 109, 200, 291].map((day) => ({ years: day / DAYS_PER_YEAR, amount: 1.6 }));
  const style: Style = {
    ...{ id: 'G3b', name: 'American implied vol, calls and puts with cash dividends' },
    ...{ days: [44, 146, 329], yields: [0], dividends, each: 100, rounds: 600 },
  };
  const peersOf = (quotes: Quotes[]): Peers => {
    const some = sample(quotes, 6);
    const run = () => some.reduce((sum, option) => sum + americanImpliedVol(option), 0);
    return {
      plain: { name: 'each option by itself, finite differences (JS)', items: some.length, run, rounds: 2 },
      python: [{ id: 'quantlib', script: 'american_vol.py' }],
    };
  };
  return impliedVols(style, peersOf, options);
}

/** G3 of performance.md: American implied vols on one thread, tables built before. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  return [
    ...(options.wants('G3') ? await withYield(options) : []),
    ...(options.wants('G3b') ? await withDividends(options) : []),
  ];
}
