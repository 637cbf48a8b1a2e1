import type { VerticalShape, VerticalStrategy } from '../domain/strategy.ts';
import { probabilityAbove } from '../math/probability.ts';
import {
  overMaxLoss,
  PRICE_MEASURES,
  type CandidateBlock,
  type Measure,
  type MeasureColumn,
} from './candidateBlock.ts';
import type { LegValues } from './legMeasures.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';

/** Candidates of two legs of one group. */
export interface TwoLegs extends CandidateBlock {
  readonly short: Int32Array;
  readonly long: Int32Array;
  readonly group: PreparedGroup;
  readonly shape: VerticalShape;
  readonly strategy: VerticalStrategy;
  /** Expected payoff per share of the legs under the `rnd` lens, without the price paid or received. */
  payoffs(out: Float64Array, at: number): void;
}

/** Every measure of two legs. @source finance.md "Measures" */
export const VERTICAL_MEASURES: Readonly<Record<Measure, MeasureColumn<TwoLegs>>> = {
  ...PRICE_MEASURES,
  shortDelta: (b, out, at) => ofShort(b, b.group.absDelta, out, at),
  longDelta: ({ count, long, group }, out, at) => {
    for (let i = 0; i < count; i++) out[at + i] = group.absDelta[long[i] ?? 0] ?? NaN;
  },
  mid: (b, out, at) => price(b, b.group.mid, b.group.mid, out, at),
  natural: (b, out, at) => price(b, b.group.bid, b.group.ask, out, at),
  breakEven: (b, out, at) => {
    for (let i = 0; i < b.count; i++) out[at + i] = breakEven(b, i);
  },
  upperBreakEven: (b, out, at) => void out.fill(NaN, at, at + b.count),
  pop,
  ev,
  evToRisk: overMaxLoss(ev),
  netDelta: (b, out, at) => netGreek(b, b.group.delta, out, at),
  netGamma: (b, out, at) => netGreek(b, b.group.gamma, out, at),
  netTheta: (b, out, at) => netGreek(b, b.group.theta, out, at),
  netVega: (b, out, at) => netGreek(b, b.group.vega, out, at),
  openInterest: (b, out, at) => least(b, b.group.openInterest, out, at),
  volume: (b, out, at) => least(b, b.group.volume, out, at),
  bidAskPercent: ({ count, short, long, group }, out, at) => {
    const column = group.bidAskPercent;
    for (let i = 0; i < count; i++) out[at + i] = Math.max(column[short[i] ?? 0] ?? NaN, column[long[i] ?? 0] ?? NaN);
  },
  liquidity: ({ count, short, long, group }, out, at) => {
    const { liquidity } = group.legs;
    for (let i = 0; i < count; i++) out[at + i] = Math.min(liquidity.at(short[i] ?? 0), liquidity.at(long[i] ?? 0));
  },
  distancePercent: (b, out, at) => shortLeg(b, b.group.legs.distancePercent, out, at),
  distanceSigma: (b, out, at) => shortLeg(b, b.group.legs.distanceSigma, out, at),
  touch: (b, out, at) => shortLeg(b, b.group.legs.touch, out, at),
  probShortOtm: (b, out, at) => shortLeg(b, b.group.legs.probOtm, out, at),
};

function shortLeg({ count, short }: TwoLegs, values: LegValues, out: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) out[at + i] = values.at(short[i] ?? 0);
}

function ofShort({ count, short }: TwoLegs, column: Float64Array, out: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) out[at + i] = column[short[i] ?? 0] ?? NaN;
}

/** Long leg less short leg, per share. */
function netGreek({ count, short, long }: TwoLegs, column: Float64Array, out: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) out[at + i] = clean((column[long[i] ?? 0] ?? NaN) - (column[short[i] ?? 0] ?? NaN));
}

/** The worse leg's, where less is worse. */
function least({ count, short, long }: TwoLegs, column: Float64Array, out: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) out[at + i] = Math.min(column[short[i] ?? 0] ?? NaN, column[long[i] ?? 0] ?? NaN);
}

/** Net credit when the sold leg fetches one column's price and the bought leg costs the other's. */
function price(b: TwoLegs, sold: Float64Array, bought: Float64Array, out: Float64Array, at: number): void {
  const { count, short, long } = b;
  for (let i = 0; i < count; i++) out[at + i] = clean((sold[short[i] ?? 0] ?? NaN) - (bought[long[i] ?? 0] ?? NaN));
}

/** Price of the underlying at which nothing is won or lost, before fees. */
function breakEven({ shape, group, short, long, credit }: TwoLegs, i: number): number {
  const strike = group.strike[(shape.credit ? short[i] : long[i]) ?? 0] ?? NaN;
  const received = shape.credit ? (credit[i] ?? NaN) : -(credit[i] ?? NaN);
  return clean(shape.right === 'P' ? strike - received : strike + received);
}

/** P(S_T beyond the break-even on the profitable side) = N(d2) there. At T = 0 it is known: 0, 1/2 or 1. */
function pop(b: TwoLegs, out: Float64Array, at: number): void {
  const { group, short, count } = b;
  const profitsAbove = b.strategy === 'bullPut' || b.strategy === 'bullCall';
  for (let i = 0; i < count; i++) {
    const above = probAbove(group, breakEven(b, i), short[i] ?? 0);
    out[at + i] = profitsAbove ? above : 1 - above;
  }
}

/**
 * P(S_T > barrier) at the vol that the smile has there; NaN without one. Outside of the known strikes, or without any,
 * the given leg's own vol is taken. A price stays above nothing for sure: a condor's lower break-even may lie there.
 */
export function probAbove(group: PreparedGroup, barrier: number, leg: number): number {
  if (barrier <= 0) return 1;
  const { spot, years, rate, dividendYield } = group.market;
  const { smile } = group;
  const { strikes } = smile;
  const isKnown = barrier >= (strikes[0] ?? NaN) && barrier <= (strikes[strikes.length - 1] ?? NaN);
  const vol = isKnown ? smile.volAt(barrier) : (group.iv[leg] ?? NaN);
  if (!(vol > 0)) return NaN;
  return probabilityAbove({ spot, barrier, years, vol, rate, dividendYield });
}

/**
 * Expected profit per share after fees under the `rnd` lens: the exact integral of the payoff over the distribution
 * that the smile implies is the difference of the legs' undiscounted prices at their own vols.
 */
function ev(b: TwoLegs, out: Float64Array, at: number): void {
  const { count, credit } = b;
  const fees = b.fees / b.multiplier;
  b.payoffs(out, at);
  for (let i = 0; i < count; i++) out[at + i] = (credit[i] ?? NaN) + (out[at + i] ?? NaN) - fees;
}
