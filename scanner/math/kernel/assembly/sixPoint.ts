import { both, madd, ONE, TWO } from './lanes';

const THREE = memory.data<f64>([3]);
const FOUR = memory.data<f64>([4]);
const FIVE = memory.data<f64>([5]);
const MINUS_120TH = memory.data<f64>([-1.0 / 120.0]);
const PLUS_120TH = memory.data<f64>([1.0 / 120.0]);
const MINUS_24TH = memory.data<f64>([-1.0 / 24.0]);
const PLUS_24TH = memory.data<f64>([1.0 / 24.0]);
const MINUS_12TH = memory.data<f64>([-1.0 / 12.0]);
const PLUS_12TH = memory.data<f64>([1.0 / 12.0]);
const MIDDLE = memory.data<f64>([2.5]);

/** One vector to each of six points: lane k belongs to option k. */
export const SIX: usize = 6 * 16;

/** Filled from outside, SIX_BENDS of scanner/math/sixPoint.ts: by point the powers 0 to 3 of t - 2.5. */
export const bendTable = memory.data(6 * 4 * 8, 16);

/** `sixWeightsAndSlopes` of two options, to two times SIX bytes. */
export function storeWeightsAndSlopes(t: v128, weights: usize, slopes: usize): void {
  const b = f64x2.sub(t, both(ONE));
  const c = f64x2.sub(t, both(TWO));
  const d = f64x2.sub(t, both(THREE));
  const e = f64x2.sub(t, both(FOUR));
  const f = f64x2.sub(t, both(FIVE));
  const ab = f64x2.mul(t, b);
  const abBy = f64x2.add(t, b);
  const abc = f64x2.mul(ab, c);
  const abcBy = madd(abBy, c, ab);
  const abcd = f64x2.mul(abc, d);
  const abcdBy = madd(abcBy, d, abc);
  const ef = f64x2.mul(e, f);
  const efBy = f64x2.add(e, f);
  const def = f64x2.mul(d, ef);
  const defBy = madd(d, efBy, ef);
  const cdef = f64x2.mul(c, def);
  const cdefBy = madd(c, defBy, def);
  v128.store(weights, f64x2.mul(f64x2.mul(b, cdef), both(MINUS_120TH)));
  v128.store(weights, f64x2.mul(f64x2.mul(t, cdef), both(PLUS_24TH)), 16);
  v128.store(weights, f64x2.mul(f64x2.mul(ab, def), both(MINUS_12TH)), 32);
  v128.store(weights, f64x2.mul(f64x2.mul(abc, ef), both(PLUS_12TH)), 48);
  v128.store(weights, f64x2.mul(f64x2.mul(abcd, f), both(MINUS_24TH)), 64);
  v128.store(weights, f64x2.mul(f64x2.mul(abcd, e), both(PLUS_120TH)), 80);
  v128.store(slopes, f64x2.mul(madd(b, cdefBy, cdef), both(MINUS_120TH)));
  v128.store(slopes, f64x2.mul(madd(t, cdefBy, cdef), both(PLUS_24TH)), 16);
  v128.store(slopes, f64x2.mul(madd(abBy, def, f64x2.mul(ab, defBy)), both(MINUS_12TH)), 32);
  v128.store(slopes, f64x2.mul(madd(abcBy, ef, f64x2.mul(abc, efBy)), both(PLUS_12TH)), 48);
  v128.store(slopes, f64x2.mul(madd(abcdBy, f, abcd), both(MINUS_24TH)), 64);
  v128.store(slopes, f64x2.mul(madd(abcdBy, e, abcd), both(PLUS_120TH)), 80);
}

function bend(u: v128, powers: usize): v128 {
  const high = madd(both(powers + 24), u, both(powers + 16));
  return madd(madd(high, u, both(powers + 8)), u, both(powers));
}

/** `sixBends` of two options, to SIX bytes. */
export function storeBends(t: v128, bends: usize): void {
  const u = f64x2.sub(t, both(MIDDLE));
  v128.store(bends, bend(u, bendTable));
  v128.store(bends, bend(u, bendTable + 32), 16);
  v128.store(bends, bend(u, bendTable + 64), 32);
  v128.store(bends, bend(u, bendTable + 96), 48);
  v128.store(bends, bend(u, bendTable + 128), 64);
  v128.store(bends, bend(u, bendTable + 160), 80);
}
