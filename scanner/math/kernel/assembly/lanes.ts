/**
 * Arithmetic on two doubles at once. Constants live in memory: V8 would build a vector constant from immediates at
 * every use, while loading one twice from memory is a single instruction.
 */
export const ZERO = memory.data<f64>([0]);
export const MINUS_ZERO = memory.data<f64>([-0.0]);
export const SIXTH = memory.data<f64>([1.0 / 6.0]);
export const QUARTER = memory.data<f64>([0.25]);
export const HALF = memory.data<f64>([0.5]);
export const MINUS_HALF = memory.data<f64>([-0.5]);
export const ONE = memory.data<f64>([1]);
export const TWO = memory.data<f64>([2]);
export const INV_ROOT_TWO_PI = memory.data<f64>([0.3989422804014327]);
/** 1.5 * 2^52: what is added to it is rounded to a whole number, which then stands in the low bits. */
export const ROUNDER = memory.data<f64>([6755399441055744]);

/** @param constant address of a double. */
export function both(constant: usize): v128 {
  return v128.load64_splat(constant);
}

/** a * b + c: rounded once where relaxed SIMD is compiled for and the processor fuses, else twice. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** c - a * b, rounded as `madd`. */
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(a, b, c);
  return f64x2.sub(c, f64x2.mul(a, b));
}

/** NaN in the lanes where `usable` is all zeros, `x` where it is all ones. */
export function orNaN(x: v128, usable: v128): v128 {
  return v128.or(x, v128.not(usable));
}

/** The whole number nearest to `x` in 0 to `last`, plus ROUNDER; 0 for NaN, so that what is looked up lies in its table. */
export function roundedCell(x: v128, last: usize): v128 {
  // pmin and pmax return their first argument when the second is NaN.
  return f64x2.add(f64x2.pmax(both(ZERO), f64x2.pmin(both(last), x)), both(ROUNDER));
}

export function firstTwice(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 0, 0);
}

export function secondTwice(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 1, 1);
}

/** a[0] + a[1] x in the first lane and b[0] + b[1] x in the second: joins the halves of two polynomials. */
export function joined(a: v128, b: v128, x: v128): v128 {
  return madd(v128.shuffle<f64>(a, b, 1, 3), x, v128.shuffle<f64>(a, b, 0, 2));
}
