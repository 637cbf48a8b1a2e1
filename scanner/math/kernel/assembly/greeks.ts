import { block, COLUMN, endOf } from './block';
import { exp, ln } from './elementary';
import { both, HALF, INV_ROOT_TWO_PI, madd, MINUS_HALF, MINUS_ZERO, nmadd, ONE, orNaN } from './lanes';
import { areTabled, millsRatio, SHORTEST } from './tables';

// The columns: strikes and vols come in; d1, d2, 1/stdDev and the density are replaced by what goes out, which is
// price, delta, gamma, theta, vega and rho in this order.
const VOL: usize = COLUMN;
const D1: usize = 2 * COLUMN;
const D2: usize = 3 * COLUMN;
const INVERSE: usize = 4 * COLUMN;
const DENSITY: usize = 5 * COLUMN;
const PRICE: usize = 2 * COLUMN;
const DELTA: usize = 3 * COLUMN;
const GAMMA: usize = 4 * COLUMN;
const THETA: usize = 5 * COLUMN;
const VEGA: usize = 6 * COLUMN;
const RHO: usize = 7 * COLUMN;

/** d1 is NaN where the vol cannot be used, and out of reach where the strike cannot. */
function distances(end: usize, forward: f64, rootYears: f64): void {
  const perForward = f64x2.splat(1 / forward);
  for (let row = block; row < end; row += 16) {
    const strike = v128.load(row);
    const ratio = f64x2.mul(strike, perForward);
    const beyondOne = f64x2.mul(f64x2.sub(strike, f64x2.splat(forward)), perForward);
    const stdDev = f64x2.mul(v128.load(row, VOL), f64x2.splat(rootYears));
    const inverse = f64x2.div(both(ONE), stdDev);
    const d1 = nmadd(ln(ratio, beyondOne), inverse, f64x2.mul(both(HALF), stdDev));
    v128.store(row, orNaN(d1, f64x2.gt(stdDev, both(SHORTEST))), D1);
    v128.store(row, f64x2.sub(d1, stdDev), D2);
    v128.store(row, inverse, INVERSE);
  }
}

function densities(end: usize): void {
  for (let row = block; row < end; row += 16) {
    const d1 = v128.load(row, D1);
    const power = f64x2.mul(f64x2.mul(both(MINUS_HALF), d1), d1);
    v128.store(row, f64x2.mul(exp(power), both(INV_ROOT_TWO_PI)), DENSITY);
  }
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
  const worth = discount * forward;
  const carry = worth / spot;
  const isPut = i64x2.splat(isCall ? 0 : -1);
  let allUsable = i64x2.splat(-1);
  for (let row = block; row < end; row += 16) {
    const strike = v128.load(row);
    const density = v128.load(row, DENSITY);
    const isBelow = f64x2.lt(strike, f64x2.splat(forward));
    // On the out-of-the-money side both probabilities are small and the ratios come from the table.
    const side = v128.and(both(MINUS_ZERO), isBelow);
    const z1 = v128.xor(v128.load(row, D1), side);
    const z2 = v128.xor(v128.load(row, D2), side);
    const usable = areTabled(z1, z2);
    allUsable = v128.and(allUsable, usable);
    const ratio1 = millsRatio(z1);
    const ratio2 = millsRatio(z2);
    const strikeDensity = f64x2.div(f64x2.mul(density, f64x2.splat(forward)), strike);
    const isIn = v128.xor(isBelow, isPut);
    // The chances of ending in the money, negative for a put: 1 - chance or chance, and chance - 1 or -chance.
    const certain = v128.and(isIn, f64x2.splat(isCall ? 1 : -1));
    const held = madd(v128.xor(density, side), ratio1, certain);
    const exercised = madd(v128.xor(strikeDensity, side), ratio2, certain);
    const owed = f64x2.mul(f64x2.mul(f64x2.splat(discount), strike), exercised);
    const vega = f64x2.mul(f64x2.splat(worth), density);
    const timeValue = f64x2.mul(vega, f64x2.abs(f64x2.sub(ratio1, ratio2)));
    const intrinsic = f64x2.mul(f64x2.splat(discount), f64x2.abs(f64x2.sub(strike, f64x2.splat(forward))));
    const decay = f64x2.mul(f64x2.mul(f64x2.splat(-0.5 / (rootYears * 365)), vega), v128.load(row, VOL));
    const drift = madd(f64x2.splat(earned * worth), held, f64x2.mul(f64x2.splat(paid), owed));
    const gamma = f64x2.mul(f64x2.mul(f64x2.splat(carry / spot), density), v128.load(row, INVERSE));
    v128.store(row, orNaN(f64x2.add(timeValue, v128.and(intrinsic, isIn)), usable), PRICE);
    v128.store(row, f64x2.mul(f64x2.splat(carry), held), DELTA);
    v128.store(row, gamma, GAMMA);
    v128.store(row, f64x2.add(decay, drift), THETA);
    v128.store(row, f64x2.mul(vega, f64x2.splat(0.01 * rootYears)), VEGA);
    v128.store(row, f64x2.mul(owed, f64x2.splat(0.01 * years)), RHO);
  }
  return i64x2.all_true(allUsable);
}
