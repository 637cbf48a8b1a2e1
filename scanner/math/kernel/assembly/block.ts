import { both } from './lanes';

/** Columns of one block; columnKernel.ts copies into them and out of them. */
const COLUMNS = 8;
/** 256 rows and some bytes: at a distance of a power of two the columns would compete for the same cache lines. */
export const COLUMN: usize = 264 * 8;
export const block = memory.data(COLUMNS * 264 * 8, 16);

/** Where the rows end: the last pair may reach one row beyond `count`. */
export function endOf(count: i32): usize {
  return block + ((<usize>count) << 3);
}

/** A ratio of which `ln` is defined. */
const TINY = memory.data<f64>([1e-300]);
const HUGE = memory.data<f64>([1e300]);
export function isOrdinary(ratio: v128): v128 {
  return v128.and(f64x2.gt(ratio, both(TINY)), f64x2.lt(ratio, both(HUGE)));
}
