/** Columns of one block; columnKernel.ts copies into them and out of them. */
const COLUMNS = 10;
/** 256 rows and some bytes: at a distance of a power of two the columns would compete for the same cache lines. */
export const COLUMN: usize = 264 * 8;
export const block = memory.data(COLUMNS * 264 * 8, 16);

/** Where the rows end: the last pair may reach one row beyond `count`. */
export function endOf(count: i32): usize {
  return block + ((<usize>count) << 3);
}
