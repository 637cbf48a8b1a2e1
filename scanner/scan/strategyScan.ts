import { newYorkDate } from '../domain/calendar.ts';
import type { Profile, RankMeasure } from '../domain/profile.ts';
import type { Spread } from '../domain/spread.ts';
import type { Strategy } from '../domain/strategy.ts';
import { BLOCK_SIZE, type CandidateBlock } from './candidateBlock.ts';
import { condorEnumerator } from './condorEnumerator.ts';
import { isLeftOut } from './eligibility.ts';
import type { ScanFrame, SpreadEnumerator } from './enumerator.ts';
import { Finds } from './finds.ts';
import { newRejections, reject } from './funnel.ts';
import { verticalEnumerator } from './verticalEnumerator.ts';
import type { Workspace } from './workspace.ts';

/** Families of strategies; each strategy belongs to one. */
const ENUMERATORS: readonly SpreadEnumerator[] = [verticalEnumerator, condorEnumerator];

const ENUMERATOR_OF = new Map(
  ENUMERATORS.flatMap((enumerator) => enumerator.strategies.map((strategy) => [strategy, enumerator] as const)),
);

export function enumeratorOf(strategy: Strategy): SpreadEnumerator {
  const found = ENUMERATOR_OF.get(strategy);
  if (!found) throw new RangeError(`no enumerator knows the strategy ${strategy}`);
  return found;
}

/** What one strategy has in one expiry under one set of filters: counts, and every candidate that passes. */
export class StrategyScan {
  readonly frame: ScanFrame;
  /** `filterKey` of the profile that it was made for. */
  readonly filters: string;
  readonly candidates: number;
  readonly rejections = newRejections();
  readonly finds: Finds;
  /** The finds that were shown last: they stand while quotes and prices do, whatever is ranked by. */
  shown: ShownSpreads = NOTHING_SHOWN;
  #columns: Map<RankMeasure, Float64Array> | undefined;

  /** @throws ScanCancelled */
  constructor(frame: ScanFrame, { filters, measures }: Wanted, workspace: Workspace) {
    const { expiry, strategy, profile } = frame;
    const enumerator = enumeratorOf(strategy);
    this.frame = frame;
    this.filters = filters;
    this.finds = new Finds(measures);
    this.candidates = enumerator.candidates(expiry, strategy);
    const { rejections: funnel, finds } = this;
    const isNothing = this.candidates === 0 || isLeftOut(strategy, expiry.facts, profile);
    if (isNothing) reject(funnel, 'strategies', this.candidates);
    else workspace.work += enumerator.enumerate(frame, { funnel, finds, workspace });
  }

  /** A measure of every find: Float64[finds]. One that was not wanted with them is made when first asked for. */
  column(measure: RankMeasure, workspace: Workspace): Float64Array {
    const columns = (this.#columns ??= new Map<RankMeasure, Float64Array>());
    const known = columns.get(measure) ?? this.finds.column(measure);
    if (known) return known;
    const column = new Float64Array(this.finds.count);
    if (column.length > 0) {
      const block = this.block(workspace);
      for (let from = 0; from < column.length; from += BLOCK_SIZE) {
        block.readCodes(this.finds.codes, from, Math.min(column.length, from + BLOCK_SIZE));
        block.measure(measure, column, from);
        workspace.cancellation.after(block.count);
      }
    }
    columns.set(measure, column);
    return column;
  }

  /** An empty block for these finds; it uses the workspace's columns. */
  block(workspace: Workspace): CandidateBlock {
    return enumeratorOf(this.frame.strategy).block(this.frame, workspace);
  }

  /** Fills such a block with some of the finds, at most BLOCK_SIZE. */
  fillBlock(block: CandidateBlock, indices: readonly number[]): void {
    const { codesPerCandidate: width } = block;
    const codes = new Uint32Array(indices.length * width);
    for (const [i, index] of indices.entries()) {
      for (let k = 0; k < width; k++) codes[i * width + k] = this.finds.codes[index * width + k] ?? 0;
    }
    block.readCodes(codes, 0, indices.length);
  }

  /** Names a find among the spreads of its strategy and expiry, whatever else is found. */
  code(index: number): number | string {
    const { codes } = this.finds;
    const width = this.finds.codesPerCandidate;
    return width === 1 ? (codes[index] ?? 0) : codes.subarray(width * index, width * (index + 1)).join();
  }
}

/** A find that is shown: its spread as packedRows.ts has it, among others, from a number on. */
export interface ShownSpread {
  packed: Float64Array;
  at: number;
  /** The same unpacked, where it is shown by the thread that found it. */
  spread?: Spread;
}

/** By the find's `code`. */
export type ShownSpreads = ReadonlyMap<number | string, ShownSpread>;

export const NOTHING_SHOWN: ShownSpreads = new Map<never, never>();

/** What a profile asks of every strategy and expiry. */
export interface Wanted {
  /** `filterKey` of the profile. */
  filters: string;
  /** What it ranks by. */
  measures: readonly RankMeasure[];
}

/**
 * The scan of a strategy in an expiry: the last one where neither quotes nor filters have changed since, else a new one.
 * @throws ScanCancelled
 */
export function strategyScan(frame: ScanFrame, wanted: Wanted, workspace: Workspace): StrategyScan {
  const { left } = frame.expiry;
  const last = left.get(frame.strategy);
  const before = last instanceof StrategyScan ? last : undefined;
  if (before?.filters === wanted.filters) {
    workspace.charge(before.finds.joined);
    return before;
  }
  const scan = new StrategyScan(frame, wanted, workspace);
  if (before && scan.finds.count > 0 && isPricedAlike(before.frame.profile, frame.profile)) scan.shown = before.shown;
  left.set(frame.strategy, scan);
  return scan;
}

/** Whether a spread has the same price, profit and loss under both. */
function isPricedAlike(before: Profile, now: Profile): boolean {
  return before.pricing === now.pricing && before.feesPerLeg === now.feesPerLeg;
}

/** All that decides which candidates pass: a profile's filters and prices, not its name, ranking and limit. */
export function filterKey(profile: Profile, asOfMs: number): string {
  const apart = { name: '', symbols: [], strategies: [], rankBy: {}, limit: 0, bestPer: undefined };
  const isDated = profile.excludeEarnings || profile.excludeExDividend;
  return JSON.stringify({ ...profile, ...apart, today: isDated ? newYorkDate(asOfMs) : '' });
}
