import { areOrdinary, writeGreeks } from './blackGreeksColumns.ts';
import { impliedStdDevAt, type QuoteColumns } from './impliedVolColumns.ts';
import { KERNEL_ROWS, PRICES, VOLS, type ColumnKernel } from './kernel/columnKernel.ts';

/** Float32 each: annual vols, and the Greeks at them: theta per calendar day, vega per vol point. */
export interface RoundedColumns {
  iv: Float32Array;
  delta: Float32Array;
  gamma: Float32Array;
  theta: Float32Array;
  vega: Float32Array;
}

export interface SpotQuotes extends QuoteColumns {
  spot: number;
}

/**
 * Implied vols of quotes and the Greeks at them, rounded: `impliedVolColumns` and `blackGreeksColumns` in one, which
 * leaves vols in the kernel's memory between the two and takes out what is kept. Rows without a vol get NaN.
 * @param to gets them, from row `at` on.
 * @returns rows with a vol; undefined where the kernel cannot compute with such terms at all.
 */
export function impliedGreeksColumns(
  quotes: SpotQuotes,
  to: { columns: RoundedColumns; at: number },
  kernel: ColumnKernel,
): number | undefined {
  if (!areOrdinary(quotes)) return undefined;
  const rows = quotes.strikes.length;
  if (rows <= KERNEL_ROWS) return oneBlock(quotes, to, kernel);
  let solved = 0;
  for (let from = 0; from < rows; from += KERNEL_ROWS) {
    const part = (column: Float64Array): Float64Array => column.subarray(from, from + KERNEL_ROWS);
    const block = { ...quotes, strikes: part(quotes.strikes), prices: part(quotes.prices) };
    solved += oneBlock(block, { columns: to.columns, at: to.at + from }, kernel);
  }
  return solved;
}

function oneBlock(quotes: SpotQuotes, to: { columns: RoundedColumns; at: number }, kernel: ColumnKernel): number {
  const { isCall, spot, forward, years, discount, strikes, prices } = quotes;
  const count = strikes.length;
  const perYear = 1 / Math.sqrt(years);
  kernel.fill(0, strikes, 0, count);
  kernel.fill(PRICES, prices, 0, count);
  const areAllFound = kernel.impliedVols(count, isCall, forward, discount, perYear);
  if (!areAllFound) {
    // Before they take the prices' place.
    const found = kernel.head(VOLS, count);
    for (let i = 0; i < count; i++) if (Number.isNaN(found[i])) found[i] = perYear * impliedStdDevAt(quotes, i);
  }
  const vols = kernel.keepVols(count);
  const areAllValued = kernel.greeks(count, isCall, spot, forward, years, discount);
  if (!areAllValued) {
    const greeks = kernel.greeksOf(count);
    const options = { isCall, spot, forward, years, discount, strikes, vols };
    for (let i = 0; i < count; i++) if (Number.isNaN(greeks.price[i])) writeGreeks(options, greeks, i);
  }
  const { iv, delta, gamma, theta, vega } = to.columns;
  return kernel.round(count, [iv, delta, gamma, theta, vega], to.at);
}

/**
 * Rounds vols and Greeks into columns, from row `at` on; a vol without Greeks is none.
 * @param vols say how many rows there are: the Greeks' columns may be longer.
 * @returns rows with a vol.
 */
export function roundGreeks(
  vols: Float64Array,
  greeks: Readonly<Record<'delta' | 'gamma' | 'theta' | 'vega', Float64Array>>,
  { columns, at }: { columns: RoundedColumns; at: number },
): number {
  const { iv, delta, gamma, theta, vega } = columns;
  const { delta: deltas } = greeks;
  const rows = vols.length;
  // One column at a time: the processor rounds a run of numbers faster than five that lie apart.
  roundColumn(vols, iv, at, rows);
  roundColumn(deltas, delta, at, rows);
  roundColumn(greeks.gamma, gamma, at, rows);
  roundColumn(greeks.theta, theta, at, rows);
  roundColumn(greeks.vega, vega, at, rows);
  let solved = 0;
  for (let i = 0; i < rows; i++) {
    if ((vols[i] ?? 0) > 0 && !Number.isNaN(deltas[i])) {
      solved++;
      continue;
    }
    iv[at + i] = NaN;
    delta[at + i] = NaN;
    gamma[at + i] = NaN;
    theta[at + i] = NaN;
    vega[at + i] = NaN;
  }
  return solved;
}

function roundColumn(from: Float64Array, to: Float32Array, at: number, rows: number): void {
  for (let i = 0; i < rows; i++) to[at + i] = from[i] ?? 0;
}
