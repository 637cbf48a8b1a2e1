import type { RangeFilter, RankMeasure } from '../domain/profile.ts';
import { probabilityAbove, probabilityOfTouch } from '../math/probability.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';
import type { Vertical } from './vertical.ts';

/** A measure of one candidate; NaN when something it needs is missing. */
export type Measure = (vertical: Vertical) => number;

/** Every measure that a filter or a ranking can name, but those that bind each leg alone. @source finance.md "Measures" */
export const MEASURES = {
  dte: (v) => v.group.market.dte,
  shortDelta: (v) => Math.abs(v.group.delta[v.short] ?? NaN),
  longDelta: (v) => Math.abs(v.group.delta[v.long] ?? NaN),
  width: (v) => v.width,
  ivPercentile: (v) => v.group.facts.ivPercentile ?? NaN,
  ivRank: (v) => v.group.facts.ivRank ?? NaN,
  credit: (v) => v.credit,
  creditToWidth: (v) => v.credit / v.width,
  maxLoss: (v) => v.maxLoss,
  returnOnRisk: (v) => v.maxProfit / v.maxLoss,
  annualised: (v) => ((v.maxProfit / v.maxLoss) * DAYS_PER_YEAR) / Math.max(1, v.group.market.dte),
  pop,
  ev,
  evToRisk: (v) => (ev(v) * v.group.group.multiplier) / v.maxLoss,
  netDelta: (v) => net(v, v.group.delta),
  netTheta: (v) => net(v, v.group.theta),
  netVega: (v) => net(v, v.group.vega),
  netGamma: (v) => net(v, v.group.gamma),
  distancePercent: (v) => distancePercent(v.group, v.short),
  distanceSigma: (v) => distanceSigma(v.group, v.short),
  liquidity: (v) => Math.min(legLiquidity(v.group, v.short), legLiquidity(v.group, v.long)),
} satisfies Record<Exclude<RangeFilter, LegFilter> | RankMeasure, Measure>;

/** Filters that each leg must pass for itself. */
export type LegFilter = 'openInterest' | 'volume' | 'bidAskPercent';

/** The value that a row and a histogram show for such a filter: the worse leg's. */
export const WORSE_LEG = {
  openInterest: (v) => worse(v, v.group.openInterest, Math.min),
  volume: (v) => worse(v, v.group.volume, Math.min),
  bidAskPercent: (v) => worse(v, v.group.bidAskPercent, Math.max),
} satisfies Record<LegFilter, Measure>;

function worse(v: Vertical, column: Float64Array, pick: (a: number, b: number) => number): number {
  return pick(column[v.short] ?? NaN, column[v.long] ?? NaN);
}

/** The value that a filter looks at. */
export function filterValue(filter: RangeFilter, vertical: Vertical): number {
  switch (filter) {
    case 'openInterest':
    case 'volume':
    case 'bidAskPercent':
      return WORSE_LEG[filter](vertical);
    default:
      return MEASURES[filter](vertical);
  }
}

/** A spread that expires today is annualised as if it took one day; the formula has no value there. */
const DAYS_PER_YEAR = 365;

/** Long leg less short leg, per share. */
function net(v: Vertical, column: Float64Array): number {
  return clean((column[v.long] ?? NaN) - (column[v.short] ?? NaN));
}

/** Price of the underlying at which nothing is won or lost, before fees. */
export function breakEven(v: Vertical): number {
  const { shape, group, credit } = v;
  const strike = group.strike[shape.credit ? v.short : v.long] ?? NaN;
  const received = shape.credit ? credit : -credit;
  return clean(shape.right === 'P' ? strike - received : strike + received);
}

/** True when the spread gains from a rising underlying. */
function profitsAbove(v: Vertical): boolean {
  return v.strategy === 'bullPut' || v.strategy === 'bullCall';
}

/**
 * Vol at a strike: linear between the known strikes of this expiry and right; outside of them, or with none, the
 * given leg's own vol. NaN when that is missing too.
 */
function volAt(group: PreparedGroup, strike: number, leg: number): number {
  const { strikes } = group.smile;
  const first = strikes[0] ?? NaN;
  const last = strikes[strikes.length - 1] ?? NaN;
  return strike >= first && strike <= last ? group.smile.volAt(strike) : (group.iv[leg] ?? NaN);
}

/** P(S_T beyond the break-even on the profitable side) = N(d2) there. At T = 0 it is known: 0, 1/2 or 1. */
function pop(v: Vertical): number {
  const { spot, years, rate, dividendYield } = v.group.market;
  const barrier = breakEven(v);
  const vol = volAt(v.group, barrier, v.short);
  if (!(vol > 0) || !(barrier > 0)) return NaN;
  const above = probabilityAbove({ spot, barrier, years, vol, rate, dividendYield });
  return profitsAbove(v) ? above : 1 - above;
}

/** Probability that the short leg expires out of the money, at its own vol. */
export function probShortOtm(v: Vertical): number {
  const { spot, years, rate, dividendYield } = v.group.market;
  const vol = v.group.iv[v.short] ?? NaN;
  if (!(vol > 0)) return NaN;
  const barrier = v.group.strike[v.short] ?? NaN;
  const above = probabilityAbove({ spot, barrier, years, vol, rate, dividendYield });
  return v.shape.right === 'P' ? above : 1 - above;
}

/** Probability that the short strike is touched before expiry, at its own vol. */
export function touch(v: Vertical): number {
  const { spot, years, rate, dividendYield } = v.group.market;
  const vol = v.group.iv[v.short] ?? NaN;
  const barrier = v.group.strike[v.short] ?? NaN;
  return vol > 0 ? probabilityOfTouch({ spot, barrier, years, vol, rate, dividendYield }) : NaN;
}

/**
 * Expected profit per share after fees under the `rnd` lens: the exact integral of the payoff over the distribution
 * that the smile implies is the difference of the legs' undiscounted prices at their own vols.
 */
function ev(v: Vertical): number {
  const { expectedPayoff } = v.group;
  const payoff = (expectedPayoff[v.long] ?? NaN) - (expectedPayoff[v.short] ?? NaN);
  return v.credit + payoff - v.fees / v.group.group.multiplier;
}

export function distancePercent(group: PreparedGroup, short: number): number {
  const { spot } = group.market;
  return Math.abs((group.strike[short] ?? NaN) - spot) / spot;
}

export function distanceSigma(group: PreparedGroup, short: number): number {
  const { spot, years } = group.market;
  const stdDev = group.atmIv * Math.sqrt(years);
  return stdDev > 0 ? Math.abs(Math.log((group.strike[short] ?? NaN) / spot)) / stdDev : NaN;
}

const WIDEST_LIQUID = 0.2;
const FULL_OPEN_INTEREST = 1000;
const FULL_VOLUME = 500;

/** Half for a tight market, a quarter each for open interest and volume; unknown counts as none. [0, 1] */
function legLiquidity(group: PreparedGroup, row: number): number {
  const tight = Math.min(1, Math.max(0, 1 - (group.bidAskPercent[row] ?? NaN) / WIDEST_LIQUID));
  const share = (value: number | undefined, full: number): number =>
    value !== undefined && value > 0 ? Math.min(1, Math.log(1 + value) / Math.log(1 + full)) : 0;
  return (
    0.5 * tight +
    0.25 * share(group.openInterest[row], FULL_OPEN_INTEREST) +
    0.25 * share(group.volume[row], FULL_VOLUME)
  );
}
