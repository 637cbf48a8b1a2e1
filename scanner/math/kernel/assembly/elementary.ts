import { both, HALF, madd, nmadd, ONE, ROUNDER, SIXTH } from './lanes';

const LOG2_E = memory.data<f64>([1.4426950408889634]);
/** ln 2 in two parts, the first with trailing zeros so that its product with an exponent is exact. @source fdlibm. */
const LN2_HIGH = memory.data<f64>([6.9314718036912381649e-1]);
const LN2_LOW = memory.data<f64>([1.90821492927058770002e-10]);

/** (e^r - 1 - r) / r² in powers of r: through ten Chebyshev points, of e^r within 3e-17; the first two are 1/2 and 1/6. */
const C4 = memory.data<f64>([0.041666666666624164]);
const C5 = memory.data<f64>([0.008333333333330065]);
const C6 = memory.data<f64>([0.0013888888917196736]);
const C7 = memory.data<f64>([0.00019841269863040559]);
const C8 = memory.data<f64>([2.480152132234228e-5]);
const C9 = memory.data<f64>([2.7557268480289716e-6]);
const C10 = memory.data<f64>([2.7620075892548164e-7]);
const C11 = memory.data<f64>([2.51003758422237e-8]);

/**
 * e^x: 2^k e^r with |r| <= ln(2)/2, by a polynomial of the 11th degree.
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
  const from10 = madd(r, both(C11), both(C10));
  const beyond = madd(r8, from10, madd(r4, from6, from2));
  const mantissa = f64x2.add(both(ONE), madd(r2, beyond, r));
  // k stands in the low bits of `scaled`: moved up, it is added to the exponent.
  return i64x2.add(mantissa, i64x2.shl(scaled, 52));
}

/** Half an exponent, and the bits of exponents and sign. */
const HALF_EXPONENT = memory.data<u64>([0x0008000000000000]);
const EXPONENTS = memory.data<u64>([0xfff0000000000000]);
/** (2 artanh(s) / s - 2) / s² in powers of s²: through seven Chebyshev points from 0 to 0.2², of the sum within 6e-17. */
const L1 = memory.data<f64>([0.6666666666666693]);
const L2 = memory.data<f64>([0.3999999999934565]);
const L3 = memory.data<f64>([0.2857142883267973]);
const L4 = memory.data<f64>([0.22222183180681265]);
const L5 = memory.data<f64>([0.18184588603804439]);
const L6 = memory.data<f64>([0.15284232657100633]);
const L7 = memory.data<f64>([0.15113680893531198]);

/**
 * ln(a / b), without the quotient: b's exponent is given to a (2^k of their quotient stands in the difference of their
 * bits), and what is left is 2 artanh((a - b) / (a + b)), where a - b has no error when they are near each other.
 * @param a positive, finite and not subnormal, as b; of anything else, NaN too, the result is beyond -128 or 128, which no
 * table reaches.
 * Error about 2 in the last place.
 * @source fdlibm, e_log.c (Sun Microsystems, 1993), for ln through artanh and ln 2 in two parts.
 */
export function lnRatio(a: v128, b: v128): v128 {
  const exponent = v128.and(i64x2.add(i64x2.sub(a, b), both(HALF_EXPONENT)), both(EXPONENTS));
  // 2/3 to 3/2 of b.
  const near = i64x2.sub(a, exponent);
  // The exponents stand in the high halves; from there they are converted two at once.
  const highs = i32x4.shr_s(exponent, 20);
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(highs, highs, 1, 3, 1, 3));
  const s = f64x2.div(f64x2.sub(near, b), f64x2.add(near, b));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = madd(w, madd(w, both(L6), both(L4)), both(L2));
  const odd = madd(w, madd(w, madd(w, both(L7), both(L5)), both(L3)), both(L1));
  const beyond = f64x2.mul(z, madd(z, even, odd));
  const rest = madd(s, beyond, f64x2.mul(k, both(LN2_LOW)));
  return madd(k, both(LN2_HIGH), f64x2.add(f64x2.add(s, s), rest));
}
