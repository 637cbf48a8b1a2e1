import type { ChainGroup } from '../chain/chain.ts';
import type { ExpiryMarket } from '../chain/expiryMarket.ts';
import type { LegQuote } from '../domain/spread.ts';
import { blackPrice } from '../math/black.ts';
import { probabilityAbove, probabilityOfTouch, type BarrierInput } from '../math/probability.ts';
import type { ColumnMemory } from './columnMemory.ts';
import { known } from './range.ts';

/** A measure of each leg of a group, computed when a leg is first asked for: few of them are ever part of a row. */
export class LegValues {
  readonly #compute: (row: number) => number;
  readonly #rows: number;
  readonly #memory: ColumnMemory;
  #values: Float64Array | undefined;

  /** @param compute never gives -Infinity, which marks what is not computed yet. */
  constructor(rows: number, memory: ColumnMemory, compute: (row: number) => number) {
    this.#rows = rows;
    this.#memory = memory;
    this.#compute = compute;
  }

  /** NaN where it cannot be told. */
  at(row: number): number {
    const values = (this.#values ??= this.#memory.take(Float64Array, this.#rows).fill(-Infinity));
    const known = values[row] ?? NaN;
    if (known !== -Infinity) return known;
    return (values[row] = this.#compute(row));
  }

  /** Of every leg: Float64[rows]. */
  all(): Float64Array {
    for (let row = 0; row < this.#rows; row++) this.at(row);
    return this.#values ?? new Float64Array(0);
  }
}

/** The legs of one expiry and right by row, as a PreparedGroup has them. */
export interface Legs {
  readonly group: ChainGroup;
  readonly market: ExpiryMarket;
  readonly n: number;
  readonly strike: Float64Array;
  readonly conId: Int32Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly bidAskPercent: Float64Array;
  readonly openInterest: Float64Array;
  readonly volume: Float64Array;
  readonly quotedAtS: Uint32Array;
  readonly iv: Float64Array;
  readonly delta: Float64Array;
  /** Vol at the spot. */
  readonly atmIv: number;
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
  readonly #group: Legs;
  /** By row, of the legs that were shown. */
  readonly #quotes: (LegQuote | undefined)[] = [];

  constructor(group: Legs, memory: ColumnMemory) {
    this.#group = group;
    const values = (of: (group: Legs, row: number) => number): LegValues =>
      new LegValues(group.n, memory, (row) => of(group, row));
    this.expectedPayoff = values(expectedPayoff);
    this.liquidity = values(liquidity);
    this.distancePercent = values(({ strike, market: { spot } }, row) => Math.abs((strike[row] ?? NaN) - spot) / spot);
    this.distanceSigma = values(distanceSigma);
    this.probOtm = values(probOtm);
    this.touch = values(touch);
  }

  /** What a row shows of a leg; one and the same object in all of them. */
  quote(row: number): LegQuote {
    return (this.#quotes[row] ??= legQuote(this.#group, row));
  }
}

function legQuote(group: Legs, row: number): LegQuote {
  return {
    strike: group.strike[row] ?? NaN,
    conId: group.conId[row] || undefined,
    bid: known(group.bid[row]),
    ask: known(group.ask[row]),
    iv: known(group.iv[row]),
    delta: known(group.delta[row]),
    openInterest: known(group.openInterest[row]),
    volume: known(group.volume[row]),
    quotedAtMs: (group.quotedAtS[row] ?? 0) * 1000,
  };
}

function expectedPayoff({ group, market, strike, iv }: Legs, row: number): number {
  const vol = iv[row] ?? NaN;
  if (!(vol > 0)) return NaN;
  const { forward, years } = market;
  const stdDev = vol * Math.sqrt(years);
  return blackPrice({ right: group.right, forward, strike: strike[row] ?? NaN, stdDev, discount: 1 });
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
