import { block, COLUMN, endOf } from './block';
import { exp, lnRatio } from './elementary';
import { both, HALF, INV_ROOT_TWO_PI, madd, MINUS_HALF, MINUS_ZERO, nmadd, ONE, orNaN } from './lanes';
import { areTabled, millsRatio, SHORTEST } from './tables';

// The columns: strikes and vols come in; d1 and d2, then their ratios, 1/stdDev and the density are replaced by what goes
// out, which is price, delta, gamma, theta, vega and rho in this order.
export const VOL: usize = COLUMN;
const D1: usize = 2 * COLUMN;
const D2: usize = 3 * COLUMN;
const INVERSE: usize = 4 * COLUMN;
const DENSITY: usize = 5 * COLUMN;
const PRICE: usize = 2 * COLUMN;
export const DELTA: usize = 3 * COLUMN;
export const GAMMA: usize = 4 * COLUMN;
export const THETA: usize = 5 * COLUMN;
export const VEGA: usize = 6 * COLUMN;
const RHO: usize = 7 * COLUMN;

/** d1 is NaN where the vol cannot be used, and out of reach where the strike cannot. */
function distances(end: usize, forward: f64, rootYears: f64): void {
  for (let row = block; row < end; row += 16) {
    const stdDev = f64x2.mul(v128.load(row, VOL), f64x2.splat(rootYears));
    const inverse = f64x2.div(both(ONE), stdDev);
    const d1 = nmadd(lnRatio(v128.load(row), f64x2.splat(forward)), inverse, f64x2.mul(both(HALF), stdDev));
    v128.store(row, orNaN(d1, f64x2.gt(stdDev, both(SHORTEST))), D1);
    v128.store(row, f64x2.sub(d1, stdDev), D2);
    v128.store(row, inverse, INVERSE);
  }
}

/** Times the root of 2 pi, which `greeks` leaves to a factor. */
function densities(end: usize): void {
  for (let row = block; row < end; row += 16) {
    const d1 = v128.load(row, D1);
    const power = f64x2.mul(f64x2.mul(both(MINUS_HALF), d1), d1);
    v128.store(row, exp(power), DENSITY);
  }
}

/** d1 and d2 become their Mills ratios on the out-of-the-money side, the first NaN where they are out of reach. */
function ratios(end: usize, forward: f64): bool {
  const forwards = f64x2.splat(forward);
  let allUsable = i64x2.splat(-1);
  for (let row = block; row < end; row += 16) {
    // On the out-of-the-money side both probabilities are small and the ratios come from the table.
    const side = v128.and(both(MINUS_ZERO), f64x2.lt(v128.load(row), forwards));
    const z1 = v128.xor(v128.load(row, D1), side);
    const z2 = v128.xor(v128.load(row, D2), side);
    const usable = areTabled(z1, z2);
    allUsable = v128.and(allUsable, usable);
    v128.store(row, orNaN(millsRatio(z1), usable), D1);
    v128.store(row, millsRatio(z2), D2);
  }
  return i64x2.all_true(allUsable);
}

/**
 * `blackGreeksColumns` on the rows of the block, in loops short enough for the processor to have several rounds of each
 * under way.
 * @param earned dividend yield per day.
 * @param paid minus the rate per day.
 * @returns false when some rows are out of reach: there the price is NaN and the other Greeks mean nothing.
 */
export function greeks(
  count: i32,
  isCall: bool,
  spot: f64,
  forward: f64,
  years: f64,
  discount: f64,
  earned: f64,
  paid: f64,
): bool {
  const end = endOf(count);
  const rootYears = sqrt(years);
  distances(end, forward, rootYears);
  densities(end);
  const allUsable = ratios(end, forward);
  const worth = discount * forward;
  // Made once: V8 would make them anew in every round.
  const isPut = i64x2.splat(isCall ? 0 : -1);
  const sign = f64x2.splat(isCall ? 1 : -1);
  const forwards = f64x2.splat(forward);
  const discounts = f64x2.splat(discount);
  const worths = f64x2.splat(worth);
  const byDensity = f64x2.mul(worths, both(INV_ROOT_TWO_PI));
  const perSpot = f64x2.splat(1 / spot);
  const byGamma = f64x2.splat(1 / (spot * spot));
  const byDecay = f64x2.splat(-0.5 / (rootYears * 365));
  const byEarned = f64x2.splat(earned);
  const byPaid = f64x2.splat(paid);
  const byVega = f64x2.splat(0.01 * rootYears);
  const byRho = f64x2.splat(0.01 * years);
  for (let row = block; row < end; row += 16) {
    const strike = v128.load(row);
    const ratio1 = v128.load(row, D1);
    const ratio2 = v128.load(row, D2);
    const isBelow = f64x2.lt(strike, forwards);
    // 1 for a call in the money, -1 for a put, 0 out of it.
    const certain = v128.and(v128.xor(isBelow, isPut), sign);
    const vega = f64x2.mul(byDensity, v128.load(row, DENSITY));
    const chance = v128.xor(vega, v128.and(both(MINUS_ZERO), isBelow));
    // What of the share is expected to be held, and of the strike to be paid. strike * density(d2) = forward * density(d1).
    const held = madd(chance, ratio1, f64x2.mul(worths, certain));
    const owed = madd(chance, ratio2, f64x2.mul(f64x2.mul(discounts, strike), certain));
    const timeValue = f64x2.mul(vega, f64x2.abs(f64x2.sub(ratio1, ratio2)));
    const within = f64x2.mul(discounts, f64x2.sub(forwards, strike));
    const drift = madd(byEarned, held, f64x2.mul(byPaid, owed));
    v128.store(row, madd(within, certain, timeValue), PRICE);
    v128.store(row, f64x2.mul(held, perSpot), DELTA);
    v128.store(row, f64x2.mul(f64x2.mul(vega, byGamma), v128.load(row, INVERSE)), GAMMA);
    v128.store(row, madd(f64x2.mul(vega, v128.load(row, VOL)), byDecay, drift), THETA);
    v128.store(row, f64x2.mul(vega, byVega), VEGA);
    v128.store(row, f64x2.mul(owed, byRho), RHO);
  }
  return allUsable;
}
