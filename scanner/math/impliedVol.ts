import type { Right } from '../domain/option.ts';
import { logMoneyness, normalisedBlack, normalisedGap } from './black.ts';

const SQRT_TWO_PI = 2.5066282746310002;
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
function excess(price: number, discount: number, a: number, b: number): number {
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
 */
function searchStdDev(x: number, price: number, gap: number): number {
  const bound = Math.exp(0.5 * x);
  const nearBound = gap < 0.25 * bound;
  // The price is convex in stdDev below this point of inflection and concave above it.
  const turn = Math.sqrt(-2 * x);
  const above = x === 0 || price > normalisedBlack(x, turn);
  let low = above ? turn : 0;
  let high = above ? Infinity : turn;
  let s = above ? Math.max(turn, SQRT_TWO_PI * price) : turn;
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
    let next = s + step / Math.max(0.5, 1 + 0.5 * step * bend);
    if (!(next > low && next < high)) next = high === Infinity ? 2 * s : 0.5 * (low + high);
    if (Math.abs(next - s) <= 4e-16 * s) return next;
    s = next;
  }
  return s;
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
  const gap = -excess(price, discount, isCall ? forward : strike, 0);
  // Within a rounding error of a bound the price says nothing about volatility.
  const blur = 2.3e-16 * price;
  if (!(timeValue > (inTheMoney ? blur : 0) && gap > blur && scale > 0 && scale < Infinity)) return NaN;
  return searchStdDev(x, timeValue / scale, gap / scale);
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
