import { logMoneyness } from './black.ts';
import type { ConvexPrices } from './convexPrices.ts';
import { pieceBelow, tiltOfMean } from './exponentialPiece.ts';
import { impliedStdDev } from './impliedVol.ts';
import { lognormalWing, type LognormalWing } from './lognormalWing.ts';
import { normalCdf, normalPdf } from './normal.ts';
import { pentadiagonal, solvePentadiagonal } from './pentadiagonal.ts';
import type { SmileGrid } from './smileGrid.ts';

/** What a distribution says at a strike, in units of the forward. */
export interface DistributionAt {
  /** Undiscounted, of the out-of-the-money option. */
  price: number;
  /** Probability at or below. */
  below: number;
  density: number;
}

/** Smallest part of the room between two secants that a slope keeps from either. */
const KEEP = 0.02;
/** Below this a price has too few digits left for a vol. */
const FAINT = 1e-290;

/** The positive density whose call prices pass through convex ones. All in units of the forward. */
export class PieceDistribution {
  private readonly strikes: Float64Array;
  private readonly prices: Float64Array;
  private readonly atForward: number;
  /** Probability on the out-of-the-money side of each node; at the forward that below. Float64[nodes]. */
  private readonly beyond: Float64Array;
  /** Tilt of each interval's density, towards the forward. Float64[nodes - 1]. */
  private readonly tilts: Float64Array;
  private readonly lowest: number;
  private readonly highest: number;
  private readonly left: LognormalWing;
  private readonly right: LognormalWing;

  constructor(grid: SmileGrid, { prices, vols }: ConvexPrices, years: number) {
    const { strikes, atForward } = grid;
    this.strikes = strikes;
    this.prices = prices;
    this.atForward = atForward;
    this.beyond = probabilitiesBeyond({ grid, prices, stdDevs: vols.map((vol) => vol * Math.sqrt(years)) });
    this.tilts = new Float64Array(strikes.length - 1);
    for (let i = 0; i < this.tilts.length; i++) {
      const { outer, inner, length, mass } = this.interval(i);
      const rise = (prices[inner] ?? NaN) - (prices[outer] ?? NaN) - this.outerBeyond(i) * length;
      this.tilts[i] = tiltOfMean(1 - rise / (mass * length));
    }
    const last = strikes.length - 1;
    this.lowest = strikes[0] ?? NaN;
    this.highest = strikes[last] ?? NaN;
    const edge = (node: number, beyond: number) => ({
      strike: strikes[node] ?? NaN,
      price: prices[node] ?? NaN,
      beyond,
    });
    this.left = lognormalWing(-1, edge(0, this.beyond[0] ?? NaN));
    this.right = lognormalWing(1, edge(last, this.callBeyond(last)));
  }

  /** Probability above a node from the forward's on. */
  private callBeyond(node: number): number {
    const beyond = this.beyond[node] ?? NaN;
    return node === this.atForward ? 1 - beyond : beyond;
  }

  private outerBeyond(i: number): number {
    return i < this.atForward ? (this.beyond[i] ?? NaN) : this.callBeyond(i + 1);
  }

  /** Interval i, seen from its end away from the forward. */
  private interval(i: number): { outer: number; inner: number; length: number; mass: number } {
    const length = (this.strikes[i + 1] ?? NaN) - (this.strikes[i] ?? NaN);
    if (i < this.atForward) {
      return { outer: i, inner: i + 1, length, mass: (this.beyond[i + 1] ?? NaN) - (this.beyond[i] ?? NaN) };
    }
    return { outer: i + 1, inner: i, length, mass: this.callBeyond(i) - this.callBeyond(i + 1) };
  }

  /** @param strike over the forward. */
  at(strike: number): DistributionAt {
    const { strikes, atForward } = this;
    if (Number.isNaN(strike)) return { price: NaN, below: NaN, density: NaN };
    if (strike < this.lowest) {
      const { price, beyond, density } = this.left.at(strike);
      return { price, below: beyond, density };
    }
    if (strike >= this.highest) {
      const { price, beyond, density } = this.right.at(strike);
      return { price, below: 1 - beyond, density };
    }
    const i = lastAtOrBelow(strikes, strike);
    const { outer, length, mass } = this.interval(i);
    const far = Math.abs(strike - (strikes[outer] ?? NaN));
    const outside = this.outerBeyond(i);
    const piece = pieceBelow(this.tilts[i] ?? NaN, Math.min(1, far / length));
    const price = (this.prices[outer] ?? NaN) + outside * far + mass * length * piece.put;
    const beyond = outside + mass * piece.mass;
    return { price, below: i < atForward ? beyond : 1 - beyond, density: (mass / length) * piece.density };
  }

  /** Black's standard deviation at a strike over the forward; NaN when that is not positive. */
  stdDevAt(strike: number): number {
    if (!(strike > 0 && strike < Infinity)) return NaN;
    const { price } = this.at(strike);
    if (price < FAINT) return strike < 1 ? this.left.stdDev : this.right.stdDev;
    return impliedStdDev(strike >= 1, 1, strike, 1, price);
  }
}

/** Index of the last strike that is not above. */
function lastAtOrBelow(strikes: Float64Array, strike: number): number {
  let low = 0;
  let high = strikes.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((strikes[middle] ?? Infinity) <= strike) low = middle;
    else high = middle;
  }
  return low;
}

interface PricedNodes {
  grid: SmileGrid;
  prices: Float64Array;
  stdDevs: Float64Array;
}

/**
 * Slopes of the out-of-the-money prices: Black's at the node's vol plus vega times the smile's own slope, kept strictly
 * between the secants on both sides, which is what a positive density needs.
 */
function probabilitiesBeyond({ grid, prices, stdDevs }: PricedNodes): Float64Array {
  const { strikes, atForward } = grid;
  const slopes = splineSlopes(strikes, stdDevs);
  return strikes.map((strike, i) => {
    const isPut = i <= atForward;
    const stdDev = stdDevs[i] ?? NaN;
    const d2 = logMoneyness(1, strike) / stdDev - 0.5 * stdDev;
    const skew = normalPdf(d2 + stdDev) * (slopes[i] ?? NaN);
    const smooth = isPut ? normalCdf(-d2) + skew : normalCdf(d2) - skew;
    const before =
      i > 0
        ? ((prices[i] ?? NaN) - (prices[i - 1] ?? NaN)) / (strike - (strikes[i - 1] ?? NaN))
        : (prices[i] ?? NaN) / strike;
    const after =
      i + 1 < strikes.length ? ((prices[i + 1] ?? NaN) - (prices[i] ?? NaN)) / ((strikes[i + 1] ?? NaN) - strike) : 0;
    // At the forward the put's slope goes on as that of the call plus 1.
    const [low, high] = isPut ? [before, i === atForward ? after + 1 : after] : [-after, -before];
    const keep = KEEP * (high - low);
    return Math.min(high - keep, Math.max(low + keep, smooth));
  });
}

/** Slopes at the points of the natural cubic spline through them; 0 for a single point. @source de Boor (1978), IV. */
function splineSlopes(x: Float64Array, y: Float64Array): Float64Array {
  const system = pentadiagonal(x.length);
  const right = new Float64Array(x.length);
  system.diagonal.fill(x.length === 1 ? 1 : 0);
  for (let i = 0; i + 1 < x.length; i++) {
    const inverse = 1 / ((x[i + 1] ?? NaN) - (x[i] ?? NaN));
    const pull = 3 * ((y[i + 1] ?? NaN) - (y[i] ?? NaN)) * inverse * inverse;
    for (const end of [i, i + 1]) {
      system.diagonal[end] = (system.diagonal[end] ?? 0) + 2 * inverse;
      right[end] = (right[end] ?? 0) + pull;
    }
    system.first[i] = inverse;
  }
  return solvePentadiagonal(system, right);
}
