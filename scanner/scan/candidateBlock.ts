import type { ExpiryMarket } from '../chain/expiryMarket.ts';
import { FUNNEL, type FunnelStage, type RangeFilter, type RankMeasure } from '../domain/profile.ts';
import type { Strategy } from '../domain/strategy.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean, type ActiveRange } from './range.ts';
import type { UnderlyingFacts } from './scanRequest.ts';

/** Candidates that are looked at together: enough to make loops long, few enough that their columns stay in cache. */
export const BLOCK_SIZE = 1024;

/** Everything that is told of a candidate in numbers: what filters and rankings name, and what only rows show. */
export type Measure =
  | RangeFilter
  | RankMeasure
  | 'maxProfit'
  | 'mid'
  | 'natural'
  | 'breakEven'
  | 'upperBreakEven'
  | 'touch'
  | 'probShortOtm';

/** Writes a measure of every candidate of a block to out[at], out[at + 1]...; NaN when something it needs is missing. */
export type MeasureColumn<Block> = (block: Block, out: Float64Array, at: number) => void;

/** A sold and a bought row of one group. */
export interface Wing {
  group: PreparedGroup;
  short: number;
  long: number;
}

/** Memory for a block's columns; blocks that are not alive at the same time share it. */
export class BlockColumns {
  readonly short = new Int32Array(BLOCK_SIZE);
  readonly long = new Int32Array(BLOCK_SIZE);
  readonly width = new Float64Array(BLOCK_SIZE);
  readonly credit = new Float64Array(BLOCK_SIZE);
}

/**
 * Columns of up to BLOCK_SIZE candidates of one strategy in one expiry. Filters and rankings run over whole blocks, one
 * measure after the other. A block is filled anew for each use.
 */
export abstract class CandidateBlock {
  count = 0;
  /** In strike currency. */
  readonly width: Float64Array;
  /** Net credit per share at the profile's pricing; negative is a debit. */
  readonly credit: Float64Array;
  abstract readonly strategy: Strategy;
  abstract readonly market: ExpiryMarket;
  abstract readonly facts: UnderlyingFacts;
  abstract readonly isCredit: boolean;
  abstract readonly multiplier: number;
  /** Dollars per contract for all legs. */
  abstract readonly fees: number;

  constructor({ width, credit }: BlockColumns) {
    this.width = width;
    this.credit = credit;
  }

  /** The pair of legs, of a condor its puts. */
  abstract wing(i: number): Wing;
  /** The calls of a condor. */
  abstract callWing(i: number): Wing | undefined;

  /** Numbers that say which legs a candidate has. */
  abstract readonly codesPerCandidate: number;
  abstract writeCodes(codes: Uint32Array, at: number): void;
  /** Fills the block with the candidates from the `from`-th on. */
  abstract readCodes(codes: Uint32Array, from: number, to: number): void;

  /** Copies candidate `from` over candidate `to`. */
  abstract move(from: number, to: number): void;
  abstract measure(name: Measure, out: Float64Array, at: number): void;

  /** Keeps the candidates that are marked with 1. */
  keep(passes: Uint8Array): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (passes[i] !== 1) continue;
      if (kept !== i) this.move(i, kept);
      kept++;
    }
    this.count = kept;
  }
}

/** Marks with 1 the candidates of a block whose value is in the filter's range. NaN is in no range. */
export function markInRange(block: CandidateBlock, { filter, low, high }: ActiveRange, to: Marks): void {
  const { values, passes } = to;
  block.measure(filter, values, 0);
  for (let i = 0; i < block.count; i++) {
    const value = values[i] ?? NaN;
    passes[i] = value >= low && value <= high ? 1 : 0;
  }
}

/**
 * Keeps the candidates that pass, and those whose first failure this is.
 * @param failed for each candidate the place in FUNNEL of the filter that it fails, -1 for none; updated.
 */
export function keepNearMisses(
  block: CandidateBlock,
  passes: Uint8Array,
  { stage, failed }: { stage: FunnelStage; failed: Int32Array },
): void {
  const place = FUNNEL.indexOf(stage);
  let kept = 0;
  for (let i = 0; i < block.count; i++) {
    const before = failed[i] ?? 0;
    if (passes[i] !== 1 && before >= 0) continue;
    failed[kept++] = passes[i] === 1 ? before : place;
    passes[i] = 1;
  }
  block.keep(passes);
}

/** Scratch columns of BLOCK_SIZE. */
export interface Marks {
  values: Float64Array;
  passes: Uint8Array;
}

/** Measures that follow from price, width and expiry alone, the same for every strategy. */
export const PRICE_MEASURES = {
  dte: (b, out, at) => void out.fill(b.market.dte, at, at + b.count),
  ivPercentile: (b, out, at) => void out.fill(b.facts.ivPercentile ?? NaN, at, at + b.count),
  ivRank: (b, out, at) => void out.fill(b.facts.ivRank ?? NaN, at, at + b.count),
  width: ({ count, width }, out, at) => copy(width, count, out, at),
  credit: ({ count, credit }, out, at) => copy(credit, count, out, at),
  creditToWidth: ({ count, credit, width }, out, at) => {
    for (let i = 0; i < count; i++) out[at + i] = (credit[i] ?? NaN) / (width[i] ?? NaN);
  },
  maxProfit: (b, out, at) => {
    for (let i = 0; i < b.count; i++) out[at + i] = maxProfit(b, i);
  },
  maxLoss: (b, out, at) => {
    for (let i = 0; i < b.count; i++) out[at + i] = maxLoss(b, i);
  },
  returnOnRisk: (b, out, at) => {
    for (let i = 0; i < b.count; i++) out[at + i] = maxProfit(b, i) / maxLoss(b, i);
  },
  annualised: (b, out, at) => {
    // A spread that expires today is annualised as if it took one day; the formula has no value there.
    const days = Math.max(1, b.market.dte);
    for (let i = 0; i < b.count; i++) out[at + i] = ((maxProfit(b, i) / maxLoss(b, i)) * DAYS_PER_YEAR) / days;
  },
} satisfies Partial<Record<Measure, MeasureColumn<CandidateBlock>>>;

const DAYS_PER_YEAR = 365;

function copy(from: Float64Array, count: number, out: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) out[at + i] = from[i] ?? NaN;
}

/** Per share before fees: the credit, or what the width is worth above the debit. */
function grossProfit(b: CandidateBlock, i: number): number {
  const credit = b.credit[i] ?? NaN;
  return b.isCredit ? credit : (b.width[i] ?? NaN) + credit;
}

/** Dollars per contract after fees. Credit: C m. Debit: (W - D) m. @source finance.md "Prices of a vertical" */
function maxProfit(b: CandidateBlock, i: number): number {
  return clean(grossProfit(b, i) * b.multiplier - b.fees);
}

/** Dollars per contract with fees. Credit: (W - C) m. Debit: D m. */
function maxLoss(b: CandidateBlock, i: number): number {
  return clean(((b.width[i] ?? NaN) - grossProfit(b, i)) * b.multiplier + b.fees);
}

const losses = new Float64Array(BLOCK_SIZE);

/** A measure in dollars per share as a share of the max loss. */
export function overMaxLoss<Block extends CandidateBlock>(measure: MeasureColumn<Block>): MeasureColumn<Block> {
  return (b, out, at) => {
    PRICE_MEASURES.maxLoss(b, losses, 0);
    measure(b, out, at);
    for (let i = 0; i < b.count; i++) out[at + i] = ((out[at + i] ?? NaN) * b.multiplier) / (losses[i] ?? NaN);
  };
}
