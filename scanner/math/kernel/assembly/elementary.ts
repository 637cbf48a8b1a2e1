import { both, HALF, madd, nmadd, ONE, ROUNDER, SIXTH, TWO, ZERO } from './lanes';

const LOG2_E = memory.data<f64>([1.4426950408889634]);
/** ln 2 in two parts, the first with trailing zeros so that its product with an exponent is exact. @source fdlibm. */
const LN2_HIGH = memory.data<f64>([6.9314718036912381649e-1]);
const LN2_LOW = memory.data<f64>([1.90821492927058770002e-10]);

/** 1/n!. */
const C4 = memory.data<f64>([1.0 / 24.0]);
const C5 = memory.data<f64>([1.0 / 120.0]);
const C6 = memory.data<f64>([1.0 / 720.0]);
const C7 = memory.data<f64>([1.0 / 5040.0]);
const C8 = memory.data<f64>([1.0 / 40320.0]);
const C9 = memory.data<f64>([1.0 / 362880.0]);
const C10 = memory.data<f64>([1.0 / 3628800.0]);
const C11 = memory.data<f64>([1.0 / 39916800.0]);
const C12 = memory.data<f64>([1.0 / 479001600.0]);
const C13 = memory.data<f64>([1.0 / 6227020800.0]);

/**
 * e^x: 2^k e^r with |r| <= ln(2)/2, where the Taylor series to the 13th power is exact to 4e-18.
 * @param x -700 to 700; anything else returns nonsense. Error about 1 in the last place.
 */
export function exp(x: v128): v128 {
  const scaled = madd(x, both(LOG2_E), both(ROUNDER));
  const k = f64x2.sub(scaled, both(ROUNDER));
  const r = nmadd(k, both(LN2_LOW), nmadd(k, both(LN2_HIGH), x));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const r8 = f64x2.mul(r4, r4);
  // Estrin's scheme: the pairs are independent of each other.
  const from2 = madd(r2, madd(r, both(C5), both(C4)), madd(r, both(SIXTH), both(HALF)));
  const from6 = madd(r2, madd(r, both(C9), both(C8)), madd(r, both(C7), both(C6)));
  const from10 = madd(r2, madd(r, both(C13), both(C12)), madd(r, both(C11), both(C10)));
  const beyond = madd(r8, from10, madd(r4, from6, from2));
  const mantissa = f64x2.add(both(ONE), madd(r2, beyond, r));
  // k stands in the low bits of `scaled`: moved up, it is added to the exponent.
  return i64x2.add(mantissa, i64x2.shl(scaled, 52));
}

/** The bits of sqrt(1/2), so that a mantissa is taken from sqrt(1/2) to sqrt(2). */
const ROOT_HALF = memory.data<f64>([0.7071067811865476]);
/** Coefficients Lg1 to Lg7 of fdlibm's e_log.c. */
const L1 = memory.data<f64>([6.66666666666673513e-1]);
const L2 = memory.data<f64>([3.999999999940941908e-1]);
const L3 = memory.data<f64>([2.857142874366239149e-1]);
const L4 = memory.data<f64>([2.222219843214978396e-1]);
const L5 = memory.data<f64>([1.818357216161805012e-1]);
const L6 = memory.data<f64>([1.531383769920937332e-1]);
const L7 = memory.data<f64>([1.479819860511658591e-1]);

/**
 * Natural logarithm.
 * @param x positive, finite and not subnormal; anything else, NaN too, returns a number beyond -700 or 700, which no
 * table reaches.
 * @param beyondOne x - 1, which the caller knows better than the rounded x tells: what counts when x is near 1.
 * Error about 1 in the last place, also there.
 * @source fdlibm, e_log.c (Sun Microsystems, 1993).
 */
export function ln(x: v128, beyondOne: v128): v128 {
  const above = i64x2.sub(x, both(ROOT_HALF));
  const exponent = v128.and(above, i64x2.splat(0xfff0000000000000));
  const isNearOne = i64x2.eq(exponent, both(ZERO));
  const f = v128.bitselect(beyondOne, f64x2.sub(i64x2.sub(x, exponent), both(ONE)), isNearOne);
  // The exponents stand in the high halves; from there they are converted two at once.
  const highs = i32x4.shr_s(above, 20);
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(highs, highs, 1, 3, 1, 3));
  const s = f64x2.div(f, f64x2.add(both(TWO), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(w, madd(w, madd(w, both(L6), both(L4)), both(L2)));
  const odd = f64x2.mul(z, madd(w, madd(w, madd(w, both(L7), both(L5)), both(L3)), both(L1)));
  const halfSquare = f64x2.mul(both(HALF), f64x2.mul(f, f));
  const rest = madd(k, both(LN2_LOW), f64x2.mul(s, f64x2.add(halfSquare, f64x2.add(even, odd))));
  return madd(k, both(LN2_HIGH), f64x2.sub(f, f64x2.sub(halfSquare, rest)));
}
