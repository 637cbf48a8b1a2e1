import { both, firstTwice, HALF, joined, madd, nmadd, ROUNDER, roundedCell, secondTwice } from './lanes';

// Both tables are filled from outside (columnKernel.ts). A cell holds its coefficients in pairs, so that one vector
// evaluates the even and the odd half of one polynomial; the halves of two polynomials are joined at the end.

/** scanner/math/mills.ts: 145 cells of 10 coefficients, and room for whatever cell nonsense may point to. */
export const millsTable = memory.data(256 * 10 * 8, 16);
const MILLS_CELL: i32 = 10 * 8;
const MILLS_PER_UNIT = memory.data<f64>([8]);
const MILLS_PER_CELL = memory.data<f64>([0.125]);
/** As ROUNDER, with the whole number counted from the cell around MILLS_LOW. */
const MILLS_ROUNDER = memory.data<f64>([6755399441055744 + 128]);
const MILLS_MASK = memory.data<u64>([255]);
const MILLS_LOW = memory.data<f64>([-16]);
const MILLS_HIGH = memory.data<f64>([2]);

/** Whether both are in the table's range. */
export function areTabled(z1: v128, z2: v128): v128 {
  const isAbove = f64x2.gt(f64x2.pmin(z1, z2), both(MILLS_LOW));
  return v128.and(isAbove, f64x2.lt(f64x2.pmax(z1, z2), both(MILLS_HIGH)));
}

/** A standard deviation below which the difference of two ratios has lost too many digits, as in mills.ts. */
export const SHORTEST = memory.data<f64>([1e-3]);

function millsHalves(cell: usize, square: v128): v128 {
  const high = madd(madd(v128.load(cell, 64), square, v128.load(cell, 48)), square, v128.load(cell, 32));
  return madd(madd(high, square, v128.load(cell, 16)), square, v128.load(cell));
}

/** `tabledMills`; nonsense outside its range. */
export function millsRatio(z: v128): v128 {
  const rounded = madd(z, both(MILLS_PER_UNIT), both(MILLS_ROUNDER));
  // Exact: two ratios are subtracted from each other, and what is lost here would be lost there many times over.
  const t = nmadd(f64x2.sub(rounded, both(MILLS_ROUNDER)), both(MILLS_PER_CELL), z);
  const square = f64x2.mul(t, t);
  const cell = v128.and(rounded, both(MILLS_MASK));
  const first = millsHalves(millsTable + MILLS_CELL * i32x4.extract_lane(cell, 0), firstTwice(square));
  const second = millsHalves(millsTable + MILLS_CELL * i32x4.extract_lane(cell, 2), secondTwice(square));
  return joined(first, second, t);
}

/** scanner/math/stdDevGuess.ts: 64 by 12 cells of 12 coefficients. */
export const guessTable = memory.data(64 * 12 * 12 * 8, 16);
const GUESS_CELL: i32 = 12 * 8;
const T_PER_UNIT = memory.data<f64>([64.0 / 24.0]);
const T_LAST = memory.data<f64>([63]);
const P_PER_UNIT = memory.data<f64>([12.0 / 1.5]);
const P_LAST = memory.data<f64>([11]);
const P_CELLS = memory.data<f64>([12]);
export const P_MAX = memory.data<f64>([1.5]);
/** exp(T_MAX). */
export const EXP_T_MAX = memory.data<f64>([26489122129.843472]);

function guessHalves(cell: usize, uu: v128, v: v128): v128 {
  const byV = madd(v128.load(cell, 48), uu, v128.load(cell, 32));
  const byV2 = madd(v128.load(cell, 80), v, v128.load(cell, 64));
  return madd(madd(byV2, v, byV), v, madd(v128.load(cell, 16), uu, v128.load(cell)));
}

/** `StdDevGuess#ratioAt`; nonsense outside its range, where the nearest cell answers. */
export function guessRatio(t: v128, p: v128): v128 {
  const x = f64x2.sub(f64x2.mul(t, both(T_PER_UNIT)), both(HALF));
  const y = f64x2.sub(f64x2.mul(p, both(P_PER_UNIT)), both(HALF));
  const i = f64x2.sub(roundedCell(x, T_LAST), both(ROUNDER));
  const j = f64x2.sub(roundedCell(y, P_LAST), both(ROUNDER));
  const cell = f64x2.add(madd(i, both(P_CELLS), j), both(ROUNDER));
  const u = f64x2.sub(x, i);
  const v = f64x2.sub(y, j);
  const uu = f64x2.mul(u, u);
  const first = guessHalves(guessTable + GUESS_CELL * i32x4.extract_lane(cell, 0), firstTwice(uu), firstTwice(v));
  const second = guessHalves(guessTable + GUESS_CELL * i32x4.extract_lane(cell, 2), secondTwice(uu), secondTwice(v));
  return joined(first, second, u);
}
