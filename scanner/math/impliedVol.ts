import type { Right } from '../domain/option.ts';
import { logMoneyness, normalisedBlack } from './black.ts';

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

/**
 * The standard deviation at which `normalisedBlack(x, ·)` is `price`.
 * @param x -|ln(forward / strike)|.
 * @param price in (0, exp(x/2)).
 */
function inverseNormalisedBlack(x: number, price: number): number {
  const bound = Math.exp(0.5 * x);
  // Above the inflection point the gap to the bound is the smooth quantity, below it the price itself.
  const turn = Math.sqrt(-2 * x);
  const above = x === 0 || price > normalisedBlack(x, turn);
  let low = above ? turn : 0;
  let high = above ? Infinity : turn;
  let s = above ? Math.max(turn, SQRT_TWO_PI * price) || 1e-300 : turn;
  for (let i = 0; i < MAX_STEPS; i++) {
    const value = normalisedBlack(x, s);
    if (value < price) low = Math.max(low, s);
    else high = Math.min(high, s);
    const h = x / s;
    const vega = Math.exp(-0.5 * (h * h + 0.25 * s * s)) / SQRT_TWO_PI;
    const curvature = (h * h) / s - 0.25 * s;
    let step: number;
    if (above && price > 0.75 * bound) {
      const gap = bound - value;
      step = (gap * Math.log(gap / (bound - price))) / vega;
      step /= Math.max(0.5, 1 + 0.5 * step * (curvature + vega / gap));
    } else {
      step = (value * Math.log(price / value)) / vega;
      step /= Math.max(0.5, 1 + 0.5 * step * (curvature - vega / value));
    }
    let next = s + step;
    if (!(next > low && next < high)) next = high === Infinity ? 2 * s : 0.5 * (low + high);
    if (Math.abs(next - s) <= 4e-16 * s) return next;
    s = next;
  }
  return s;
}

/**
 * The Black standard deviation (volatility * sqrt(years)) behind an undiscounted price, on plain numbers.
 * @returns NaN when there is none: at or below intrinsic value, at or above the forward (call) or strike (put), or bad input.
 * @source Black (1976); iteration on the log price as in Jäckel (2015), Let's Be Rational.
 */
export function impliedStdDev(isCall: boolean, forward: number, strike: number, undiscounted: number): number {
  const intrinsic = Math.max(0, isCall ? forward - strike : strike - forward);
  const x = -Math.abs(logMoneyness(forward, strike));
  const price = (undiscounted - intrinsic) / (Math.sqrt(forward) * Math.sqrt(strike));
  if (!(x > -Infinity) || !(price > 0) || !(price < Math.exp(0.5 * x))) return NaN;
  return inverseNormalisedBlack(x, price);
}

/**
 * The annual volatility at which `blackPrice` gives `price`.
 * @returns NaN when none exists: outside the no-arbitrage bounds, at expiry, or for bad input.
 * @source Black (1976).
 */
export function blackImpliedVol({ right, forward, strike, years, discount, price }: ImpliedVolInput): number {
  if (!(years > 0) || !(discount > 0)) return NaN;
  return impliedStdDev(right === 'C', forward, strike, price / discount) / Math.sqrt(years);
}
