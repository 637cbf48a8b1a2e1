import type { Right } from '../domain/option.ts';
import { blackValue, logMoneyness } from './black.ts';
import { normalCdf, normalPdf } from './normal.ts';

const DAYS_PER_YEAR = 365;
const POINT = 0.01;
/** Standard deviations below this are none: a share cannot move by a trillionth. */
const CERTAIN = 1e-12;

/** Sensitivities per share of one option. */
export interface Greeks {
  price: number;
  /** Per dollar of spot; negative for puts. */
  delta: number;
  /** Change of delta per dollar of spot. */
  gamma: number;
  /** Change of price per calendar day that passes, usually negative. */
  theta: number;
  /** Per vol point (0.01). */
  vega: number;
  /** Per rate point (0.01), the dividend yield held fixed. */
  rho: number;
  /** Change of delta per vol point (0.01). */
  vanna: number;
  /** Change of delta per calendar day that passes. */
  charm: number;
}

export interface BlackGreeksInput {
  right: Right;
  spot: number;
  /** Forward at expiry. forward / spot is held fixed when spot moves. */
  forward: number;
  strike: number;
  years: number;
  /** Annual volatility. */
  vol: number;
  /** exp(-rate * years). */
  discount: number;
}

/** Greeks of a payoff whose outcome is known (no time or no volatility left): a discounted step. */
function certainGreeks(input: BlackGreeksInput): Greeks {
  const { right, spot, forward, strike, years, discount } = input;
  const sign = right === 'C' ? 1 : -1;
  const distance = sign * (forward - strike);
  const inTheMoney = distance > 0 ? 1 : distance === 0 ? 0.5 : 0;
  const carry = (discount * forward) / spot;
  const rate = years > 0 ? -Math.log(discount) / years : 0;
  const dividendYield = years > 0 ? -Math.log(carry) / years : 0;
  const held = sign * inTheMoney;
  return {
    price: discount * Math.max(0, distance),
    delta: held * carry,
    gamma: 0,
    theta: (held * (dividendYield * carry * spot - rate * discount * strike)) / DAYS_PER_YEAR,
    vega: distance === 0 ? discount * forward * normalPdf(0) * Math.sqrt(years) * POINT : 0,
    rho: held * strike * years * discount * POINT,
    vanna: 0,
    charm: (held * dividendYield * carry) / DAYS_PER_YEAR,
  };
}

/**
 * Price and spot Greeks of a European option.
 * At years = 0 or vol = 0 the limits are returned: discounted intrinsic value, a step for delta (half at the money),
 * zero gamma; never NaN for valid input.
 * @throws RangeError if spot, forward or strike <= 0, or years or vol is negative or NaN.
 * @source Black (1976); Haug (2007), The Complete Guide to Option Pricing Formulas, chapter 2.
 */
export function blackGreeks(input: BlackGreeksInput): Greeks {
  const { right, spot, forward, strike, years, vol, discount } = input;
  if (!(spot > 0 && forward > 0 && strike > 0)) {
    throw new RangeError(`spot, forward and strike must be positive, found ${spot}, ${forward}, ${strike}`);
  }
  if (!(years >= 0 && vol >= 0)) throw new RangeError(`years and vol must not be negative, found ${years}, ${vol}`);
  const rootYears = Math.sqrt(years);
  const stdDev = vol * rootYears;
  if (!(stdDev > CERTAIN)) return certainGreeks(input);
  const sign = right === 'C' ? 1 : -1;
  const d1 = logMoneyness(forward, strike) / stdDev + 0.5 * stdDev;
  const d2 = d1 - stdDev;
  const density = normalPdf(d1);
  const carry = (discount * forward) / spot;
  const rate = -Math.log(discount) / years;
  const dividendYield = -Math.log(carry) / years;
  const held = sign * normalCdf(sign * d1);
  const exercised = sign * normalCdf(sign * d2);
  const drift = (rate - dividendYield) / stdDev - d2 / (2 * years);
  return {
    price: blackValue(right === 'C', forward, strike, stdDev, discount),
    delta: carry * held,
    gamma: (carry * density) / (spot * stdDev),
    theta:
      ((-0.5 * carry * spot * density * vol) / rootYears +
        dividendYield * carry * spot * held -
        rate * strike * discount * exercised) /
      DAYS_PER_YEAR,
    vega: carry * spot * density * rootYears * POINT,
    rho: strike * years * discount * exercised * POINT,
    vanna: ((-carry * density * d2) / vol) * POINT,
    charm: (carry * (dividendYield * held - density * drift)) / DAYS_PER_YEAR,
  };
}
