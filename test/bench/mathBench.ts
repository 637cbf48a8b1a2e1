import { seededRandom } from '../../scanner/domain/random.ts';
import { AmericanExpiry } from '../../scanner/math/americanExpiry.ts';
import { blackValue } from '../../scanner/math/black.ts';
import { blackGreeksColumns } from '../../scanner/math/blackGreeksColumns.ts';
import { impliedVolColumns } from '../../scanner/math/impliedVolColumns.ts';
import type { BenchLine, BenchOptions } from './benchLine.ts';
import { crrImpliedVol, textbookGreeksSum, textbookImpliedVol, type TextbookOption } from './textbook.ts';

const COUNT = 10_200;
const EXPIRIES = 30;
const RATE = 0.045;
const SPOT = 450;

/** One expiry and right, as columns. */
interface Group {
  isCall: boolean;
  years: number;
  forward: number;
  discount: number;
  strikes: Float64Array;
  vols: Float64Array;
  prices: Float64Array;
}

/** A chain like SPY's: 30 expiries from 3 days to 2 years, strikes within four standard deviations, a skew, out of the money. */
function chain(): Group[] {
  const random = seededRandom(20_230_914);
  const groups: Group[] = [];
  for (let i = 0; i < 2 * EXPIRIES; i++) {
    const isCall = i % 2 === 0;
    const years = (3 / 365) * 240 ** ((i >> 1) / (EXPIRIES - 1));
    const discount = Math.exp(-RATE * years);
    const forward = SPOT / discount;
    const z = Float64Array.from({ length: COUNT / (2 * EXPIRIES) }, () => (isCall ? 4 : -4) * random());
    const vols = z.map((x) => Math.max(0.08, 0.16 - 0.03 * x + 0.1 * random()));
    const strikes = z.map((x, k) => SPOT * Math.exp(x * (vols[k] ?? NaN) * Math.sqrt(years)));
    const prices = strikes.map((strike, k) =>
      blackValue(isCall, forward, strike, (vols[k] ?? NaN) * Math.sqrt(years), discount),
    );
    groups.push({ isCall, years, forward, discount, strikes, vols, prices });
  }
  return groups;
}

/** Best of several runs, in nanoseconds per item. @param run does all items once and returns something of every result. */
function bestNs(items: number, rounds: number, run: () => number): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const sum = run();
    const took = performance.now() - start;
    if (Number.isNaN(sum)) throw new Error('a bench result is NaN');
    best = Math.min(best, took);
  }
  return (best * 1e6) / items;
}

/** Sum of `of` over the items: what keeps the compiler from leaving work out. */
function total<T>(items: readonly T[], of: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}

/** The chain again as one object per option, as a textbook would have it. */
function textbookQuotes(groups: readonly Group[]): (TextbookOption & { price: number })[] {
  return groups.flatMap(({ isCall, years, strikes, vols, prices }) =>
    Array.from(strikes, (strike, i) => {
      return { isCall, years, strike, vol: vols[i] ?? NaN, price: prices[i] ?? NaN, spot: SPOT, rate: RATE };
    }),
  );
}

function europeanVols(groups: readonly Group[]): BenchLine {
  const found = groups.map(({ strikes }) => new Float64Array(strikes.length));
  const value = bestNs(COUNT, 200, () => {
    groups.forEach((group, i) => impliedVolColumns(group, found[i] ?? new Float64Array()));
    return found[0]?.[0] ?? NaN;
  });
  const errors = groups.flatMap(({ vols }, i) => Array.from(vols, (vol, k) => Math.abs((found[i]?.[k] ?? NaN) - vol)));
  const p99 = errors.sort((a, b) => a - b)[Math.floor(0.99 * COUNT)] ?? Infinity;
  const quotes = textbookQuotes(groups);
  const peerValue = bestNs(COUNT, 6, () => total(quotes, (quote) => textbookImpliedVol(quote, quote.price)));
  return {
    id: 'G1',
    name: `European implied vol (p99 error ${p99.toExponential(1)})`,
    unit: 'ns',
    peer: 'Newton on vega, Abramowitz-Stegun cdf (textbook, JS)',
    value,
    peerValue,
    ratio: value / peerValue,
    goal: '<= 38 ns, p99 error <= 1e-12 vol',
    met: value <= 38 && p99 <= 1e-12,
  };
}

function europeanGreeks(groups: readonly Group[]): BenchLine {
  const size = COUNT / groups.length;
  const column = (): Float64Array => new Float64Array(size);
  const outs = groups.map(() => {
    return { price: column(), delta: column(), gamma: column(), theta: column(), vega: column(), rho: column() };
  });
  const pairs = groups.map((group, i) => ({ options: { ...group, spot: SPOT }, out: outs[i] }));
  const value = bestNs(COUNT, 200, () => {
    for (const { options, out } of pairs) if (out) blackGreeksColumns(options, out);
    return outs[0]?.delta[0] ?? NaN;
  });
  const quotes = textbookQuotes(groups);
  const peerValue = bestNs(COUNT, 30, () => total(quotes, textbookGreeksSum));
  return {
    id: 'G2',
    name: 'price and 5 Greeks',
    unit: 'ns',
    peer: 'formulas one by one, Abramowitz-Stegun cdf (textbook, JS)',
    value,
    peerValue,
    ratio: value / peerValue,
    goal: '<= 13.5 ns',
    met: value <= 13.5,
  };
}

function americanVols(): BenchLine {
  const random = seededRandom(77);
  const terms = { right: 'P', years: 0.2, rate: RATE, dividendYield: 0.013 } as const;
  const expiry = new AmericanExpiry(terms);
  const quotes: { strike: number; vol: number; price: number }[] = [];
  while (quotes.length < COUNT) {
    const vol = 0.12 + 0.4 * random();
    const strike = SPOT * Math.exp((7 * random() - 4) * vol * Math.sqrt(terms.years));
    const price = expiry.price(SPOT, strike, vol);
    if (price > Math.max(0.01, strike - SPOT + 0.01)) quotes.push({ strike, vol, price });
  }
  const value = bestNs(COUNT, 20, () => total(quotes, ({ strike, price }) => expiry.impliedVol(SPOT, strike, price)));
  const few = quotes.slice(0, 40);
  const peerValue = bestNs(few.length, 2, () =>
    total(few, ({ strike, price }) => crrImpliedVol({ ...terms, isCall: false, spot: SPOT, strike }, price, 256)),
  );
  return {
    id: 'G3',
    name: 'American implied vol',
    unit: 'ns',
    peer: 'binomial tree of 256 steps, bisection (Cox-Ross-Rubinstein, JS)',
    value,
    peerValue,
    ratio: value / peerValue,
    goal: '<= 300 ns',
    met: value <= 300,
  };
}

/** G1 to G3 of performance.md: the option maths on one thread, 10,200 contracts, best of many runs. */
export function lines({ wants }: BenchOptions): BenchLine[] {
  const groups = chain();
  return [
    ...(wants('G1') ? [europeanVols(groups)] : []),
    ...(wants('G2') ? [europeanGreeks(groups)] : []),
    ...(wants('G3') ? [americanVols()] : []),
  ];
}
