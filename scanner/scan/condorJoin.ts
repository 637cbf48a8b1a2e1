import { TOLERANCE, type FunnelStage } from '../domain/profile.ts';
import { BLOCK_SIZE } from './candidateBlock.ts';
import type { CondorBlock } from './condorBlock.ts';
import type { CondorShorts } from './condorPairs.ts';
import { clean, type ActiveRange } from './range.ts';
import type { WingList } from './wingList.ts';

/** Wings to be joined, each pair whose short strikes fit. */
export interface CondorJoin {
  shorts: CondorShorts;
  puts: WingList;
  calls: WingList;
  block: CondorBlock;
  /** Least credit of a call wing that is worth joining to this put wing. */
  leastCredit: (putWing: number) => number;
  /** Empties the block: it is full, or the last. */
  flush: () => void;
  /** Told after each put wing how many pairs were looked at. */
  after: (pairs: number) => void;
}

/**
 * Puts pairs of wings into the block. The calls of one short strike stand by credit, so those whose credit is too small
 * are one run at the end, which is counted and not touched.
 * @returns pairs left out for their credit.
 */
export function joinWings(join: CondorJoin): number {
  const { shorts, puts, calls, leastCredit } = join;
  let leftOut = 0;
  let bucket = 0;
  for (let put = 0; put < puts.count; put++) {
    const strike = shorts.puts.strike[puts.short[put] ?? 0] ?? NaN;
    const isBefore = (row: number): boolean => {
      const other = shorts.calls.strike[row] ?? NaN;
      return shorts.shortsMeet ? other < strike : other <= strike;
    };
    while (bucket < calls.shortRows.length && isBefore(calls.shortRows[bucket] ?? 0)) bucket++;
    const least = leastCredit(put);
    let looked = 0;
    for (let b = bucket; b < calls.shortRows.length; b++) {
      if (shorts.shortsMeet && shorts.calls.strike[calls.shortRows[b] ?? 0] !== strike) break;
      const from = calls.starts[b] ?? 0;
      const end = calls.starts[b + 1] ?? from;
      const to = lastAtLeast(calls.credit, least, from, end);
      leftOut += end - to;
      looked += to - from + 1;
      addPairs(join, put, from, to);
    }
    join.after(looked);
  }
  join.flush();
  return leftOut;
}

function addPairs({ block, puts, calls, flush }: CondorJoin, put: number, from: number, to: number): void {
  const [putShort = 0, putLong = 0] = [puts.short[put], puts.long[put]];
  const width = puts.width[put] ?? NaN;
  const credit = puts.credit[put] ?? NaN;
  for (let call = from; call < to; call++) {
    if (block.count === BLOCK_SIZE) flush();
    const at = block.count++;
    block.puts.short[at] = putShort;
    block.puts.long[at] = putLong;
    block.calls.short[at] = calls.short[call] ?? 0;
    block.calls.long[at] = calls.long[call] ?? 0;
    block.width[at] = Math.max(width, calls.width[call] ?? NaN);
    block.credit[at] = clean(credit + (calls.credit[call] ?? NaN));
  }
}

/** One past the last of the descending credits in [from, end) that is not below `least`. */
function lastAtLeast(credits: Float64Array, least: number, from: number, end: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((credits[middle] ?? NaN) >= least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** More than rounding can move a credit, less than any price step. */
const SLACK = 1e-7;

/**
 * Least credit of the call wing with which a condor of this put wing can pass a filter, when the filter asks for credit
 * in one way or another. The wider wing is at least as wide as the put's, which makes it a bound from below; with less
 * the condor surely fails this filter, and is surely a price, as its credit is below its width.
 * @returns -Infinity when the filter bounds nothing.
 */
export function leastCallCredit(
  range: ActiveRange | undefined,
  { width, credit }: { width: number; credit: number },
  { multiplier, fees }: Pick<CondorBlock, 'multiplier' | 'fees'>,
): number {
  const whole = leastCredit(range, width, { multiplier, fees });
  return Math.min(whole - SLACK, width - 2 * TOLERANCE) - credit;
}

function leastCredit(
  range: ActiveRange | undefined,
  width: number,
  { multiplier, fees }: { multiplier: number; fees: number },
): number {
  switch (range?.filter) {
    case 'credit':
      return range.low;
    case 'creditToWidth':
      return range.low > 0 ? range.low * width : -Infinity;
    case 'maxLoss':
      return width - (range.high - fees) / multiplier;
    case 'returnOnRisk':
      // (C m - f) / ((W - C) m + f) >= r, solved for C.
      if (!(range.low > 0)) return -Infinity;
      return (range.low * width) / (1 + range.low) + fees / multiplier;
    default:
      return -Infinity;
  }
}

const WHOLE_FILTERS: ReadonlySet<FunnelStage> = new Set([
  'credit',
  'creditToWidth',
  'maxLoss',
  'returnOnRisk',
  'pop',
  'ev',
  'evToRisk',
  'netDelta',
  'netTheta',
  'netVega',
  'netGamma',
]);

/** Whether a filter looks at a condor as a whole; all others bind its expiry or each of its wings. */
export function isWholeFilter(stage: FunnelStage): boolean {
  return WHOLE_FILTERS.has(stage);
}
