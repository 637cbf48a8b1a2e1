import { addOuter, pentadiagonal, solvePentadiagonal, type Pentadiagonal, type Stencil } from './pentadiagonal.ts';
import type { SmileGrid, VolQuotes } from './smileGrid.ts';

/** Second divided differences of a function of moneyness, scaled so that the sum of squares is the integral of f''². */
function curvatureRows(moneyness: Float64Array): Stencil[] {
  const rows: Stencil[] = [];
  for (let centre = 1; centre < moneyness.length - 1; centre++) {
    const here = moneyness[centre] ?? NaN;
    const before = here - (moneyness[centre - 1] ?? NaN);
    const after = (moneyness[centre + 1] ?? NaN) - here;
    const scale = 1 / Math.sqrt(0.5 * (before + after));
    rows.push({ centre, left: scale / before, middle: -scale * (1 / before + 1 / after), right: scale / after });
  }
  return rows;
}

/** Half of the bid-ask in vol; a quote without one is taken at its word to within this. */
const SURE = 1e-7;

/** Where its word cannot stand, a quote without a spread resists a move as if it had this half-spread, in vol. */
export const STIFF = 1e-4;

/** Half of a quote's bid-ask in vol, of its one known side where the other is missing, but never less than `least`. */
export function halfSpread({ bidVols, midVols, askVols }: VolQuotes, quote: number, least: number): number {
  const mid = midVols[quote] ?? NaN;
  const below = mid - (bidVols[quote] ?? NaN);
  const above = (askVols[quote] ?? NaN) - mid;
  const half = Number.isNaN(below) ? above : Number.isNaN(above) ? below : 0.5 * (below + above);
  return half > least ? half : least;
}

/** Vols at the nodes of a grid, and the matrix of the penalty for curvature that gave them. */
export interface SmoothVols {
  vols: Float64Array;
  curvature: Pentadiagonal;
}

/**
 * Distance from the mids that smoothing takes in any case, and at most, in half-spreads (root of the mean square). With
 * 0.25 weekly options quoted in cents keep a density of ten humps, with 0.4 one, and all quotes stay within bid and ask.
 */
const USUAL_MISFIT = 0.4;
const MOST_MISFIT = 1;

/**
 * A cubic smoothing spline of vol in moneyness: the curve with the least sum of squared distances from the mids, in
 * half-spreads, plus penalty times its squared curvature.
 * @source Reinsch (1967), Smoothing by spline functions: the penalty follows from the error that the data admit.
 */
export class VolSmoother {
  /** The penalty at which the misfit is the usual one. */
  readonly usualPenalty: number;
  private readonly quoted: number;
  private readonly rows: Stencil[];
  private readonly weights: Float64Array;
  private readonly mids: Float64Array;
  /** Of quotes with a bid-ask to speak of, and of the others. */
  private readonly loose: Float64Array;
  private readonly stiff: Float64Array;

  /** @param quotes at least one; vols positive. */
  constructor(grid: SmileGrid, quotes: VolQuotes) {
    this.quoted = quotes.strikes.length;
    this.rows = curvatureRows(grid.moneyness);
    this.weights = Float64Array.from(grid.quotes, (quote) => (quote < 0 ? 0 : halfSpread(quotes, quote, SURE) ** -2));
    this.mids = Float64Array.from(grid.quotes, (quote) => (quote < 0 ? 0 : (quotes.midVols[quote] ?? NaN)));
    const isLoose = (weight: number): boolean => weight > 0 && weight < SURE ** -2;
    this.loose = this.weights.map((weight) => (isLoose(weight) ? weight : 0));
    this.stiff = this.weights.map((weight) => (weight === 0 || isLoose(weight) ? 0 : STIFF ** -2));
    const strongest = this.weights.reduce((a, b) => Math.max(a, b), 0);
    // The misfit grows with the penalty: halve the interval of its logarithm.
    let low = Math.log(strongest) - 28;
    let high = Math.log(strongest) + 12;
    for (let i = 0; i < 40; i++) {
      const middle = 0.5 * (low + high);
      if (this.misfit(this.smooth(Math.exp(middle)).vols, this.weights) < USUAL_MISFIT) low = middle;
      else high = middle;
    }
    this.usualPenalty = Math.exp(low);
  }

  /** A single quote says nothing of a slope: its vol is everyone's. */
  smooth(penalty: number): SmoothVols {
    if (this.quoted < 2) return this.flat();
    const curvature = pentadiagonal(this.weights.length);
    for (const row of this.rows) addOuter(curvature, row, penalty);
    const system = { ...curvature, diagonal: curvature.diagonal.map((value, i) => value + (this.weights[i] ?? 0)) };
    const pulled = this.weights.map((weight, i) => weight * (this.mids[i] ?? 0));
    return { vols: solvePentadiagonal(system, pulled), curvature };
  }

  /** The mean of the mids, everywhere. */
  flat(): SmoothVols {
    let total = 0;
    let weight = 0;
    this.weights.forEach((w, i) => {
      total += w * (this.mids[i] ?? 0);
      weight += w;
    });
    return { vols: this.mids.map(() => total / weight), curvature: pentadiagonal(this.mids.length) };
  }

  /** Whether the vols stay within the bid-ask in the mean. Quotes without one have no say. */
  isWithinSpreads(vols: Float64Array): boolean {
    return !(this.misfit(vols, this.loose) > MOST_MISFIT);
  }

  /** Whether the vols stay where quotes without a bid-ask are. */
  isAtSureQuotes(vols: Float64Array): boolean {
    return !(this.misfit(vols, this.stiff) > MOST_MISFIT);
  }

  /** NaN without a weight. */
  private misfit(vols: Float64Array, weights: Float64Array): number {
    let total = 0;
    let count = 0;
    weights.forEach((weight, i) => {
      if (weight === 0) return;
      total += weight * ((vols[i] ?? NaN) - (this.mids[i] ?? NaN)) ** 2;
      count += 1;
    });
    return Math.sqrt(total / count);
  }
}
