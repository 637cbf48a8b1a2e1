import { seededRandom } from '../../scanner/domain/random.ts';
import { AmericanExpiry } from '../../scanner/math/americanExpiry.ts';
import { blackValue } from '../../scanner/math/black.ts';
import { blackGreeks } from '../../scanner/math/blackGreeks.ts';
import { impliedStdDev } from '../../scanner/math/impliedVol.ts';
import type { BenchLine, BenchOptions } from './benchLine.ts';
import { crrImpliedVol, textbookGreeksSum, textbookImpliedVol } from './textbook.ts';

const COUNT = 10_000;
const RATE = 0.045;
const SPOT = 450;

interface Quote {
  isCall: boolean;
  strike: number;
  years: number;
  vol: number;
  price: number;
}

/** A chain like SPY's: 3 days to 2 years, strikes within four standard deviations, a skew, out-of-the-money prices from a cent. */
function chain(): Quote[] {
  const random = seededRandom(20_230_914);
  const quotes: Quote[] = [];
  while (quotes.length < COUNT) {
    const years = (3 / 365) * 240 ** random();
    const z = 8 * random() - 4;
    const vol = Math.max(0.08, 0.16 - 0.03 * z + 0.1 * random());
    const stdDev = vol * Math.sqrt(years);
    const strike = Math.round(SPOT * Math.exp(z * stdDev));
    const forward = SPOT * Math.exp(RATE * years);
    const isCall = strike > forward;
    const price = blackValue(isCall, forward, strike, stdDev, Math.exp(-RATE * years));
    if (price > 0.01) quotes.push({ isCall, strike, years, vol, price });
  }
  return quotes;
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

function europeanVols(quotes: readonly Quote[]): BenchLine {
  const terms = quotes.map((quote) => {
    const discount = Math.exp(-RATE * quote.years);
    return { ...quote, discount, forward: SPOT / discount, rootYears: Math.sqrt(quote.years) };
  });
  const solve = ({ isCall, forward, strike, discount, price, rootYears }: (typeof terms)[number]): number =>
    impliedStdDev(isCall, forward, strike, discount, price) / rootYears;
  const value = bestNs(COUNT, 60, () => total(terms, solve));
  const errors = terms.map((term) => Math.abs(solve(term) - term.vol)).sort((a, b) => a - b);
  const p99 = errors[Math.floor(0.99 * COUNT)] ?? Infinity;
  const peerValue = bestNs(COUNT, 6, () =>
    total(quotes, (quote) => textbookImpliedVol({ ...quote, spot: SPOT, rate: RATE }, quote.price)),
  );
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

function europeanGreeks(quotes: readonly Quote[]): BenchLine {
  const terms = quotes.map(({ isCall, strike, years, vol }) => {
    const discount = Math.exp(-RATE * years);
    return {
      right: isCall ? ('C' as const) : ('P' as const),
      spot: SPOT,
      forward: SPOT / discount,
      strike,
      years,
      vol,
      discount,
    };
  });
  const value = bestNs(COUNT, 60, () =>
    total(terms, (term) => {
      const { price, delta, gamma, theta, vega, rho } = blackGreeks(term);
      return price + delta + gamma + theta + vega + rho;
    }),
  );
  const textbook = quotes.map((quote) => ({ ...quote, spot: SPOT, rate: RATE }));
  const peerValue = bestNs(COUNT, 30, () => total(textbook, textbookGreeksSum));
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

/** G1 to G3 of performance.md: the option maths on one thread, 10,000 contracts, best of many runs. */
export function lines({ wants }: BenchOptions): BenchLine[] {
  const quotes = chain();
  return [
    ...(wants('G1') ? [europeanVols(quotes)] : []),
    ...(wants('G2') ? [europeanGreeks(quotes)] : []),
    ...(wants('G3') ? [americanVols()] : []),
  ];
}
