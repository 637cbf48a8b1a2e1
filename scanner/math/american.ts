import type { Right } from '../domain/option.ts';
import { americanGridPrice } from './americanGrid.ts';
import { blackValue } from './black.ts';
import type { Greeks } from './blackGreeks.ts';
import { boundaryAtExpiry, ExerciseBoundary, PRICE_ACCURACY } from './exerciseBoundary.ts';

/** A dividend in cash. */
export interface CashDividend {
  /** From now until the share trades without it. */
  years: number;
  /** Per share. */
  amount: number;
}

export interface AmericanInput {
  right: Right;
  spot: number;
  strike: number;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  dividendYield: number;
  /** Annual volatility. */
  vol: number;
  /** In the spot model: the share falls by the amount on its day. Those outside (0, years) are ignored. */
  dividends?: readonly CashDividend[];
}

function check({ spot, strike, years, vol }: AmericanInput): void {
  if (!(spot > 0 && strike > 0)) throw new RangeError(`spot and strike must be positive, found ${spot}, ${strike}`);
  if (!(years >= 0 && vol >= 0)) throw new RangeError(`years and vol must not be negative, found ${years}, ${vol}`);
}

/** Value by continuous yield: European price plus the early-exercise premium. A call is a put with spot and strike exchanged. */
function yieldPrice(input: AmericanInput): number {
  const { right, spot, strike, years, rate, dividendYield, vol } = input;
  const isCall = right === 'C';
  const intrinsic = Math.max(0, isCall ? spot - strike : strike - spot);
  const forward = spot * Math.exp((rate - dividendYield) * years);
  const european = blackValue(isCall, forward, strike, vol * Math.sqrt(years), Math.exp(-rate * years));
  const terms = isCall
    ? { strike: spot, years, rate: dividendYield, dividendYield: rate, vol }
    : { strike, years, rate, dividendYield, vol };
  const atExpiry = boundaryAtExpiry(terms);
  if (atExpiry === 0) return european;
  if (Number.isNaN(atExpiry)) return americanGridPrice(input, []);
  const boundary = new ExerciseBoundary(terms, PRICE_ACCURACY);
  const putSpot = isCall ? strike : spot;
  if (putSpot <= boundary.at(years)) return intrinsic;
  return Math.max(intrinsic, european + boundary.premium(putSpot, PRICE_ACCURACY.premiumQuadrature));
}

/** Without volatility: the best of exercising now, just before or after a dividend, or at any moment between. */
function certainPrice(
  { right, spot, strike, years, rate, dividendYield }: AmericanInput,
  dividends: readonly CashDividend[],
): number {
  const sign = right === 'C' ? 1 : -1;
  let best = Math.max(0, sign * (spot - strike));
  let level = spot;
  let from = 0;
  const consider = (at: number, price: number): void => {
    best = Math.max(best, Math.exp(-rate * at) * sign * (price - strike));
  };
  for (const { years: until, amount } of [...dividends, { years, amount: 0 }]) {
    const start = level;
    const span = until - from;
    // level * exp((r-q)t) - strike, discounted, is stationary where q * spot e^(-qt) = r * strike e^(-rt) (from `from` on).
    const ratio = (dividendYield * start) / (rate * strike);
    const turn = Math.log(ratio) / (dividendYield - rate);
    if (turn > 0 && turn < span) consider(from + turn, start * Math.exp((rate - dividendYield) * turn));
    level = start * Math.exp((rate - dividendYield) * span);
    consider(until, level);
    level = Math.max(0, level - amount);
    consider(until, level);
    from = until;
  }
  return best;
}

/**
 * American option value.
 * Continuous yield by an integral equation for the exercise boundary, about 1e-6 of the strike or better;
 * cash dividends by finite differences in the spot model, about 1e-5 of the strike.
 * @returns per share; never below intrinsic value.
 * @throws RangeError if spot or strike <= 0, or years or vol is negative or NaN.
 * @source Andersen, Lake and Offengenden (2016); Haug, Haug and Lewis (2003) for the spot model.
 */
export function americanPrice(input: AmericanInput): number {
  check(input);
  const dividends = (input.dividends ?? [])
    .filter((d) => d.amount > 0 && d.years > 0 && d.years < input.years)
    .toSorted((a, b) => a.years - b.years);
  if (!(input.vol * Math.sqrt(input.years) > 0)) return certainPrice(input, dividends);
  return dividends.length > 0 ? americanGridPrice(input, dividends) : yieldPrice(input);
}

/**
 * American Greeks by central differences of `americanPrice`.
 * @throws RangeError as `americanPrice`.
 */
export function americanGreeks(input: AmericanInput): Greeks {
  const { spot, years, rate, vol } = input;
  const price = americanPrice(input);
  const h = spot * Math.max(1e-4, Math.min(0.01, 0.05 * vol * Math.sqrt(years)));
  const v = Math.min(0.001, 0.5 * vol);
  const t = Math.min(0.5 / 365, 0.5 * years);
  const at = (change: Partial<AmericanInput>): number => americanPrice({ ...input, ...change });
  const slope = (change: Partial<AmericanInput>): number =>
    (at({ ...change, spot: spot + h }) - at({ ...change, spot: spot - h })) / (2 * h);
  const up = at({ spot: spot + h });
  const down = at({ spot: spot - h });
  const delta = (up - down) / (2 * h);
  const shift = (days: number): Partial<AmericanInput> => ({
    years: years - days,
    dividends: (input.dividends ?? []).map((d) => ({ ...d, years: d.years - days })),
  });
  const perDay = t > 0 ? 1 / (2 * t * 365) : 0;
  return {
    price,
    delta,
    gamma: (up - 2 * price + down) / (h * h),
    theta: t > 0 ? (at(shift(t)) - at(shift(-t))) * perDay : 0,
    vega: v > 0 ? ((at({ vol: vol + v }) - at({ vol: vol - v })) / (2 * v)) * 0.01 : 0,
    rho: ((at({ rate: rate + 1e-4 }) - at({ rate: rate - 1e-4 })) / 2e-4) * 0.01,
    vanna: v > 0 ? ((slope({ vol: vol + v }) - slope({ vol: vol - v })) / (2 * v)) * 0.01 : 0,
    charm: t > 0 ? (slope(shift(t)) - slope(shift(-t))) * perDay : 0,
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
