import { AmericanGrid, type GridAccuracy, type GridTerms } from './americanGrid.ts';
import type { GridKernel } from './gridSweeps.ts';

/** Half width in standard deviations. */
const REACH = 7;
export const COARSE: GridAccuracy = { cell: 0.06, reach: REACH, steps: 50 };
const FINE: GridAccuracy = { cell: 0.03, reach: REACH, steps: 100 };

/**
 * Four American options on two grids whose error falls with the square of the cell, extrapolated to no cell at all: within
 * 2e-4 for a strike of 100, usually 1e-5; 1e-3 at vols of 200 %.
 * @source Richardson (1911).
 */
export class GridPair {
  private readonly coarse: AmericanGrid;
  private readonly fine: AmericanGrid;

  /** @param kernel as `AmericanGrid`. */
  constructor(terms: GridTerms, kernel: GridKernel | 'plain' = 'plain') {
    this.coarse = new AmericanGrid(terms, COARSE, kernel);
    this.fine = new AmericanGrid(terms, FINE, kernel);
  }

  /** The longer cell in log spot. */
  get step(): number {
    return this.coarse.step;
  }

  /**
   * Value over the strike.
   * @param moment 0 is now, the others are those of `laterYears`.
   * @param x ln(spot / strike).
   */
  at(moment: number, x: number, lane: number): number {
    const fine = this.fine.moments[moment]?.at(x, lane) ?? NaN;
    const coarse = this.coarse.moments[moment]?.at(x, lane) ?? NaN;
    return fine + (fine - coarse) / 3;
  }

  /** See `AmericanGrid.kink`. */
  kink(lane: number): number {
    return this.fine.kink(lane);
  }

  /** ln(spot / strike) at and beyond which the option is exercised at once; NaN where it never is. */
  edge(moment: number, lane: number): number {
    return this.fine.moments[moment]?.edge(lane) ?? NaN;
  }
}
