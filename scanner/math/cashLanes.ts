import { LANES } from './americanGrid.ts';
import type { CashDividend } from './americanTerms.ts';

/** Ratios of dividends to strike that a row is solved for: more where strikes are far apart. */
const FEW_LANES = 6 * LANES;
const MANY_LANES = 10 * LANES;
/** In ln(dividends / strike): lanes are dense this near a turn, and turns this near each other count as one. */
const TURN_WIDTH = 0.2;
/** Turns beyond this part of the reach are left alone. */
const INNER = 0.8;

/** What decides when early exercise turns from worthless to due. */
export interface CashTurnTerms {
  isCall: boolean;
  years: number;
  rate: number;
  /** In order, inside (0, years). */
  dividends: readonly CashDividend[];
}

/**
 * ln(spot / strike) of the strikes at which exercising for a dividend begins to pay: the interest on the strike until the
 * next dividend (calls) or since the last one (puts) is the dividend. Deep in the money values bend there.
 */
export function cashTurns({ isCall, years, rate, dividends }: CashTurnTerms, spot: number): number[] {
  const turns: number[] = [];
  dividends.forEach(({ years: at, amount }, k) => {
    const interest = isCall
      ? -Math.expm1(-rate * ((dividends[k + 1]?.years ?? years) - at))
      : Math.expm1(rate * (at - (dividends[k - 1]?.years ?? 0)));
    const turn = Math.log((spot * interest) / amount);
    if (turns.every((other) => Math.abs(other - turn) > TURN_WIDTH)) turns.push(turn);
  });
  return turns;
}

/** Where the lanes of a row stand in ln(dividends / strike): from -reach to reach, dense around the turns. */
export class CashLanes {
  readonly count: number;
  private readonly reach: number;
  private readonly turns: readonly number[];
  private readonly start: number;
  private readonly perLane: number;

  /** @param turns those out of reach, and NaN (no interest to be earned), count for nothing. */
  constructor(reach: number, turns: readonly number[]) {
    this.count = reach > 1 ? MANY_LANES : FEW_LANES;
    this.reach = reach;
    const inside = turns.filter((turn) => Math.abs(turn) < INNER * reach);
    this.turns = inside.length > 0 ? inside : [0];
    this.start = this.spread(-reach);
    this.perLane = (this.spread(reach) - this.start) / (this.count - 1);
  }

  /** Rises with the size, fastest at the turns. */
  private spread(size: number): number {
    let sum = 0;
    for (const turn of this.turns) sum += Math.asinh((size - turn) / TURN_WIDTH);
    return sum;
  }

  positionOf(size: number): number {
    return (this.spread(size) - this.start) / this.perLane;
  }

  /** The inverse of `positionOf`, by halving. */
  at(lane: number): number {
    let [low, high] = [-this.reach, this.reach];
    while (high - low > 1e-12) {
      const middle = 0.5 * (low + high);
      if (this.positionOf(middle) < lane) low = middle;
      else high = middle;
    }
    return 0.5 * (low + high);
  }
}
