import { logMoneyness } from './black.ts';
import { blackGreeks } from './blackGreeks.ts';
import { type ColumnKernel, columnKernel, KERNEL_ROWS } from './kernel/columnKernel.ts';
import { MILLS_HIGH, MILLS_LOW, SHORTEST, tabledMills } from './mills.ts';

const INV_ROOT_TWO_PI = 0.3989422804014327;

/** Options of one expiry and right. */
export interface OptionColumns {
  isCall: boolean;
  spot: number;
  forward: number;
  years: number;
  /** exp(-rate * years). */
  discount: number;
  strikes: Float64Array;
  /** Annual; NaN where unknown. */
  vols: Float64Array;
}

/** Float64[strikes.length] each, in the units of `Greeks`. */
export interface GreeksColumns {
  price: Float64Array;
  delta: Float64Array;
  gamma: Float64Array;
  theta: Float64Array;
  vega: Float64Array;
  rho: Float64Array;
}

/** In the order of a kernel's columns. */
const NAMES = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const;

/**
 * `blackGreeks` over columns, without vanna and charm: one logarithm, one exponential and two tabled ratios per option,
 * each in a loop of its own so that the processor works on several options at once.
 * @param out written; all NaN where an input is NaN or out of range.
 * @param kernel what computes; all of them agree but for rounding errors.
 * @source as `blackGreeks`; differs from it by rounding errors only.
 */
export function blackGreeksColumns(
  options: OptionColumns,
  out: GreeksColumns,
  kernel: ColumnKernel | 'plain' = columnKernel(),
): void {
  const { strikes } = options;
  if (!areOrdinary(options)) {
    for (let at = 0; at < strikes.length; at++) writeGreeks(options, out, at);
  } else if (kernel === 'plain') plainColumns(options, out);
  else kernelColumns(options, out, kernel);
}

/** Whether the terms that all options share are such that a column can be computed at once. */
export function areOrdinary({
  spot,
  forward,
  years,
  discount,
}: Pick<OptionColumns, 'spot' | 'forward' | 'years' | 'discount'>): boolean {
  return isOrdinary(spot) && isOrdinary(forward) && isOrdinary(years) && isOrdinary(discount);
}

/** Positive, and so far from the ends of the doubles that no product of a few overflows. */
const isOrdinary = (value: number): boolean => value > 1e-60 && value < 1e60;

function kernelColumns(options: OptionColumns, out: GreeksColumns, kernel: ColumnKernel): void {
  const { isCall, spot, forward, years, discount, strikes, vols } = options;
  for (let from = 0; from < strikes.length; from += KERNEL_ROWS) {
    const count = Math.min(KERNEL_ROWS, strikes.length - from);
    kernel.fill(0, strikes, from, count);
    kernel.fill(1, vols, from, count);
    const areAllFound = kernel.greeks(count, isCall, spot, forward, years, discount);
    let column = 2;
    for (const name of NAMES) kernel.take(column++, out[name], from, count);
    if (areAllFound) continue;
    for (let at = from; at < from + count; at++) if (Number.isNaN(out.price[at])) writeGreeks(options, out, at);
  }
}

/** Small enough to stay in the first-level cache. */
const BLOCK = 128;
const d1s = new Float64Array(BLOCK);
const d2s = new Float64Array(BLOCK);
const densities = new Float64Array(BLOCK);

function plainColumns(options: OptionColumns, out: GreeksColumns): void {
  for (let from = 0; from < options.strikes.length; from += BLOCK) {
    const count = Math.min(BLOCK, options.strikes.length - from);
    distances(options, from, count);
    for (let i = 0; i < count; i++) {
      const d1 = d1s[i] ?? 0;
      densities[i] = Math.exp(-0.5 * d1 * d1) * INV_ROOT_TWO_PI;
    }
    assemble(options, out, from, count);
  }
}

function distances({ forward, years, strikes, vols }: OptionColumns, from: number, count: number): void {
  const rootYears = Math.sqrt(years);
  for (let i = 0; i < count; i++) {
    const stdDev = (vols[from + i] ?? 0) * rootYears;
    const d1 = 0.5 * stdDev + logMoneyness(forward, strikes[from + i] ?? 0) / stdDev;
    d1s[i] = d1;
    d2s[i] = d1 - stdDev;
  }
}

function assemble(options: OptionColumns, out: GreeksColumns, from: number, count: number): void {
  const { isCall, spot, forward, years, discount, strikes, vols } = options;
  const sign = isCall ? 1 : -1;
  const rootYears = Math.sqrt(years);
  const worth = discount * forward;
  const perGamma = 1 / (spot * spot * rootYears);
  const decay = -0.5 / (rootYears * 365);
  const earned = -Math.log(worth / spot) / years / 365;
  const paid = Math.log(discount) / years / 365;
  const perPoint = 0.01 * rootYears;
  const rhoScale = 0.01 * years;
  for (let i = 0; i < count; i++) {
    const at = from + i;
    const strike = strikes[at] ?? 0;
    const vol = vols[at] ?? 0;
    // On the out-of-the-money side both probabilities are small and the ratios come from the table.
    const side = strike >= forward ? 1 : -1;
    const z1 = side * (d1s[i] ?? 0);
    const z2 = side * (d2s[i] ?? 0);
    const areTabled = z1 > MILLS_LOW && z2 > MILLS_LOW && z1 < MILLS_HIGH && z2 < MILLS_HIGH;
    if (!(areTabled && vol * rootYears > SHORTEST && strike > 0)) {
      writeGreeks(options, out, at);
      continue;
    }
    const ratio1 = tabledMills(z1);
    const ratio2 = tabledMills(z2);
    // 1 for a call in the money, -1 for a put, 0 out of it.
    const certain = side === sign ? 0 : sign;
    const vega = worth * (densities[i] ?? 0);
    // What of the share is expected to be held, and of the strike to be paid. strike * density(d2) = forward * density(d1).
    const held = worth * certain + side * vega * ratio1;
    const owed = discount * strike * certain + side * vega * ratio2;
    // The time value as a product: as a difference of two probabilities it would lose digits in the wings.
    out.price[at] = vega * Math.abs(ratio1 - ratio2) + certain * discount * (forward - strike);
    out.delta[at] = held / spot;
    out.gamma[at] = (perGamma * vega) / vol;
    out.theta[at] = decay * vega * vol + earned * held + paid * owed;
    out.vega[at] = vega * perPoint;
    out.rho[at] = owed * rhoScale;
  }
}

/** `blackGreeks` of one row: what the table does not reach, far wings, huge or hardly any volatility, bad input. */
export function writeGreeks(options: OptionColumns, out: GreeksColumns, at: number): void {
  const { isCall, spot, forward, years, discount, strikes, vols } = options;
  const [strike, vol] = [strikes[at] ?? NaN, vols[at] ?? NaN];
  const usable = spot > 0 && forward > 0 && discount > 0 && years >= 0 && strike > 0 && vol >= 0;
  const right = isCall ? 'C' : 'P';
  const greeks = usable ? blackGreeks({ right, spot, forward, strike, years, vol, discount }) : undefined;
  for (const name of NAMES) out[name][at] = greeks?.[name] ?? NaN;
}
