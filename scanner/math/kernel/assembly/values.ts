import { block, COLUMN, endOf } from './block';
import { exp, lnRatio } from './elementary';
import { both, HALF, INV_ROOT_TWO_PI, madd, MINUS_HALF, ONE, orNaN } from './lanes';
import { areTabled, millsRatio, SHORTEST } from './tables';

// The columns, as in optionBlock.ts: vols and log moneyness come in; ln(vol), density and value go out.
const MONEYNESS: usize = COLUMN;
const LOG_VOL: usize = 2 * COLUMN;
/** The exponent of the density, then the density. */
const DENSITY: usize = 3 * COLUMN;
/** The difference of two ratios, then the value. */
const VALUE: usize = 4 * COLUMN;

/**
 * Normalised Black values of the rows, their slopes by the standard deviation (the density) and ln(vol).
 * @returns false when some rows are out of reach: there the value is NaN and the density means nothing.
 */
export function blackValues(count: i32, rootYears: f64): bool {
  const end = endOf(count);
  let allUsable = i64x2.splat(-1);
  for (let row = block; row < end; row += 16) {
    const vol = v128.load(row);
    const s = f64x2.mul(vol, f64x2.splat(rootYears));
    const h = f64x2.div(v128.load(row, MONEYNESS), s);
    const half = f64x2.mul(both(HALF), s);
    const low = f64x2.sub(h, half);
    const high = f64x2.add(h, half);
    const usable = v128.and(areTabled(low, high), f64x2.gt(s, both(SHORTEST)));
    allUsable = v128.and(allUsable, usable);
    v128.store(row, lnRatio(vol, both(ONE)), LOG_VOL);
    v128.store(row, f64x2.mul(both(MINUS_HALF), madd(h, h, f64x2.mul(half, half))), DENSITY);
    v128.store(row, orNaN(f64x2.sub(millsRatio(high), millsRatio(low)), usable), VALUE);
  }
  for (let row = block; row < end; row += 16) {
    const density = f64x2.mul(exp(v128.load(row, DENSITY)), both(INV_ROOT_TWO_PI));
    v128.store(row, density, DENSITY);
    v128.store(row, f64x2.mul(density, v128.load(row, VALUE)), VALUE);
  }
  return i64x2.all_true(allUsable);
}
