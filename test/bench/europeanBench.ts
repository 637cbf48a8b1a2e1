import { seededRandom } from '../../scanner/domain/random.ts';
import { blackValue } from '../../scanner/math/black.ts';
import { blackGreeksColumns } from '../../scanner/math/blackGreeksColumns.ts';
import { impliedVolColumns } from '../../scanner/math/impliedVolColumns.ts';
import { timedLine, type BenchOptions, type MeasuredLine } from './benchLine.ts';
import { besidePeers, type PythonPeer } from './pythonPeers.ts';
import { textbookGreeksSum, textbookImpliedVol, type TextbookOption } from './textbook.ts';
import { interleave, scaled, timingOf } from './timing.ts';

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

/** From milliseconds a round of all options. */
const NS_PER_OPTION = 1e6 / COUNT;

/** Every group's values of one column, one after another, as the peers take them. */
function joined(groups: readonly Group[], of: (group: Group, i: number) => ArrayLike<number>): Float64Array {
  return Float64Array.from(groups.flatMap((group, i) => Array.from(of(group, i))));
}

function peerColumns(groups: readonly Group[]): Record<string, Float64Array> {
  const each = (value: (group: Group) => number) => joined(groups, (group) => group.strikes.map(() => value(group)));
  return {
    isCall: each(({ isCall }) => (isCall ? 1 : 0)),
    years: each(({ years }) => years),
    forward: each(({ forward }) => forward),
    discount: each(({ discount }) => discount),
    strike: joined(groups, ({ strikes }) => strikes),
    vol: joined(groups, ({ vols }) => vols),
  };
}

const VOL_PEERS: readonly PythonPeer[] = ['scipy', 'numba', 'quantlib'].map((id) => ({ id, script: 'implied_vol.py' }));
const GREEKS_PEERS: readonly PythonPeer[] = ['numpy', 'numba', 'quantlib'].map((id) => ({
  id,
  script: 'black_greeks.py',
}));

async function europeanVols(groups: readonly Group[], options: BenchOptions): Promise<MeasuredLine[]> {
  const found = groups.map(({ strikes }) => new Float64Array(strikes.length));
  const quotes = textbookQuotes(groups);
  const [ours, theirs] = await interleave(
    {
      run: () => {
        groups.forEach((group, i) => impliedVolColumns(group, found[i] ?? new Float64Array()));
        return found[0]?.[0] ?? NaN;
      },
      rounds: 300,
    },
    { run: () => total(quotes, (quote) => textbookImpliedVol(quote, quote.price)), rounds: 6 },
  );
  const errors = groups.flatMap(({ vols }, i) => Array.from(vols, (vol, k) => Math.abs((found[i]?.[k] ?? NaN) - vol)));
  const { p99 } = timingOf(errors);
  const line = timedLine({
    id: 'G1',
    name: `European implied vol (p99 error ${p99.toExponential(1)})`,
    ...{ ours: scaled(ours, NS_PER_OPTION), theirs: scaled(theirs, NS_PER_OPTION) },
    peer: 'Newton on vega, Abramowitz-Stegun cdf (textbook, JS)',
    goal: { bound: '<=', limit: 38, unit: 'ns', besides: { text: 'p99 error <= 1e-12 vol', met: p99 <= 1e-12 } },
  });
  const inputs = () => ({
    columns: { ...peerColumns(groups), price: joined(groups, ({ prices }) => prices) },
    terms: {},
  });
  return [line, ...(await besidePeers(line, { peers: VOL_PEERS, inputs }, options))];
}

async function europeanGreeks(groups: readonly Group[], options: BenchOptions): Promise<MeasuredLine[]> {
  const column = (): Float64Array => new Float64Array(COUNT / groups.length);
  const outs = groups.map(() => {
    return { price: column(), delta: column(), gamma: column(), theta: column(), vega: column(), rho: column() };
  });
  const pairs = groups.map((group, i) => ({ options: { ...group, spot: SPOT }, out: outs[i] }));
  const quotes = textbookQuotes(groups);
  const [ours, theirs] = await interleave(
    {
      run: () => {
        for (const { options: columns, out } of pairs) if (out) blackGreeksColumns(columns, out);
        return outs[0]?.delta[0] ?? NaN;
      },
      rounds: 300,
    },
    { run: () => total(quotes, textbookGreeksSum), rounds: 30 },
  );
  const line = timedLine({
    id: 'G2',
    name: 'price and 5 Greeks',
    ...{ ours: scaled(ours, NS_PER_OPTION), theirs: scaled(theirs, NS_PER_OPTION) },
    peer: 'formulas one by one, Abramowitz-Stegun cdf (textbook, JS)',
    goal: { bound: '<=', limit: 13.5, unit: 'ns' },
  });
  const inputs = () => {
    const names = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const;
    const found = names.map((name) => [name, joined(groups, (_, i) => outs[i]?.[name] ?? [])] as const);
    return { columns: { ...peerColumns(groups), ...Object.fromEntries(found) }, terms: { spot: SPOT, rate: RATE } };
  };
  return [line, ...(await besidePeers(line, { peers: GREEKS_PEERS, inputs }, options))];
}

/** G1 and G2 of performance.md: the European maths on one thread, 10,200 contracts, best of many runs. */
export async function lines(options: BenchOptions): Promise<MeasuredLine[]> {
  const groups = chain();
  return [
    ...(options.wants('G1') ? await europeanVols(groups, options) : []),
    ...(options.wants('G2') ? await europeanGreeks(groups, options) : []),
  ];
}
