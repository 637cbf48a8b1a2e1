import { americanSlopes } from './americanSlopes.ts';
import type { AmericanInput, CashDividend } from './americanTerms.ts';
import type { Greeks } from './blackGreeks.ts';
import { blackImpliedVol } from './impliedVol.ts';

export type { AmericanInput, CashDividend };

/**
 * American option value.
 * Continuous yield by an integral equation for the exercise boundary, within 3e-6 for a strike of 100 (2e-4 for lives
 * beyond five years); cash dividends by finite differences in the spot model, within 2e-4 and usually 1e-5.
 * @returns per share; never below intrinsic value.
 * @throws RangeError if spot or strike <= 0, years or vol is negative, or a term is not finite.
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
  // Finite differences repeat themselves to 1e-5, the integral equation to 1e-9; steps are as short as that allows.
  const volStep = input.dividends?.length ? Math.min(0.005, 0.05 * vol) : Math.min(0.001, 0.005 * vol);
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

/** Vols beyond this are not searched. */
const MAX_VOL = 20;
const MAX_STEPS = 60;

/**
 * The root of an increasing function inside a bracket: secant steps, halving whenever one leaves the bracket or the
 * bracket shrinks too slowly.
 * @param bracket low and high, the values there (below and at least 0), and what counts as no movement.
 */
function increasingRoot(f: (x: number) => number, bracket: { low: number; high: number; atHigh: number }): number {
  let { low, high } = bracket;
  let [x, value] = [high, bracket.atHigh];
  // A first step down of one percent: the start is already close, and secants need two points.
  let next = Math.max(0.5 * (low + high), 0.99 * high);
  for (let i = 0; i < MAX_STEPS; i++) {
    const found = f(next);
    if (found < 0) low = next;
    else high = next;
    const slope = (found - value) / (next - x);
    [x, value] = [next, found];
    if (found === 0 || high - low < 1e-10) return next;
    const step = found / slope;
    if (Math.abs(step) < 1e-10) return next - step;
    next -= step;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
  }
  return next;
}

/**
 * The annual volatility at which `americanPrice` gives `price`.
 * @returns NaN when none exists: at or below the value without volatility, above what a vol of 2,000 % gives, or bad
 * input. Error about 1e-7 where the option has vega.
 */
export function americanImpliedVol(input: Omit<AmericanInput, 'vol'> & { price: number }): number {
  const { price, ...terms } = input;
  const { right, spot, strike, years, rate, dividendYield } = terms;
  if (!(spot > 0 && strike > 0 && years > 0) || !Number.isFinite(years + rate + dividendYield)) return NaN;
  const gap = (vol: number): number => americanPrice({ ...terms, vol }) - price;
  if (!(gap(0) < -1e-9 * strike)) return NaN;
  // An American option is worth at least a European one, so the European vol is an upper bound, and often a close one.
  const forward = spot * Math.exp((rate - dividendYield) * years);
  const discount = Math.exp(-rate * years);
  const european = blackImpliedVol({ right, forward, strike, years, discount, price });
  let high = european > 0 && !input.dividends?.length ? european : 0.3;
  let atHigh = gap(high);
  while (atHigh < 0 && high < MAX_VOL) {
    high *= 1.5;
    atHigh = gap(high);
  }
  return atHigh >= 0 ? increasingRoot(gap, { low: 0, high, atHigh }) : NaN;
}
