import { block, COLUMN, endOf } from './block';
import { exp, lnRatio } from './elementary';
import {
  both,
  HALF,
  INV_ROOT_TWO_PI,
  madd,
  MINUS_HALF,
  MINUS_ZERO,
  nmadd,
  ONE,
  orNaN,
  QUARTER,
  SIXTH,
  TWO,
  ZERO,
} from './lanes';
import { areTabled, EXP_T_MAX, guessRatio, millsRatio, P_MAX, SHORTEST } from './tables';

// The columns: strikes and prices come in, annual vols go out; the rest is named as in impliedVolColumns.ts.
const PRICE: usize = COLUMN;
const MONEYNESS: usize = 2 * COLUMN;
const NORMALISED: usize = 3 * COLUMN;
const GUESS: usize = 4 * COLUMN;
/** How the price compares with its moneyness (t of stdDevGuess.ts), then the difference of two ratios. */
const WIDTH: usize = 5 * COLUMN;
/** The exponent of the value, then the value. */
const VALUE: usize = 6 * COLUMN;
/** 1 over the guess, then the vol. */
const FOUND: usize = 7 * COLUMN;

const SPLITTER = memory.data<f64>([134217729]);

/** `excess`, the same operations in the same order: nothing here may be fused. */
function excess(price: v128, discount: v128, a: v128, b: v128): v128 {
  const gap = f64x2.sub(a, b);
  const gapError = f64x2.sub(f64x2.sub(a, gap), b);
  const product = f64x2.mul(discount, gap);
  const bigGap = f64x2.mul(both(SPLITTER), gap);
  const highGap = f64x2.sub(bigGap, f64x2.sub(bigGap, gap));
  const lowGap = f64x2.sub(gap, highGap);
  const bigDiscount = f64x2.mul(both(SPLITTER), discount);
  const highDiscount = f64x2.sub(bigDiscount, f64x2.sub(bigDiscount, discount));
  const lowDiscount = f64x2.sub(discount, highDiscount);
  const highError = f64x2.sub(f64x2.mul(highDiscount, highGap), product);
  const mixedError = f64x2.add(f64x2.add(highError, f64x2.mul(highDiscount, lowGap)), f64x2.mul(lowDiscount, highGap));
  const productError = f64x2.add(mixedError, f64x2.mul(lowDiscount, lowGap));
  return f64x2.sub(f64x2.sub(f64x2.sub(price, product), productError), f64x2.mul(discount, gapError));
}

function normalise(end: usize, isCall: bool, forward: f64, discount: f64): void {
  const perForward = f64x2.splat(1 / forward);
  const perDiscount = f64x2.splat(1 / discount);
  for (let row = block; row < end; row += 16) {
    const strike = v128.load(row);
    const price = v128.load(row, PRICE);
    const ratio = f64x2.mul(strike, perForward);
    const scaled = f64x2.div(f64x2.mul(perDiscount, f64x2.sqrt(ratio)), strike);
    const isIn = isCall ? f64x2.lt(ratio, both(ONE)) : f64x2.gt(ratio, both(ONE));
    let outPrice = price;
    if (v128.any_true(isIn)) {
      const a = isCall ? f64x2.splat(forward) : strike;
      const b = isCall ? strike : f64x2.splat(forward);
      outPrice = v128.bitselect(excess(price, f64x2.splat(discount), a, b), price, isIn);
    }
    v128.store(row, v128.or(lnRatio(strike, f64x2.splat(forward)), both(MINUS_ZERO)), MONEYNESS);
    v128.store(row, f64x2.mul(outPrice, scaled), NORMALISED);
  }
}

const ROOT_TWO_PI = memory.data<f64>([2.5066282746310002]);
const MINUS_SKEW = memory.data<f64>([-0.4]);

function guess(end: usize): void {
  for (let row = block; row < end; row += 16) {
    const x = v128.load(row, MONEYNESS);
    const price = v128.load(row, NORMALISED);
    const p = f64x2.sub(f64x2.mul(both(ROOT_TWO_PI), price), x);
    const skewed = madd(both(MINUS_SKEW), x, price);
    const isReached = v128.and(f64x2.lt(p, both(P_MAX)), f64x2.lt(skewed, f64x2.mul(both(EXP_T_MAX), price)));
    const usable = v128.and(f64x2.gt(price, both(ZERO)), isReached);
    v128.store(row, lnRatio(skewed, price), WIDTH);
    v128.store(row, orNaN(p, usable), GUESS);
  }
  for (let row = block; row < end; row += 16) {
    const p = v128.load(row, GUESS);
    v128.store(row, f64x2.mul(p, guessRatio(v128.load(row, WIDTH), p)), GUESS);
  }
}

function measure(end: usize): void {
  for (let row = block; row < end; row += 16) {
    const s = v128.load(row, GUESS);
    const inverse = f64x2.div(both(ONE), s);
    const h = f64x2.mul(v128.load(row, MONEYNESS), inverse);
    const half = f64x2.mul(both(HALF), s);
    const low = f64x2.sub(h, half);
    const high = f64x2.add(h, half);
    const usable = v128.and(areTabled(low, high), f64x2.gt(s, both(SHORTEST)));
    v128.store(row, inverse, FOUND);
    v128.store(row, orNaN(f64x2.sub(millsRatio(high), millsRatio(low)), usable), WIDTH);
    v128.store(row, f64x2.mul(both(MINUS_HALF), madd(h, h, f64x2.mul(half, half))), VALUE);
  }
  for (let row = block; row < end; row += 16) {
    const density = f64x2.mul(exp(v128.load(row, VALUE)), both(INV_ROOT_TWO_PI));
    v128.store(row, f64x2.mul(density, v128.load(row, WIDTH)), VALUE);
  }
}

const THREE = memory.data<f64>([3]);
const THIRD = memory.data<f64>([1.0 / 3.0]);
const FIFTH = memory.data<f64>([1.0 / 5.0]);
const SEVENTH = memory.data<f64>([1.0 / 7.0]);
/** `FAR_OFF` of impliedVol.ts. */
const FAR_OFF = memory.data<f64>([1e-3]);

/** `householderStep`. @param inverse 1 / s. */
function householder(x: v128, s: v128, inverse: v128, width: v128, gap: v128): v128 {
  const square = f64x2.mul(gap, gap);
  const series = madd(square, madd(square, madd(square, both(SEVENTH), both(FIFTH)), both(THIRD)), both(ONE));
  const log = f64x2.mul(f64x2.add(gap, gap), series);
  const h = f64x2.mul(x, inverse);
  const steep = f64x2.mul(h, inverse);
  const bend = nmadd(both(QUARTER), s, f64x2.mul(h, steep));
  const twist = f64x2.sub(nmadd(f64x2.mul(both(THREE), steep), steep, f64x2.mul(bend, bend)), both(QUARTER));
  const turn = f64x2.mul(bend, width);
  const second = f64x2.mul(log, f64x2.sub(turn, both(ONE)));
  const cubic = nmadd(both(THREE), turn, madd(f64x2.mul(twist, width), width, both(TWO)));
  const third = f64x2.mul(f64x2.mul(log, log), cubic);
  const top = f64x2.mul(f64x2.mul(width, log), madd(both(HALF), second, both(ONE)));
  return f64x2.add(s, f64x2.div(top, madd(both(SIXTH), third, f64x2.add(both(ONE), second))));
}

/**
 * `impliedVolColumns` on the rows of the block, in loops short enough for the processor to have several rounds of each
 * under way.
 * @param perYear 1 / sqrt(years).
 * @returns false when some rows have no vol or are out of reach: they are NaN.
 */
export function impliedVols(count: i32, isCall: bool, forward: f64, discount: f64, perYear: f64): bool {
  const end = endOf(count);
  normalise(end, isCall, forward, discount);
  guess(end);
  measure(end);
  let allUsable = i64x2.splat(-1);
  for (let row = block; row < end; row += 16) {
    const price = v128.load(row, NORMALISED);
    const value = v128.load(row, VALUE);
    const gap = f64x2.div(f64x2.sub(price, value), f64x2.add(price, value));
    const guess = v128.load(row, GUESS);
    const s = householder(v128.load(row, MONEYNESS), guess, v128.load(row, FOUND), v128.load(row, WIDTH), gap);
    const usable = f64x2.lt(f64x2.mul(gap, gap), both(FAR_OFF));
    allUsable = v128.and(allUsable, usable);
    v128.store(row, orNaN(f64x2.mul(s, f64x2.splat(perYear)), usable), FOUND);
  }
  return i64x2.all_true(allUsable);
}
