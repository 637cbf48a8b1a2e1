import { block, COLUMN, endOf } from './block';
import { DELTA, GAMMA, THETA, VEGA, VOL } from './greeks';
import { both, orNaN, ZERO } from './lanes';

/** Vols, deltas, gammas, thetas and vegas: f32 each, as many rows as the block has. */
export const rounded = memory.data(5 * 264 * 4, 16);
const ROUNDED: usize = COLUMN / 2;

/** `roundGreeks` on the rows of the block, after `greeks`. @returns rows with a vol. */
export function round(count: i32): i32 {
  const end = endOf(count);
  let solved = 0;
  let bits = 0;
  let to = rounded;
  for (let row = block; row < end; row += 16) {
    const vol = v128.load(row, VOL);
    const delta = v128.load(row, DELTA);
    const usable = v128.and(f64x2.gt(vol, both(ZERO)), f64x2.eq(delta, delta));
    bits = i64x2.bitmask(usable);
    solved += popcnt(bits);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(orNaN(vol, usable)), 0);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(orNaN(delta, usable)), 0, ROUNDED);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(orNaN(v128.load(row, GAMMA), usable)), 0, 2 * ROUNDED);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(orNaN(v128.load(row, THETA), usable)), 0, 3 * ROUNDED);
    v128.store64_lane(to, f32x4.demote_f64x2_zero(orNaN(v128.load(row, VEGA), usable)), 0, 4 * ROUNDED);
    to += 8;
  }
  // Of an odd count the last pair's second row is none.
  return (count & 1) === 0 ? solved : solved - (bits >> 1);
}
