import { americanSlopes, type AmericanInput, type CashDividend } from './americanSlopes.ts';
import type { Greeks } from './blackGreeks.ts';

export type { AmericanInput, CashDividend };

/**
 * American option value.
 * Continuous yield by an integral equation for the exercise boundary, within 2e-6 for a strike of 100; cash dividends by
 * finite differences in the spot model, within 5e-5.
 * @returns per share; never below intrinsic value.
 * @throws RangeError if spot or strike <= 0, or years or vol is negative or NaN.
 * @source Andersen, Lake and Offengenden (2016); Haug, Haug and Lewis (2003) for the spot model of dividends.
 */
export function americanPrice(input: AmericanInput): number {
  return americanSlopes(input).price;
}

/** The same option `years` later, its dividends as much nearer. */
function later(input: AmericanInput, years: number): AmericanInput {
  const dividends = (input.dividends ?? []).map((d) => ({ ...d, years: d.years - years }));
  return { ...input, years: input.years - years, dividends };
}

/**
 * American Greeks: delta and gamma from the solution itself, theta from the Black-Scholes equation that holds wherever
 * the option is not exercised, the others by central differences.
 * @throws RangeError as `americanPrice`.
 */
export function americanGreeks(input: AmericanInput): Greeks {
  const { spot, strike, years, rate, dividendYield, vol } = input;
  const { price, delta, gamma } = americanSlopes(input);
  const intrinsic = input.right === 'C' ? spot - strike : strike - spot;
  if (price <= intrinsic || !(years > 0)) {
    return { price, delta, gamma, theta: 0, vega: 0, rho: 0, vanna: 0, charm: 0 };
  }
  const volStep = Math.min(0.005, 0.1 * vol);
  const [less, more] = [vol - volStep, vol + volStep].map((shifted) => americanSlopes({ ...input, vol: shifted }));
  const [low, high] = [rate - 1e-3, rate + 1e-3].map((shifted) => americanPrice({ ...input, rate: shifted }));
  const day = Math.min(1 / 365, 0.1 * years);
  const [after, before] = [day, -day].map((shift) => americanSlopes(later(input, shift)));
  const perPoint = volStep > 0 ? 0.01 / (2 * volStep) : 0;
  const carried = rate * price - (rate - dividendYield) * spot * delta;
  return {
    price,
    delta,
    gamma,
    theta: (carried - 0.5 * vol * vol * spot * spot * gamma) / 365,
    vega: more && less ? (more.price - less.price) * perPoint : NaN,
    rho: high !== undefined && low !== undefined ? ((high - low) / 2e-3) * 0.01 : NaN,
    vanna: more && less ? (more.delta - less.delta) * perPoint : NaN,
    charm: after && before ? (after.delta - before.delta) / (2 * day * 365) : NaN,
  };
}

const MAX_VOL = 20;

/**
 * The annual volatility at which `americanPrice` gives `price`.
 * @returns NaN when none exists: at or below the value without volatility, above what a vol of 2,000 % gives, or bad input.
 */
export function americanImpliedVol(input: Omit<AmericanInput, 'vol'> & { price: number }): number {
  const { price, ...terms } = input;
  if (!(input.spot > 0 && input.strike > 0 && input.years > 0)) return NaN;
  const gap = (vol: number): number => americanPrice({ ...terms, vol }) - price;
  if (!(gap(0) < -1e-9 * input.strike)) return NaN;
  let low = 0;
  let high = 0.2;
  let gapLow = gap(low);
  let gapHigh = gap(high);
  while (gapHigh < 0 && high < MAX_VOL) {
    low = high;
    gapLow = gapHigh;
    high *= 2;
    gapHigh = gap(high);
  }
  if (!(gapHigh >= 0)) return NaN;
  // Regula falsi in the Illinois variant: bracketed, and faster than linear.
  for (let i = 0; i < 60 && high - low > 1e-9; i++) {
    const middle = i % 4 === 3 ? 0.5 * (low + high) : low - (gapLow * (high - low)) / (gapHigh - gapLow);
    const value = gap(middle);
    if (Math.abs(value) < 1e-11 * input.strike) return middle;
    if (value < 0) {
      low = middle;
      gapLow = value;
      gapHigh *= 0.5;
    } else {
      high = middle;
      gapHigh = value;
      gapLow *= 0.5;
    }
  }
  return 0.5 * (low + high);
}
