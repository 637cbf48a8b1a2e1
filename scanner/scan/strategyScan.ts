import { newYorkDate } from '../domain/calendar.ts';
import type { Profile, RankMeasure } from '../domain/profile.ts';
import type { RankedSpread } from '../domain/spread.ts';
import type { Strategy } from '../domain/strategy.ts';
import { BLOCK_SIZE, type CandidateBlock } from './candidateBlock.ts';
import { condorEnumerator } from './condorEnumerator.ts';
import { isLeftOut } from './eligibility.ts';
import type { ScanFrame, SpreadEnumerator } from './enumerator.ts';
import { Finds } from './finds.ts';
import { reject, type RejectionCounts } from './funnel.ts';
import type { PreparedExpiry } from './preparedExpiry.ts';
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
  readonly candidates: number;
  readonly rejections: RejectionCounts = [];
  readonly finds = new Finds();
  /** The rows that were made of these last, by `code`: all but their scores stands while quotes and prices do. */
  shown: ReadonlyMap<number | string, RankedSpread> = NONE;
  #columns: Map<RankMeasure, Float64Array> | undefined;

  /** @throws ScanCancelled */
  constructor(frame: ScanFrame, workspace: Workspace) {
    const { expiry, strategy, profile } = frame;
    const enumerator = enumeratorOf(strategy);
    this.frame = frame;
    this.candidates = enumerator.candidates(expiry, strategy);
    const { rejections: funnel, finds } = this;
    const isNothing = this.candidates === 0 || isLeftOut(strategy, expiry.facts, profile);
    if (isNothing) reject(funnel, 'strategies', this.candidates);
    else workspace.work += enumerator.enumerate(frame, { funnel, finds, workspace });
  }

  /** A measure of every find: Float64[finds]. Made when first asked for. */
  column(measure: RankMeasure, workspace: Workspace): Float64Array {
    const columns = (this.#columns ??= new Map<RankMeasure, Float64Array>());
    const known = columns.get(measure);
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

const NONE: ReadonlyMap<number | string, RankedSpread> = new Map();

/** The last scan of each strategy of an expiry, with the filters that it was made for. */
const lastScans = new WeakMap<PreparedExpiry, Map<Strategy, { filters: string; scan: StrategyScan }>>();

/**
 * The scan of a strategy in an expiry: the last one where neither quotes nor filters have changed since, else a new one.
 * @param filters `filterKey` of the profile.
 * @throws ScanCancelled
 */
export function strategyScan(frame: ScanFrame, filters: string, workspace: Workspace): StrategyScan {
  const { expiry, strategy } = frame;
  const ofExpiry = lastScans.get(expiry);
  const last = ofExpiry?.get(strategy);
  if (last?.filters === filters) {
    workspace.charge(last.scan.finds.joined);
    return last.scan;
  }
  const scan = new StrategyScan(frame, workspace);
  if (last && scan.finds.count > 0 && isPricedAlike(last.scan.frame.profile, frame.profile))
    scan.shown = last.scan.shown;
  if (ofExpiry) ofExpiry.set(strategy, { filters, scan });
  else lastScans.set(expiry, new Map([[strategy, { filters, scan }]]));
  return scan;
}

/** Whether a spread has the same price, profit and loss under both. */
function isPricedAlike(before: Profile, now: Profile): boolean {
  return before.pricing === now.pricing && before.feesPerLeg === now.feesPerLeg;
}

/** Lets the scans of an expiry go, for instance when what they found is too much to keep. */
export function forgetScans(expiry: PreparedExpiry): void {
  lastScans.delete(expiry);
}

/** All that decides which candidates pass: a profile's filters and prices, not its name, ranking and limit. */
export function filterKey(profile: Profile, asOfMs: number): string {
  const apart = { name: '', symbols: [], strategies: [], rankBy: {}, limit: 0, bestPer: undefined };
  const isDated = profile.excludeEarnings || profile.excludeExDividend;
  return JSON.stringify({ ...profile, ...apart, today: isDated ? newYorkDate(asOfMs) : '' });
}
