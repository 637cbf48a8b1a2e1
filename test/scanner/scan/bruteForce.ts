/**
 * A second, naive program for the headless scan, written from finance.md alone: every pair is tried by itself, one
 * filter after the other. It shares nothing with the scanner but normalCdf. Slow on purpose; do not optimise it.
 */
import type { Profile } from '../../../scanner/domain/profile.ts';
import { normalCdf } from '../../../scanner/math/normal.ts';
import { tryCondors } from './condorReference.ts';
import { thetaOf, vegaOf } from './refGreeks.ts';
import { newYorkOffset, type RefChain, type RefOption } from './refChain.ts';

export interface RefRow {
  id: string;
  valueOf: (measure: string) => number | undefined;
  /** The sort key: the measure itself when there is only one. */
  score: number;
}

export interface RefResult {
  contracts: number;
  pairs: number;
  /** In ranked order. */
  rows: RefRow[];
  /** The same before `bestPer`. */
  all: RefRow[];
  funnel: Map<string, number>;
}

interface Market {
  years: number;
  dte: number;
  forward: number;
  carry: number;
  atmIv: number | undefined;
  /** Options with a vol, by right, ascending by strike. */
  known: Record<string, RefOption[]>;
}

const RATE = 0.045;
const MS_PER_DAY = 86_400_000;

function marketOf(chain: RefChain, root: string, expiry: string): Market {
  const isMorning = ['SPX', 'NDX', 'RUT', 'VIX', 'VIXW', 'DJX'].includes(root);
  const close = Date.parse(`${expiry}T${isMorning ? '09:30' : '16:00'}:00Z`) - newYorkOffset(expiry) * 3_600_000;
  const years = Math.max(0, close - chain.asOf) / (365 * MS_PER_DAY);
  const offset = newYorkOffset(new Date(chain.asOf).toISOString().slice(0, 10));
  const today = new Date(chain.asOf + offset * 3_600_000).toISOString().slice(0, 10);
  const dte = (Date.parse(expiry) - Date.parse(today)) / MS_PER_DAY;
  const mine = chain.options.filter((o) => o.root === root && o.expiry === expiry);
  // Put-call parity near the money where both sides quote: the median of the six strikes with the closest prices.
  const discount = Math.exp(-RATE * years);
  const points = mine
    .filter((o) => o.right === 'C')
    .flatMap((call) => {
      const put = mine.find((o) => o.right === 'P' && o.strike === call.strike);
      const isTwoSided = (o: RefOption | undefined): o is RefOption => o !== undefined && o.bid > 0 && o.ask >= o.bid;
      if (!isTwoSided(call) || !isTwoSided(put)) return [];
      return [{ strike: call.strike, gap: (call.bid + call.ask) / 2 - (put.bid + put.ask) / 2 }];
    })
    .sort((a, b) => Math.abs(a.gap) - Math.abs(b.gap) || a.strike - b.strike)
    .slice(0, 6)
    .map((p) => p.strike + p.gap / discount)
    .sort((a, b) => a - b);
  const implied =
    points.length % 2 === 1
      ? points[(points.length - 1) / 2]
      : points.length > 0
        ? ((points[points.length / 2 - 1] ?? 0) + (points[points.length / 2] ?? 0)) / 2
        : undefined;
  const usable = years > 0 && implied !== undefined && implied > 0.5 * chain.spot && implied < 2 * chain.spot;
  const forward = usable ? implied : chain.spot / discount;
  const known = Object.fromEntries(
    ['C', 'P'].map((right) => [
      right,
      mine.filter((o) => o.right === right && o.iv !== undefined).sort((a, b) => a.strike - b.strike),
    ]),
  );
  const vols = ['C', 'P'].flatMap((right) => smileAt(known[right] ?? [], chain.spot, 'flat') ?? []);
  const atmIv = vols.length > 0 ? vols.reduce((a, b) => a + b) / vols.length : undefined;
  return { years, dte, forward, carry: Math.log(forward / chain.spot), atmIv, known };
}

/** Vol at a strike, linear between known ones; outside of them the nearest (`flat`) or nothing. */
function smileAt(known: readonly RefOption[], strike: number, outside: 'flat' | 'none'): number | undefined {
  const below = known.findLast((o) => o.strike <= strike);
  const above = known.find((o) => o.strike >= strike);
  if (below && above) {
    if (above.strike === below.strike) return below.iv;
    const share = (strike - below.strike) / (above.strike - below.strike);
    return (below.iv ?? NaN) + share * ((above.iv ?? NaN) - (below.iv ?? NaN));
  }
  return outside === 'flat' ? (below ?? above)?.iv : undefined;
}

/** Undiscounted Black value of a payoff. */
function expectedPayoff(right: string, forward: number, strike: number, stdDev: number): number {
  const sign = right === 'C' ? 1 : -1;
  if (stdDev === 0) return Math.max(0, sign * (forward - strike));
  const d1 = Math.log(forward / strike) / stdDev + stdDev / 2;
  return sign * (forward * normalCdf(sign * d1) - strike * normalCdf(sign * (d1 - stdDev)));
}

const SHAPES: Record<string, { right: string; isCredit: boolean; sellsHigher: boolean }> = {
  bullPut: { right: 'P', isCredit: true, sellsHigher: true },
  bearCall: { right: 'C', isCredit: true, sellsHigher: false },
  bullCall: { right: 'C', isCredit: false, sellsHigher: true },
  bearPut: { right: 'P', isCredit: false, sellsHigher: false },
};

/** Net Greeks are told to nine decimals: what is left of equal ones is noise, which would otherwise be ranked. */
const minus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Number((a - b).toFixed(9));

type Value = number | undefined;

interface Pair {
  chain: RefChain;
  market: Market;
  profile: Profile;
  strategy: string;
  sold: RefOption;
  bought: RefOption;
}

/** A pair with a price. */
interface Priced extends Pair {
  credit: number;
  isCredit: boolean;
  width: number;
}

/** Money is decimal: without this a ratio of 9000 to 1 carries noise that splits ties. */
const decimal = (x: number): number => Number(x.toFixed(8));
const mid = (o: RefOption): number => (o.bid + o.ask) / 2;
const abs = (x: Value): Value => (x === undefined ? undefined : Math.abs(x));
const bidAsk = (o: RefOption): number => (o.ask - o.bid) / mid(o);

/** P(S_T > x) at the vol of the smile there; outside of it at the sold leg's. */
function aboveOf({ chain, market, sold }: Pair, x: number): Value {
  if (x <= 0) return 1;
  const sigma = smileAt(market.known[sold.right] ?? [], x, 'none') ?? sold.iv;
  if (sigma === undefined) return undefined;
  const distance = Math.log(chain.spot / x) + market.carry - (sigma * sigma * market.years) / 2;
  const stdDev = sigma * Math.sqrt(market.years);
  return stdDev > 0 ? normalCdf(distance / stdDev) : distance > 0 ? 1 : distance < 0 ? 0 : 0.5;
}

function popOf(pair: Pair, breakEven: number): Value {
  const above = aboveOf(pair, breakEven);
  return above === undefined || pair.strategy.startsWith('bull') ? above : 1 - above;
}

/** Credit less what the legs are expected to pay under the smile's distribution, after fees, per share. */
function evOf({ market, sold, bought, credit, profile }: Priced): Value {
  if (sold.iv === undefined || bought.iv === undefined) return undefined;
  const value = (o: RefOption): number =>
    expectedPayoff(o.right, market.forward, o.strike, (o.iv ?? NaN) * Math.sqrt(market.years));
  return credit + value(bought) - value(sold) - (2 * profile.feesPerLeg) / 100;
}

function liquidityOf(o: RefOption): number {
  const clip = (x: number): number => Math.min(1, Math.max(0, x));
  return (
    0.5 * clip(1 - bidAsk(o) / 0.2) +
    0.25 * Math.min(1, Math.log(1 + o.openInterest) / Math.log(1001)) +
    0.25 * Math.min(1, Math.log(1 + o.volume) / Math.log(501))
  );
}

/** The net price, or undefined where there is none. */
function creditOf({ strategy, sold, bought, profile }: Pair): Value {
  for (const leg of [sold, bought]) if (!(leg.ask > 0) || leg.bid > leg.ask) return undefined;
  if (profile.pricing === 'natural' && sold.bid === 0) return undefined;
  const credit = decimal(profile.pricing === 'mid' ? mid(sold) - mid(bought) : sold.bid - bought.ask);
  const width = Math.abs(sold.strike - bought.strike);
  const risk = SHAPES[strategy]?.isCredit ? width - credit : -credit;
  const eps = 1e-9;
  const atMostTheWidth = risk <= width + eps;
  if (SHAPES[strategy]?.isCredit) return atMostTheWidth && credit < width - eps ? credit : undefined;
  return -credit < width - eps && -credit > eps ? credit : undefined;
}

const profitOf = ({ isCredit, credit, width, profile }: Priced): number =>
  decimal((isCredit ? credit : width + credit) * 100 - 2 * profile.feesPerLeg);
const lossOf = ({ isCredit, credit, width, profile }: Priced): number =>
  decimal((isCredit ? width - credit : -credit) * 100 + 2 * profile.feesPerLeg);

function breakEvenOf({ isCredit, credit, sold, bought }: Priced): number {
  const base = isCredit ? sold.strike : bought.strike;
  return sold.right === 'P' ? base - Math.abs(credit) : base + Math.abs(credit);
}

function sigmasOf({ chain, market, sold }: Priced): Value {
  const stdDev = market.atmIv === undefined ? 0 : market.atmIv * Math.sqrt(market.years);
  return stdDev > 0 ? Math.abs(Math.log(sold.strike / chain.spot)) / stdDev : undefined;
}

const atExpiry = ({ chain, market }: Pair) => ({ spot: chain.spot, rate: RATE, ...market });

/** Every measure by name; undefined where something is missing. */
const MEASURES: Record<string, (pair: Priced) => Value> = {
  dte: ({ market }) => market.dte,
  shortDelta: ({ sold }) => abs(sold.delta),
  longDelta: ({ bought }) => abs(bought.delta),
  width: ({ width }) => width,
  credit: ({ credit }) => credit,
  creditToWidth: ({ credit, width }) => credit / width,
  maxProfit: profitOf,
  maxLoss: lossOf,
  breakEven: breakEvenOf,
  returnOnRisk: (pair) => profitOf(pair) / lossOf(pair),
  annualised: (pair) => ((profitOf(pair) / lossOf(pair)) * 365) / Math.max(1, pair.market.dte),
  pop: (pair) => popOf(pair, breakEvenOf(pair)),
  ev: evOf,
  evToRisk: (pair) => ifKnown(evOf(pair), (value) => (value * 100) / lossOf(pair)),
  netDelta: ({ sold, bought }) => minus(bought.delta, sold.delta),
  netGamma: ({ sold, bought }) => minus(bought.gamma, sold.gamma),
  netTheta: (pair) => minus(thetaOf(atExpiry(pair), pair.bought), thetaOf(atExpiry(pair), pair.sold)),
  netVega: (pair) => minus(vegaOf(atExpiry(pair), pair.bought), vegaOf(atExpiry(pair), pair.sold)),
  distancePercent: ({ chain, sold }) => Math.abs(sold.strike - chain.spot) / chain.spot,
  distanceSigma: sigmasOf,
  liquidity: ({ sold, bought }) => Math.min(liquidityOf(sold), liquidityOf(bought)),
};

/** Measures that each leg must pass for itself. */
const LEG_MEASURES: Record<string, (leg: RefOption) => number> = {
  openInterest: (leg) => leg.openInterest,
  volume: (leg) => leg.volume,
  bidAskPercent: bidAsk,
};

const ifKnown = (value: Value, then: (known: number) => number): Value =>
  value === undefined ? undefined : then(value);

const FILTER_ORDER =
  'dte shortDelta longDelta width ivPercentile ivRank credit creditToWidth maxLoss returnOnRisk pop ev evToRisk netDelta netTheta netVega netGamma openInterest volume bidAskPercent distancePercent distanceSigma'.split(
    ' ',
  );

interface Range {
  min?: number | undefined;
  max?: number | undefined;
}

function isInside(value: number | undefined, range: Range): boolean {
  if (value === undefined) return false;
  return (
    !(range.min !== undefined && value < range.min - 1e-9) && !(range.max !== undefined && value > range.max + 1e-9)
  );
}

export function bruteForce(chains: readonly RefChain[], profile: Profile): RefResult {
  const result: RefResult = { contracts: 0, pairs: 0, rows: [], all: [], funnel: new Map() };
  for (const chain of chains) {
    if (profile.symbols.length > 0 && !profile.symbols.includes(chain.symbol)) continue;
    result.contracts += chain.options.length;
    const groups = new Map<string, RefOption[]>();
    for (const option of chain.options) {
      const key = `${option.root} ${option.expiry}`;
      groups.set(key, [...(groups.get(key) ?? []), option]);
    }
    for (const options of groups.values()) scanExpiry(chain, options, profile, result);
  }
  rank(result, profile);
  result.all = result.rows;
  const { bestPer } = profile;
  if (bestPer) {
    const keyOf = (id: string): string =>
      id
        .split('|')
        .slice(0, bestPer === 'symbol' ? 1 : 3)
        .join('|');
    result.rows = result.rows.filter(({ id }, i, rows) => rows.findIndex((row) => keyOf(row.id) === keyOf(id)) === i);
  }
  return result;
}

function scanExpiry(chain: RefChain, options: RefOption[], profile: Profile, result: RefResult): void {
  const [first] = options;
  if (!first) return;
  const market = marketOf(chain, first.root, first.expiry);
  const ranges = FILTER_ORDER.map((filter) => [filter, profile[filter as 'dte']] as const).filter(
    ([, { min, max }]) => min !== undefined || max !== undefined,
  );
  const priced = (strategy: string, sold: RefOption, bought: RefOption): Priced | undefined => {
    const pair = { chain, market, profile, strategy, sold, bought };
    const credit = creditOf(pair);
    const width = Math.abs(sold.strike - bought.strike);
    return credit === undefined ? undefined : { ...pair, credit, width, isCredit: SHAPES[strategy]?.isCredit ?? false };
  };
  const counted = (failed: string | undefined, id: string, valueOf: RefRow['valueOf']): void => {
    result.pairs++;
    if (failed !== undefined) result.funnel.set(failed, (result.funnel.get(failed) ?? 0) + 1);
    else result.rows.push({ id, valueOf, score: NaN });
  };
  const nameOf = (right: string): string => `${chain.symbol}|${first.root}|${first.expiry}|${right}`;
  for (const strategy of profile.strategies) {
    if (strategy.startsWith('iron')) {
      tryCondors<Priced>(strategy, options, {
        ...{ profile, ranges, wing: priced, above: aboveOf, isInside, decimal },
        measure: (wing, name) => MEASURES[name]?.(wing),
        passes: (wing, filter) =>
          firstFailed(
            wing,
            ranges.filter(([name]) => name === filter),
          ) === undefined,
        counted: (failed, strikes, valueOf) => counted(failed, `${nameOf('P')}|${strikes}`, valueOf),
      });
      continue;
    }
    const shape = SHAPES[strategy];
    const legs = options.filter((option) => option.right === shape?.right);
    for (const sold of legs) {
      for (const bought of legs) {
        if (shape === undefined || sold.strike === bought.strike) continue;
        if (sold.strike > bought.strike !== shape.sellsHigher) continue;
        const pair = priced(strategy, sold, bought);
        const failed = pair ? firstFailed(pair, ranges) : 'tradeable';
        const id = `${nameOf(sold.right)}|${sold.strike}|${bought.strike}|${strategy}`;
        counted(failed, id, (name) => (pair ? MEASURES[name]?.(pair) : undefined));
      }
    }
  }
}

function firstFailed(pair: Priced, ranges: readonly (readonly [string, Range])[]): string | undefined {
  for (const [filter, range] of ranges) {
    const ofLeg = LEG_MEASURES[filter];
    const values = ofLeg ? [ofLeg(pair.sold), ofLeg(pair.bought)] : [MEASURES[filter]?.(pair)];
    if (!values.every((value) => isInside(value, range))) return filter;
  }
  return undefined;
}

/** numpy's default percentile. */
function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place % 1);
}

function rank({ rows }: RefResult, profile: Profile): void {
  const weights = Object.entries(profile.rankBy).filter(([, weight]) => weight !== 0);
  const total = weights.reduce((sum, [, weight]) => sum + Math.abs(weight), 0);
  const columns = weights.map(([name]) => rows.map((row) => row.valueOf(name)));
  const limits = columns.map((column) => {
    const known = column.filter((value) => value !== undefined);
    return [percentile(known, 0.05), percentile(known, 0.95)] as const;
  });
  for (const [r, row] of rows.entries()) {
    let key = 0;
    for (const [k, [, weight]] of weights.entries()) {
      const value = columns[k]?.[r];
      const [low, high] = limits[k] ?? [NaN, NaN];
      const isAlike = !(high - low > 1e-9);
      const between = Math.min(1, Math.max(0, ((value ?? NaN) - low) / (high - low)));
      const place = isAlike ? ((value ?? NaN) >= low - 1e-9 ? 1 : 0) : between;
      if (value === undefined) key = -Infinity;
      else key += weights.length === 1 ? value * Math.sign(weight) : (weight / total) * place;
    }
    row.score = key;
  }
  rows.sort((a, b) => {
    const difference = b.score - a.score;
    if (Math.abs(difference) > 1e-12 * Math.max(1, Math.min(Math.abs(a.score), Math.abs(b.score)))) return difference;
    const [symbolA = '', rootA = '', expiryA = '', rightA = '', shortA, longA, , callA = 0, farA = 0] = a.id.split('|');
    const [symbolB = '', rootB = '', expiryB = '', rightB = '', shortB, longB, , callB = 0, farB = 0] = b.id.split('|');
    const text = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
    return (
      text(symbolA, symbolB) ||
      text(expiryA, expiryB) ||
      text(rightA, rightB) ||
      Number(shortA) - Number(shortB) ||
      Number(longA) - Number(longB) ||
      text(rootA, rootB) ||
      Number(callA) - Number(callB) ||
      Number(farA) - Number(farB)
    );
  });
}
