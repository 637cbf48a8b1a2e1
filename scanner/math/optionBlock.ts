import type { ColumnKernel } from './kernel/columnKernel.ts';

/** Most options of a block: few enough for all columns to stay in the first-level cache. */
export const BLOCK = 128;

/**
 * American options of one expiry and right, side by side: Float64[BLOCK + 1] each, in the kernel's own memory where there is
 * one. It takes options in pairs, so that with an odd count the row behind the last one has to be set too (`endBlock`).
 */
export interface OptionBlock {
  readonly kernel: ColumnKernel | 'plain';
  /** What a premium table calls their strikes. */
  readonly keys: Int32Array;
  /** Annual. */
  readonly vols: Float64Array;
  readonly logVols: Float64Array;
  /** -|ln(forward / strike)| of the baseline. */
  readonly moneyness: Float64Array;
  /** Normalised Black values of the baseline, and their slopes by the standard deviation. */
  readonly values: Float64Array;
  readonly densities: Float64Array;
  /** Log moneyness as a premium table takes it. */
  readonly xs: Float64Array;
  /** Over the table's unit; NaN where vol does not matter. */
  readonly premiums: Float64Array;
  readonly byVol: Float64Array;
  readonly byX: Float64Array;
  readonly byXX: Float64Array;
}

const blocks = new Map<ColumnKernel | 'plain', OptionBlock>();

/** The block of this kernel, in which only one thing is computed at a time. */
export function optionBlock(kernel: ColumnKernel | 'plain'): OptionBlock {
  let block = blocks.get(kernel);
  if (!block) blocks.set(kernel, (block = newBlock(kernel)));
  return block;
}

function newBlock(kernel: ColumnKernel | 'plain'): OptionBlock {
  const column = (place: number): Float64Array =>
    (kernel === 'plain' ? undefined : kernel.columns[place]) ?? new Float64Array(BLOCK + 1);
  return {
    ...{ kernel, keys: new Int32Array(BLOCK + 1), vols: column(0), moneyness: column(1), logVols: column(2) },
    ...{ densities: column(3), values: column(4), xs: column(5) },
    ...{ premiums: column(6), byVol: column(7), byX: column(8), byXX: column(9) },
  };
}

/** After `count` options have been set: a kernel computes the row behind the last one too. */
export function endBlock({ vols, logVols, moneyness, xs }: OptionBlock, count: number): void {
  for (const column of [vols, logVols, moneyness, xs]) column[count] = column[count - 1] ?? 0;
}
