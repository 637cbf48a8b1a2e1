import type { Right } from '../domain/option.ts';
import { logMoneyness, normalisedBlack, normalisedGap } from './black.ts';
import { MILLS_HIGH, MILLS_LOW, SHORTEST, tabledMills } from './mills.ts';
import { P_MAX, ROOT_TWO_PI, SKEW, StdDevGuess, T_MAX } from './stdDevGuess.ts';

const SQRT_TWO_PI = 2.5066282746310002;
export const INV_ROOT_TWO_PI = 0.3989422804014327;
const MAX_STEPS = 60;

export interface ImpliedVolInput {
  right: Right;
  forward: number;
  strike: number;
  /** To expiry, positive. */
  years: number;
  /** exp(-rate * years). */
  discount: number;
  /** Per unit of the underlying. */
  price: number;
}

/** Veltkamp's splitting constant, 2^27 + 1. */
const SPLITTER = 134217729;

/** What rounding takes from the product a * b. @source Dekker (1971). */
function productError(a: number, b: number, product: number): number {
  const bigA = SPLITTER * a;
  const bigB = SPLITTER * b;
  const highA = bigA - (bigA - a);
  const highB = bigB - (bigB - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** price - discount * (a - b) for a >= b as if in twice the precision: what is left of a deep in-the-money price is exact. */
export function excess(price: number, discount: number, a: number, b: number): number {
  const gap = a - b;
  const gapError = a - gap - b;
  const product = discount * gap;
  return price - product - productError(discount, gap, product) - discount * gapError;
}

/**
 * The standard deviation at which `normalisedBlack(x, ·)` is `price`, from anywhere, by a bracketed iteration.
 * @param x -|ln(forward / strike)|.
 * @param price in (0, exp(x/2)).
 * @param gap exp(x/2) - price, which the caller knows better than the difference would.
 * @param near where to begin, if something near is known.
 */
function searchStdDev(x: number, price: number, gap: number, near?: number): number {
  const bound = Math.exp(0.5 * x);
  const nearBound = gap < 0.25 * bound;
  // The price is convex in stdDev below this point of inflection and concave above it.
  const turn = Math.sqrt(-2 * x);
  const above = x === 0 || price > normalisedBlack(x, turn);
  let low = above ? turn : 0;
  let high = above ? Infinity : turn;
  let s = near ?? (above ? Math.max(turn, SQRT_TWO_PI * price) : turn);
  for (let i = 0; i < MAX_STEPS; i++) {
    const value = normalisedBlack(x, s);
    if (value < price) low = Math.max(low, s);
    else high = Math.min(high, s);
    const h = x / s;
    const vega = Math.exp(-0.5 * (h * h + 0.25 * s * s)) / SQRT_TWO_PI;
    const curvature = (h * h) / s - 0.25 * s;
    // Halley's step on the logarithm of whichever is small: the price, or what is missing to its bound.
    const size = nearBound ? normalisedGap(x, s) : value;
    const step = (nearBound ? size * Math.log(size / gap) : size * Math.log(price / size)) / vega;
    const bend = curvature + (nearBound ? vega : -vega) / size;
    const next = s + step / Math.max(0.5, 1 + 0.5 * step * bend);
    // The error goes with the cube of the step: what a short one leaves is far below the last digit. Asked before the
    // bracket, from which a rounding error may take it, and then bisection would begin again.
    if (Math.abs(next - s) <= 1e-8 * s) return next;
    if (next > low && next < high) s = next;
    else s = high === Infinity ? 2 * s : 0.5 * (low + high);
  }
  return s;
}

let guesses: StdDevGuess | undefined;

/** The table of first guesses, made at first use in a few milliseconds. */
export function guessTable(): StdDevGuess {
  return (guesses ??= new StdDevGuess((x, c, near) => searchStdDev(x, c, Math.exp(0.5 * x) - c, near)));
}

/** Guesses whose price misses by more than this (squared relative gap) need more than one step. */
export const FAR_OFF = 1e-3;

/**
 * One Householder step of fourth order on the log price from a close guess `s`.
 * @param width tabledMills(x/s + s/2) - tabledMills(x/s - s/2): the price at s over its derivative by s.
 * @param gap (price - value) / (price + value), where value is the price at s; gap² below FAR_OFF.
 * @source Householder (1970); derivatives as in Jäckel (2015), Let's Be Rational, section 4.
 */
export function householderStep(x: number, s: number, width: number, gap: number): number {
  // ln(price / value) by its series in the gap.
  const square = gap * gap;
  const log = 2 * gap * (1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7))));
  const inverse = 1 / s;
  const h = x * inverse;
  // Second and third derivative of the price over the first; then those of its logarithm, in units of width.
  const bend = h * h * inverse - 0.25 * s;
  const twist = bend * bend - 3 * (h * inverse) * (h * inverse) - 0.25;
  const turn = bend * width;
  const second = log * (turn - 1);
  const third = log * log * (twist * width * width - 3 * turn + 2);
  return s + (width * log * (1 + 0.5 * second)) / (1 + second + third * (1 / 6));
}

/**
 * The standard deviation behind a normalised out-of-the-money price: a guess from a table, then one Householder step,
 * which leaves nothing but rounding errors.
 * @param x -|ln(forward / strike)|.
 * @param price over discount * sqrt(forward * strike), positive.
 * @returns NaN where the table does not reach or the step would be too long to be trusted: search instead.
 */
function quickStdDev(x: number, price: number): number {
  const p = ROOT_TWO_PI * price - x;
  const t = Math.log(1 - (SKEW * x) / price);
  if (!(p < P_MAX && t < T_MAX)) return NaN;
  const s = p * guessTable().ratioAt(t, p);
  const inverse = 1 / s;
  const h = x * inverse;
  const half = 0.5 * s;
  const low = h - half;
  const high = h + half;
  if (!(low > MILLS_LOW && high < MILLS_HIGH && s > SHORTEST)) return NaN;
  // value = density * width, and its derivative by s is density itself: their ratio needs no division.
  const width = tabledMills(high) - tabledMills(low);
  const value = Math.exp(-0.5 * (h * h + half * half)) * (width * INV_ROOT_TWO_PI);
  const gap = (price - value) / (price + value);
  return gap * gap < FAR_OFF ? householderStep(x, s, width, gap) : NaN;
}

/**
 * The Black standard deviation (volatility * sqrt(years)) behind a price, on plain numbers.
 * @param price per unit of the underlying, discounted by `discount`.
 * @returns NaN when there is none: at or below intrinsic value, at or above the discounted forward (call) or strike
 * (put), or bad input.
 * @source Black (1976); iteration on the log price as in Jäckel (2015), Let's Be Rational.
 */
export function impliedStdDev(
  isCall: boolean,
  forward: number,
  strike: number,
  discount: number,
  price: number,
): number {
  const x = -Math.abs(logMoneyness(forward, strike));
  const scale = discount * strike * Math.sqrt(forward / strike);
  const inTheMoney = isCall ? forward > strike : forward < strike;
  const timeValue = inTheMoney ? excess(price, discount, isCall ? forward : strike, isCall ? strike : forward) : price;
  // Within a rounding error of a bound the price says nothing about volatility.
  const blur = 2.3e-16 * price;
  const bound = discount * (isCall ? forward : strike);
  if (!(timeValue > (inTheMoney ? blur : 0) && price < bound - blur && scale > 0 && scale < Infinity)) return NaN;
  const quick = quickStdDev(x, timeValue / scale);
  if (quick > 0) return quick;
  return searchStdDev(x, timeValue / scale, -excess(price, discount, isCall ? forward : strike, 0) / scale);
}

/**
 * The annual volatility at which `blackPrice` gives `price`.
 * @returns NaN when none exists: outside the no-arbitrage bounds, at expiry, or for bad input. Error about 1e-15 of
 * the volatility, given what the price's own last digit can tell.
 * @source Black (1976).
 */
export function blackImpliedVol({ right, forward, strike, years, discount, price }: ImpliedVolInput): number {
  if (!(years > 0)) return NaN;
  return impliedStdDev(right === 'C', forward, strike, discount, price) / Math.sqrt(years);
}
