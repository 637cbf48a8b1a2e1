import { solveBandedProgram, type Bound } from './bandedProgram.ts';
import { blackValue, logMoneyness } from './black.ts';
import { impliedStdDev } from './impliedVol.ts';
import { normalCdf, normalPdf } from './normal.ts';
import { stencilAt, type Pentadiagonal, type Stencil } from './pentadiagonal.ts';
import type { SmileGrid, VolQuotes } from './smileGrid.ts';
import { halfSpread, STIFF, VolSmoother, type SmoothVols } from './volSmoother.ts';

/** Out-of-the-money prices at the nodes of a grid, undiscounted, in units of the forward. */
export interface ConvexPrices {
  /** Puts below the forward, calls from it on; at the forward both cost the same. Float64[nodes]. */
  prices: Float64Array;
  /** Their annual vols. Float64[nodes]. */
  vols: Float64Array;
  /** Whether the smoothed vols allowed arbitrage, or left the bid-ask, and were moved. */
  wereMoved: boolean;
}

/** Each node keeps at least this part of the probability that Black's formula gives it. */
const LEAST_MASS = 1e-3;
/** What a half-spread outside of the bid-ask costs, and what negative probability costs, which is worse than any such. */
const OUTSIDE = 100;
const ARBITRAGE = 1e6;
/** Quotes farther outside than this, in half-spreads, pull no harder. */
const FARTHEST = 20;

/** Black's price, its slope by vol, and the probability about each node. */
interface BlackNodes {
  prices: Float64Array;
  vegas: Float64Array;
  masses: Float64Array;
}

function blackNodes({ strikes }: SmileGrid, vols: Float64Array, years: number): BlackNodes {
  const size = strikes.length;
  const nodes = { prices: new Float64Array(size), vegas: new Float64Array(size), masses: new Float64Array(size) };
  const rootYears = Math.sqrt(years);
  strikes.forEach((strike, i) => {
    const stdDev = (vols[i] ?? NaN) * rootYears;
    const d1 = logMoneyness(1, strike) / stdDev + 0.5 * stdDev;
    const density = normalPdf(d1) / (strike * strike * stdDev);
    const before = i > 0 ? strike - (strikes[i - 1] ?? NaN) : 0;
    const after = i + 1 < size ? (strikes[i + 1] ?? NaN) - strike : 0;
    const tails = (i === 0 ? normalCdf(stdDev - d1) : 0) + (i + 1 === size ? normalCdf(d1 - stdDev) : 0);
    nodes.prices[i] = blackValue(strike >= 1, 1, strike, stdDev, 1);
    nodes.vegas[i] = normalPdf(d1) * rootYears;
    nodes.masses[i] = 0.5 * (before + after) * density + tails;
  });
  return nodes;
}

/** The change of the price's slope at a node as a row over the prices; what stays constant is 1 at the forward. */
function kink({ strikes }: SmileGrid, centre: number): Stencil {
  const strike = strikes[centre] ?? NaN;
  // Below the first node the put falls to 0 at strike 0, above the last one the call to 0 at infinity.
  const left = 1 / (strike - (strikes[centre - 1] ?? 0));
  const right = centre + 1 < strikes.length ? 1 / ((strikes[centre + 1] ?? NaN) - strike) : 0;
  return { centre, left: centre > 0 ? left : 0, middle: -left - right, right };
}

/** Growth of the penalty for curvature, and how often it may grow. */
const MORE_SMOOTH = 4;
const MAX_GROWTH = 60;
/** A probability this far below zero, in its own units, is beyond what moving prices a little can mend. */
const HOPELESS = 5;
/** So is one that differs by such a factor from its neighbour's: Black's formula at jagged vols. */
const JAGGED = 100;

/**
 * The smoothest prices near the quotes that admit no butterfly arbitrage (convex in the strike, decreasing, within
 * bounds) and lie within bid and ask wherever that can be had. First vols are smoothed, as little as gives convex prices
 * but no further than the bid-ask in the mean; what is left of arbitrage is then removed by the smallest move.
 * @source Fengler (2009), Arbitrage-free smoothing of the implied volatility surface, whose programme this is, with
 * smoothness measured in vols and bid and ask as bounds.
 */
export function convexPrices(grid: SmileGrid, quotes: VolQuotes): ConvexPrices {
  const smoother = new VolSmoother(grid, quotes);
  const smoothed = (penalty: number): Attempt => attempt(grid, quotes, smoother.smooth(penalty));
  let penalty = smoother.usualPenalty;
  let fit = smoothed(penalty);
  for (let i = 0; i < MAX_GROWTH && fit.worst > 0; i++) {
    const next = smoothed(penalty * MORE_SMOOTH);
    if (fit.worst < HOPELESS && !smoother.isWithinSpreads(next.vols)) break;
    penalty *= MORE_SMOOTH;
    fit = next;
  }
  const bounds = [...fit.convexity, ...withinQuotes({ grid, quotes, ...fit })];
  if (bounds.every(({ atLeast }) => atLeast <= 0)) {
    return { prices: fit.black.prices, vols: fit.vols, wereMoved: !smoother.isAtSureQuotes(fit.vols) };
  }
  const prices = fit.worst < HOPELESS ? movedPrices({ grid, quotes, ...fit }, bounds) : undefined;
  if (prices && isConvex(grid, prices, fit.black.masses))
    return { prices, vols: volsOf(grid, prices, quotes.years), wereMoved: true };
  // Quotes that contradict each other by many spreads: no arbitrage comes before bid and ask. A straight line may still
  // be too steep; a flat one never is.
  for (let i = 0; i < MAX_GROWTH && fit.worst > 0; i++) fit = smoothed((penalty *= MORE_SMOOTH));
  if (fit.worst > 0) fit = attempt(grid, quotes, smoother.flat());
  return { prices: fit.black.prices, vols: fit.vols, wereMoved: true };
}

function volsOf({ strikes }: SmileGrid, prices: Float64Array, years: number): Float64Array {
  const rootYears = Math.sqrt(years);
  return prices.map((price, i) => {
    const strike = strikes[i] ?? NaN;
    return impliedStdDev(strike >= 1, 1, strike, 1, price) / rootYears;
  });
}

/** Whether every node has the probability that it must keep, to within rounding, and a positive price. */
function isConvex(grid: SmileGrid, prices: Float64Array, masses: Float64Array): boolean {
  return prices.every((price, i) => {
    const mass = stencilAt(kink(grid, i), prices) + (i === grid.atForward ? 1 : 0);
    return price > 0 && mass > 0.5 * LEAST_MASS * (masses[i] ?? NaN);
  });
}

/** The smallest move of a smoothed curve, with its own penalty for curvature, that meets the bounds. */
function movedPrices(
  { grid, quotes, curvature, unit, black }: Quoted & Attempt,
  bounds: readonly Bound[],
): Float64Array {
  const scale = unit * unit;
  const hessian = {
    diagonal: curvature.diagonal.map((value, node) => {
      const quote = grid.quotes[node] ?? -1;
      return scale * (value + (quote < 0 ? 0 : halfSpread(quotes, quote, STIFF) ** -2)) + 1e-9;
    }),
    first: curvature.first.map((value) => scale * value),
    second: curvature.second.map((value) => scale * value),
  };
  const moves = solveBandedProgram(hessian, bounds);
  return black.prices.map((price, i) => price + unit * (black.vegas[i] ?? 0) * (moves[i] ?? 0));
}

/** A smoothed curve, what Black makes of it, and how far from convex that is. */
interface Attempt {
  vols: Float64Array;
  curvature: Pentadiagonal;
  black: BlackNodes;
  /** Vol that one unit of a move stands for. */
  unit: number;
  convexity: Bound[];
  /** Largest amount by which a bound is missed; at most 0 without arbitrage. */
  worst: number;
}

function attempt(grid: SmileGrid, quotes: VolQuotes, { vols: found, curvature }: SmoothVols): Attempt {
  const vols = bounded(found, quotes);
  const black = blackNodes(grid, vols, quotes.years);
  const unit = 1 / Math.sqrt(meanWeight(grid, quotes));
  const convexity = convexityBounds(grid, black, unit);
  let worst = -Infinity;
  convexity.forEach(({ atLeast }) => (worst = Math.max(worst, atLeast)));
  black.masses.forEach((mass, i) => {
    if (!(mass * JAGGED > (black.masses[i + 1] ?? 0)) || !((black.masses[i + 1] ?? mass) * JAGGED > mass))
      worst = Infinity;
  });
  return { vols, curvature, black, unit, convexity, worst };
}

/** A spline may swing below zero between far quotes; no vol is taken beyond a factor of three from the quoted ones. */
function bounded(vols: Float64Array, { midVols }: VolQuotes): Float64Array {
  let low = Infinity;
  let high = 0;
  for (const vol of midVols) {
    low = Math.min(low, vol);
    high = Math.max(high, vol);
  }
  return vols.map((vol) => Math.min(3 * high, Math.max(low / 3, vol)));
}

/** Of the quotes' pull on the vols. */
function meanWeight(grid: SmileGrid, quotes: VolQuotes): number {
  let total = 0;
  let count = 0;
  for (const quote of grid.quotes) {
    if (quote < 0) continue;
    total += halfSpread(quotes, quote, STIFF) ** -2;
    count += 1;
  }
  return total / count;
}

/** Bounds on the moves (in units of vol * `unit`) that keep the prices convex and the outermost ones positive. */
function convexityBounds(grid: SmileGrid, { prices, vegas, masses }: BlackNodes, unit: number): Bound[] {
  const bounds: Bound[] = [];
  const last = prices.length - 1;
  for (let centre = 0; centre <= last; centre++) {
    const row = kink(grid, centre);
    const perMass = 1 / (masses[centre] ?? NaN);
    const now = stencilAt(row, prices) + (centre === grid.atForward ? 1 : 0);
    const inVol = (node: number): number => unit * perMass * (vegas[node] ?? 0);
    bounds.push({
      row: {
        centre,
        left: row.left * inVol(centre - 1),
        middle: row.middle * inVol(centre),
        right: row.right * inVol(centre + 1),
      },
      atLeast: LEAST_MASS - now * perMass,
      price: ARBITRAGE,
    });
    if (centre === grid.atForward || (centre !== 0 && centre !== last)) continue;
    const perPrice = unit / (prices[centre] ?? NaN);
    const positive = { centre, left: 0, middle: (vegas[centre] ?? 0) * perPrice, right: 0 };
    bounds.push({ row: positive, atLeast: LEAST_MASS - 1, price: ARBITRAGE });
  }
  return bounds;
}

interface Quoted {
  grid: SmileGrid;
  quotes: VolQuotes;
  black: BlackNodes;
  unit: number;
}

/** Bounds by bid and ask, in half-spreads. */
function withinQuotes({ grid, quotes, black, unit }: Quoted): Bound[] {
  const bounds: Bound[] = [];
  const rootYears = Math.sqrt(quotes.years);
  grid.quotes.forEach((quote, node) => {
    if (quote < 0) return;
    const strike = grid.strikes[node] ?? NaN;
    const half = halfSpread(quotes, quote, 0);
    if (!(half > STIFF)) return;
    const add = (vol: number, side: 1 | -1): void => {
      if (!(vol > 0)) return;
      const limit = blackValue(strike >= 1, 1, strike, vol * rootYears, 1);
      const room = (side * ((black.prices[node] ?? NaN) - limit)) / ((black.vegas[node] ?? NaN) * half);
      bounds.push({
        row: { centre: node, left: 0, middle: (side * unit) / half, right: 0 },
        atLeast: Math.min(-room, FARTHEST),
        price: OUTSIDE,
      });
    };
    add(quotes.bidVols[quote] ?? NaN, 1);
    add(quotes.askVols[quote] ?? NaN, -1);
  });
  return bounds;
}
