import { excess, FAR_OFF, guessTable, householderStep, impliedStdDev, INV_ROOT_TWO_PI } from './impliedVol.ts';
import { logMoneyness } from './black.ts';
import { type ColumnKernel, columnKernel, KERNEL_ROWS, PRICES, VOLS } from './kernel/columnKernel.ts';
import { MILLS_HIGH, MILLS_LOW, SHORTEST, tabledMills } from './mills.ts';
import { P_MAX, ROOT_TWO_PI, SKEW, T_MAX } from './stdDevGuess.ts';

/** Quotes of one expiry and right. */
export interface QuoteColumns {
  isCall: boolean;
  forward: number;
  /** To expiry, positive. */
  years: number;
  /** exp(-rate * years). */
  discount: number;
  strikes: Float64Array;
  /** Per unit of the underlying; NaN where there is none. */
  prices: Float64Array;
}

/**
 * `impliedStdDev` over columns, several times as fast: one step after the other for a block of options, so that the
 * processor works on several at once instead of waiting for one option's chain of dependent steps.
 * @param vols Float64[strikes.length], written: annual volatilities, NaN where none exists.
 * @param kernel what computes; all of them agree but for rounding errors.
 * @source as `impliedStdDev`; differs from it by rounding errors only.
 */
export function impliedVolColumns(
  quotes: QuoteColumns,
  vols: Float64Array,
  kernel: ColumnKernel | 'plain' = columnKernel(),
): void {
  if (kernel === 'plain') plainColumns(quotes, vols);
  else kernelColumns(quotes, vols, kernel);
}

function kernelColumns(quotes: QuoteColumns, vols: Float64Array, kernel: ColumnKernel): void {
  const { isCall, forward, years, discount, strikes, prices } = quotes;
  const perYear = years > 0 ? 1 / Math.sqrt(years) : NaN;
  for (let from = 0; from < strikes.length; from += KERNEL_ROWS) {
    const count = Math.min(KERNEL_ROWS, strikes.length - from);
    kernel.fill(0, strikes, from, count);
    kernel.fill(PRICES, prices, from, count);
    const areAllFound = kernel.impliedVols(count, isCall, forward, discount, perYear);
    kernel.take(VOLS, vols, from, count);
    if (areAllFound) continue;
    for (let i = from; i < from + count; i++) if (Number.isNaN(vols[i])) vols[i] = perYear * impliedStdDevAt(quotes, i);
  }
}

/** `impliedStdDev` of one row: outside the table, out of bounds or without a price, it tells which. */
export function impliedStdDevAt({ isCall, forward, discount, strikes, prices }: QuoteColumns, at: number): number {
  return impliedStdDev(isCall, forward, strikes[at] ?? NaN, discount, prices[at] ?? NaN);
}

/** Small enough to stay in the first-level cache with all its scratch columns. */
const BLOCK = 128;
/** -|ln(forward/strike)| and the price over discount * sqrt(forward * strike). */
const moneyness = new Float64Array(BLOCK);
const normalised = new Float64Array(BLOCK);
const guesses = new Float64Array(BLOCK);
const widths = new Float64Array(BLOCK);
const values = new Float64Array(BLOCK);

function plainColumns(quotes: QuoteColumns, vols: Float64Array): void {
  for (let from = 0; from < quotes.strikes.length; from += BLOCK) {
    const count = Math.min(BLOCK, quotes.strikes.length - from);
    normalise(quotes, from, count);
    guess(count);
    measure(count);
    finish(quotes, vols.subarray(from, from + count), from);
  }
}

// In these loops a value that may be missing is stored by a branch of its own: as an operand of ?: it would be boxed.

function normalise({ isCall, forward, discount, strikes, prices }: QuoteColumns, from: number, count: number): void {
  const perForward = 1 / forward;
  const perDiscount = 1 / discount;
  for (let i = 0; i < count; i++) {
    const strike = strikes[from + i] ?? 0;
    const price = prices[from + i] ?? 0;
    const ratio = strike * perForward;
    const scaled = (perDiscount * Math.sqrt(ratio)) / strike;
    moneyness[i] = -Math.abs(logMoneyness(forward, strike));
    if (isCall ? ratio >= 1 : ratio <= 1) normalised[i] = price * scaled;
    else {
      const timeValue = isCall ? excess(price, discount, forward, strike) : excess(price, discount, strike, forward);
      // A time value within the price's last digits is out of the table's reach, and left to the scalar version.
      normalised[i] = timeValue * scaled;
    }
  }
}

function guess(count: number): void {
  const table = guessTable();
  for (let i = 0; i < count; i++) {
    const x = moneyness[i] ?? 0;
    const price = normalised[i] ?? 0;
    const p = ROOT_TWO_PI * price - x;
    const t = Math.log(1 - (SKEW * x) / price);
    if (price > 0 && p < P_MAX && t < T_MAX) guesses[i] = p * table.ratioAt(t, p);
    else guesses[i] = NaN;
  }
}

function measure(count: number): void {
  for (let i = 0; i < count; i++) {
    const s = guesses[i] ?? 0;
    const h = (moneyness[i] ?? 0) / s;
    const half = 0.5 * s;
    values[i] = -0.5 * (h * h + half * half);
    if (h - half > MILLS_LOW && h + half < MILLS_HIGH && s > SHORTEST) {
      widths[i] = tabledMills(h + half) - tabledMills(h - half);
    } else widths[i] = NaN;
  }
  for (let i = 0; i < count; i++) values[i] = Math.exp(values[i] ?? 0) * ((widths[i] ?? 0) * INV_ROOT_TWO_PI);
}

function finish(quotes: QuoteColumns, vols: Float64Array, from: number): void {
  const perYear = quotes.years > 0 ? 1 / Math.sqrt(quotes.years) : NaN;
  for (let i = 0; i < vols.length; i++) {
    const price = normalised[i] ?? 0;
    const value = values[i] ?? 0;
    const gap = (price - value) / (price + value);
    if (gap * gap < FAR_OFF) {
      vols[i] = householderStep(moneyness[i] ?? 0, guesses[i] ?? 0, widths[i] ?? 0, gap) * perYear;
    } else vols[i] = perYear * impliedStdDevAt(quotes, from + i);
  }
}
