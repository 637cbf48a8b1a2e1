import type { ChainGroup } from '../chain/chain.ts';
import type { ExpiryMarket } from '../chain/expiryMarket.ts';
import { blackPrice } from '../math/black.ts';
import { probabilityAbove, probabilityOfTouch, type BarrierInput } from '../math/probability.ts';
import type { ColumnMemory } from './columnMemory.ts';

/** The legs of one expiry and right by row, as a PreparedGroup has them. */
export interface Legs {
  readonly group: ChainGroup;
  readonly market: ExpiryMarket;
  readonly n: number;
  readonly strike: Float64Array;
  readonly bidAskPercent: Float64Array;
  readonly openInterest: Float64Array;
  readonly volume: Float64Array;
  readonly iv: Float64Array;
  /** Vol at the spot. */
  readonly atmIv: number;
}

/** Never gives -Infinity, which marks what is not computed yet. */
type OfLeg = (legs: Legs, row: number) => number;

/** A measure of each leg of a group, computed when a leg is first asked for: few of them are ever part of a row. */
export class LegValues {
  readonly #measures: LegMeasures;
  /** Of its first row among the values of all measures. */
  readonly #first: number;
  readonly #compute: OfLeg;

  constructor(measures: LegMeasures, first: number, compute: OfLeg) {
    this.#measures = measures;
    this.#first = first;
    this.#compute = compute;
  }

  /** NaN where it cannot be told. */
  at(row: number): number {
    const { values, legs } = this.#measures;
    const place = this.#first + row;
    const known = values[place] ?? NaN;
    if (known !== -Infinity) return known;
    return (values[place] = this.#compute(legs, row));
  }

  /** Of every leg: Float64[rows]. */
  all(): Float64Array {
    const { values, legs } = this.#measures;
    for (let row = 0; row < legs.n; row++) this.at(row);
    return values.subarray(this.#first, this.#first + legs.n);
  }
}

/** What is told of a leg besides its quote, by row. @source finance.md "Measures" */
export class LegMeasures {
  /** Expected payoff, undiscounted, at the leg's own vol: the `rnd` lens. */
  readonly expectedPayoff: LegValues;
  /** Half for a tight market, a quarter each for open interest and volume; unknown counts as none. [0, 1] */
  readonly liquidity: LegValues;
  /** |K - S| / S */
  readonly distancePercent: LegValues;
  /** |ln(K / S)| in standard deviations at the money until expiry. */
  readonly distanceSigma: LegValues;
  /** Probability that the leg expires out of the money, at its own vol. */
  readonly probOtm: LegValues;
  /** Probability that the leg's strike is touched before expiry, at its own vol. */
  readonly touch: LegValues;
  readonly legs: Legs;
  /** Of all six, one after the other: each column of its own would be one more to make. */
  readonly values: Float64Array;

  constructor(legs: Legs, memory: ColumnMemory) {
    this.legs = legs;
    this.values = memory.take(Float64Array, 6 * legs.n).fill(-Infinity);
    this.expectedPayoff = new LegValues(this, 0, expectedPayoff);
    this.liquidity = new LegValues(this, legs.n, liquidity);
    this.distancePercent = new LegValues(this, 2 * legs.n, distancePercent);
    this.distanceSigma = new LegValues(this, 3 * legs.n, distanceSigma);
    this.probOtm = new LegValues(this, 4 * legs.n, probOtm);
    this.touch = new LegValues(this, 5 * legs.n, touch);
  }
}

function expectedPayoff({ group, market, strike, iv }: Legs, row: number): number {
  const vol = iv[row] ?? NaN;
  if (!(vol > 0)) return NaN;
  const { forward, years } = market;
  const stdDev = vol * Math.sqrt(years);
  return blackPrice({ right: group.right, forward, strike: strike[row] ?? NaN, stdDev, discount: 1 });
}

function distancePercent({ strike, market: { spot } }: Legs, row: number): number {
  return Math.abs((strike[row] ?? NaN) - spot) / spot;
}

function distanceSigma({ market, strike, atmIv }: Legs, row: number): number {
  const { spot, years } = market;
  const stdDev = atmIv * Math.sqrt(years);
  return stdDev > 0 ? Math.abs(Math.log((strike[row] ?? NaN) / spot)) / stdDev : NaN;
}

function probOtm(group: Legs, row: number): number {
  const barrier = strikeAsBarrier(group, row);
  if (!(barrier.vol > 0)) return NaN;
  const above = probabilityAbove(barrier);
  return group.group.right === 'P' ? above : 1 - above;
}

function touch(group: Legs, row: number): number {
  const barrier = strikeAsBarrier(group, row);
  return barrier.vol > 0 ? probabilityOfTouch(barrier) : NaN;
}

function strikeAsBarrier({ market, strike, iv }: Legs, row: number): BarrierInput {
  const { spot, years, rate, dividendYield } = market;
  return { spot, barrier: strike[row] ?? NaN, years, vol: iv[row] ?? NaN, rate, dividendYield };
}

const WIDEST_LIQUID = 0.2;
/** Logarithms of one more than what counts as full. */
const LOG_FULL_OPEN_INTEREST = Math.log(1001);
const LOG_FULL_VOLUME = Math.log(501);

function liquidity({ bidAskPercent, openInterest, volume }: Legs, row: number): number {
  const tight = Math.min(1, Math.max(0, 1 - (bidAskPercent[row] ?? NaN) / WIDEST_LIQUID));
  const open = logShare(openInterest[row] ?? NaN, LOG_FULL_OPEN_INTEREST);
  return 0.5 * tight + 0.25 * open + 0.25 * logShare(volume[row] ?? NaN, LOG_FULL_VOLUME);
}

function logShare(value: number, logFull: number): number {
  return value > 0 ? Math.min(1, Math.log(1 + value) / logFull) : 0;
}
