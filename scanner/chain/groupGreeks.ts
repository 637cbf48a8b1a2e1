import { exerciseStyle } from '../domain/option.ts';
import type { Source } from '../domain/spread.ts';
import type { AmericanExpiry } from '../math/americanExpiry.ts';
import { blackGreeksColumns, type GreeksColumns } from '../math/blackGreeksColumns.ts';
import { impliedGreeksColumns, roundGreeks, type RoundedColumns } from '../math/impliedGreeksColumns.ts';
import { impliedVolColumns } from '../math/impliedVolColumns.ts';
import { columnKernel, KERNEL_ROWS, PRICES } from '../math/kernel/columnKernel.ts';
import type { ChainGroup } from './chain.ts';
import type { ChainColumns } from './columns.ts';
import type { ExpiryMarket } from './expiryMarket.ts';

/** One group's quotes at one instant: Float64[rows] each, ascending by strike. */
export interface GroupQuotes {
  group: ChainGroup;
  market: ExpiryMarket;
  strike: Float64Array;
  bid: Float64Array;
  ask: Float64Array;
}

/** Float32[rows] each, as in the chain: a vol, and the Greeks at it. The model's are all NaN where the mid has no vol. */
export type GreekColumns = RoundedColumns;

/** The order in which copies of a group's columns follow one another. */
export const GREEKS = ['iv', 'delta', 'gamma', 'theta', 'vega'] as const satisfies readonly (keyof GreekColumns)[];

export type Greek = (typeof GREEKS)[number];

/** The chain's columns of one source of vols and Greeks. */
export function greekColumns(columns: ChainColumns, source: Source): GreekColumns {
  const { vendorIv, vendorDelta, vendorGamma, vendorTheta, vendorVega } = columns;
  const { modelIv, modelDelta, modelGamma, modelTheta, modelVega } = columns;
  return source === 'vendor'
    ? { iv: vendorIv, delta: vendorDelta, gamma: vendorGamma, theta: vendorTheta, vega: vendorVega }
    : { iv: modelIv, delta: modelDelta, gamma: modelGamma, theta: modelTheta, vega: modelVega };
}

/** Copies a group's rows, column after column in the order of GREEKS: Float32[GREEKS.length * rows]. */
export function copyGreeks(
  columns: GreekColumns,
  { firstRow, rowCount }: Pick<ChainGroup, 'firstRow' | 'rowCount'>,
  copies: Float32Array,
): void {
  let at = 0;
  for (const name of GREEKS) {
    const column = columns[name];
    for (let row = firstRow; row < firstRow + rowCount; row++) copies[at++] = column[row] ?? NaN;
  }
}

/** Columns of the longest group so far; filled and read within one call. */
let scratch = newScratch(512);
/** Heads of two of them by length: a chain's groups have few different ones. */
let heads: ({ mids: Float64Array; vols: Float64Array } | undefined)[] = [];

function headsOf(n: number): { mids: Float64Array; vols: Float64Array } {
  if (scratch.vols.length < n) {
    scratch = newScratch(2 * n);
    heads = [];
  }
  return (heads[n] ??= { mids: scratch.mids.subarray(0, n), vols: scratch.vols.subarray(0, n) });
}

function newScratch(length: number): GreeksColumns & { mids: Float64Array; vols: Float64Array } {
  const column = (): Float64Array => new Float64Array(length);
  return {
    ...{ mids: column(), vols: column(), price: column(), delta: column() },
    ...{ gamma: column(), theta: column(), vega: column(), rho: column() },
  };
}

/**
 * Implied vols of a group's mids, and the Greeks at them. Index options are European on the expiry's forward, all
 * others American on the spot. A row without a usable price, without time left or without an implied vol gets NaN.
 * @param americanOf asked for American options only, and once.
 * @param to gets them, from row `at` on.
 * @returns rows with a vol.
 */
export function groupGreeks(
  quotes: GroupQuotes,
  americanOf: (quotes: GroupQuotes) => AmericanExpiry,
  to: { columns: GreekColumns; at: number },
): number {
  const { group, market, strike: strikes } = quotes;
  const isEuropean = exerciseStyle(group.symbol) === 'european';
  if (isEuropean && market.years > 0) {
    const solved = kernelColumns(quotes, to);
    if (solved !== undefined) return solved;
  }
  const { mids, vols } = headsOf(strikes.length);
  if (!(market.years > 0)) vols.fill(NaN);
  else {
    fillMids(quotes, mids);
    if (isEuropean) europeanColumns(quotes, mids, vols);
    else americanColumns(quotes, americanOf(quotes), { prices: mids, vols });
  }
  return roundGreeks(vols, scratch, to);
}

/** NaN when the row is not tradeable: no positive ask, no bid, or bid above ask. */
function fillMids({ bid, ask }: GroupQuotes, mids: Float64Array): void {
  for (let i = 0; i < mids.length; i++) {
    const low = bid[i] ?? 0;
    const high = ask[i] ?? 0;
    if (high > 0 && low <= high) mids[i] = (low + high) / 2;
    else mids[i] = NaN;
  }
}

/** Undefined where there is no kernel, or none for such terms. */
function kernelColumns(quotes: GroupQuotes, to: { columns: GreekColumns; at: number }): number | undefined {
  const kernel = columnKernel();
  if (kernel === 'plain') return undefined;
  const { group, market, strike: strikes } = quotes;
  const { spot, forward, years, discount } = market;
  const isCall = group.right === 'C';
  // Where it fits, straight to where the kernel takes it from.
  const { length } = strikes;
  const prices = length <= KERNEL_ROWS ? kernel.head(PRICES, length) : headsOf(length).mids;
  fillMids(quotes, prices);
  return impliedGreeksColumns({ isCall, spot, forward, years, discount, strikes, prices }, to, kernel);
}

function europeanColumns(
  { group, market, strike: strikes }: GroupQuotes,
  prices: Float64Array,
  vols: Float64Array,
): void {
  const { spot, forward, years, discount } = market;
  const isCall = group.right === 'C';
  impliedVolColumns({ isCall, forward, years, discount, strikes, prices }, vols);
  blackGreeksColumns({ isCall, spot, forward, years, discount, strikes, vols }, scratch);
}

function americanColumns(
  { market, strike: strikes }: GroupQuotes,
  expiry: AmericanExpiry,
  { prices, vols }: { prices: Float64Array; vols: Float64Array },
): void {
  expiry.impliedVols(market.spot, strikes, prices, vols);
  expiry.greeksColumns(market.spot, strikes, vols, scratch);
}
