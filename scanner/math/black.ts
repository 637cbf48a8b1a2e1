import type { Right } from '../domain/option.ts';
import { cdfOverPdf, normalCdf } from './normal.ts';

const INV_SQRT_TWO_PI = 0.3989422804014327;

export interface BlackInput {
  right: Right;
  /** Forward at expiry, in the strike's currency. */
  forward: number;
  strike: number;
  /** volatility * sqrt(yearsToExpiry). Not the volatility. */
  stdDev: number;
  /** exp(-rate * yearsToExpiry); above 1 when the rate is negative. */
  discount: number;
}

/**
 * ln(forward / strike), to full relative accuracy also where the two nearly agree.
 * @returns NaN or an infinity when one of them is not a positive number.
 */
export function logMoneyness(forward: number, strike: number): number {
  const gap = (forward - strike) / strike;
  return Math.abs(gap) < 0.25 ? Math.log1p(gap) : Math.log(forward / strike);
}

/**
 * Asymptotic series of [Y(h+t) - Y(h-t)] / (2t) with Y = cdf/pdf, for h - t far below zero:
 * the sum over k of (-1)^k (2k+1)!! times the divided difference of -z^-(2k+1).
 */
function millsSlopeFar(h: number, t: number): number {
  const near = h + t;
  const far = h - t;
  const product = 1 / (near * far);
  // Divided differences of z^-n follow from those of z^-1 and z^-2 by a two-term recursion.
  const sum = 1 / near + 1 / far;
  let before = 0;
  let difference = -product;
  let total = -difference;
  let factor = 1;
  for (let k = 1; k <= 16; k++) {
    for (let twice = 0; twice < 2; twice++) {
      const next = sum * difference - product * before;
      before = difference;
      difference = next;
    }
    factor *= -(2 * k - 1);
    const term = -factor * difference;
    if (Math.abs(term) < 1e-17 * Math.abs(total)) break;
    total += term;
  }
  return total;
}

/** Taylor series of [Y(h+t) - Y(h-t)] / (2t) with Y = cdf/pdf, for small t. Y' = 1 + hY, then Y(n+1) = hY(n) + nY(n-1). */
function millsSlopeNear(h: number, t: number): number {
  let odd = 1 + h * cdfOverPdf(h);
  let even = h * odd + cdfOverPdf(h);
  let total = odd;
  let power = 1;
  for (let n = 3; n <= 23; n += 2) {
    odd = h * even + (n - 1) * odd;
    even = h * odd + n * even;
    power *= (t * t) / ((n - 1) * n);
    const term = odd * power;
    total += term;
    if (Math.abs(term) < 1e-17 * total) break;
  }
  return total;
}

/**
 * Undiscounted price of an out-of-the-money option over sqrt(forward * strike).
 * @param x -|ln(forward / strike)|, at most 0.
 * @param stdDev volatility * sqrt(years), positive.
 * @returns in [0, exp(x/2)]; relative error about 1e-15, up to 1e-14 (2e-13 in the far wings), never a difference of
 * near-equal numbers.
 * @source Jäckel (2015), Let's Be Rational, section 2 and appendix.
 */
export function normalisedBlack(x: number, stdDev: number): number {
  const h = x / stdDev;
  const t = 0.5 * stdDev;
  const density = INV_SQRT_TWO_PI * Math.exp(-0.5 * (h * h + t * t));
  if (density === 0) return t > 30 ? Math.exp(0.5 * x) : 0;
  if (h < -12 && t < -0.1 * h) return density * stdDev * millsSlopeFar(h, t);
  if (t < 0.25) return density * stdDev * millsSlopeNear(h, t);
  if (h + t > 0.5) return Math.exp(0.5 * x) * normalCdf(h + t) - Math.exp(-0.5 * x) * normalCdf(h - t);
  return density * (cdfOverPdf(h + t) - cdfOverPdf(h - t));
}

/**
 * exp(x/2) - normalisedBlack(x, stdDev): how far the price is from its upper bound, accurate also when tiny.
 * @param x at most 0.
 * @source Jäckel (2015), Let's Be Rational, section 3.
 */
export function normalisedGap(x: number, stdDev: number): number {
  const h = x / stdDev;
  const t = 0.5 * stdDev;
  return Math.exp(0.5 * x) * normalCdf(-h - t) + Math.exp(-0.5 * x) * normalCdf(h - t);
}

/**
 * `blackPrice` on plain numbers, for loops over columns.
 * @returns price per unit of the underlying; NaN when an input is NaN or forward or strike is not positive.
 * @source Black (1976).
 */
export function blackValue(isCall: boolean, forward: number, strike: number, stdDev: number, discount: number): number {
  const intrinsic = isCall ? forward - strike : strike - forward;
  const x = -Math.abs(logMoneyness(forward, strike));
  if (!(x > -Infinity) || !(stdDev >= 0)) return NaN;
  const timeValue = stdDev > 0 ? Math.sqrt(forward) * Math.sqrt(strike) * normalisedBlack(x, stdDev) : 0;
  return discount * (Math.max(0, intrinsic) + timeValue);
}

/**
 * European option value on a forward.
 * @returns price per unit of the underlying (not times the multiplier).
 * @throws RangeError if forward or strike <= 0, or stdDev is negative or NaN.
 * @source Black (1976).
 */
export function blackPrice({ right, forward, strike, stdDev, discount }: BlackInput): number {
  if (!(forward > 0)) throw new RangeError(`a forward must be positive, found ${forward}`);
  if (!(strike > 0)) throw new RangeError(`a strike must be positive, found ${strike}`);
  if (!(stdDev >= 0)) throw new RangeError(`a standard deviation must not be negative, found ${stdDev}`);
  if (!(discount > 0)) throw new RangeError(`a discount factor must be positive, found ${discount}`);
  return blackValue(right === 'C', forward, strike, stdDev, discount);
}
