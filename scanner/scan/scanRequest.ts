import type { Valuation } from '../chain/expiryMarket.ts';
import type { IsoDate } from '../domain/option.ts';
import type { FunnelStage, RangeFilter } from '../domain/profile.ts';
import type { RankedSpread, ScanSummary } from '../domain/spread.ts';

/** What is known of an underlying besides its quotes. Absent is unknown. */
export interface UnderlyingFacts {
  /** Both 0..100, over the last 252 daily closes of its 30-day IV. */
  ivRank?: number | undefined;
  ivPercentile?: number | undefined;
  /** Dates in New York. An unknown calendar excludes nothing. */
  earnings?: readonly IsoDate[] | undefined;
  exDividends?: readonly IsoDate[] | undefined;
}

/** Facts by symbol. */
export type FactsBySymbol = Readonly<Record<string, UnderlyingFacts>>;

/** All of a scan but its chain and its profile. */
export interface ScanSettings extends Valuation {
  facts: FactsBySymbol;
}

/** Candidates of one filter by value, for the histogram behind its slider. */
export interface Histogram {
  filter: RangeFilter;
  /** Left edge of the first bin and right edge of the last. */
  from: number;
  to: number;
  counts: number[];
}

/** The filter that costs most, and what would be there without it. */
export interface Hint {
  filter: FunnelStage;
  /** Candidates that pass everything else. */
  keepsOut: number;
  /** A bound that would let about half of them in, in the filter's own unit. */
  eased?: { end: 'min' | 'max'; bound: number; adds: number };
}

export interface ScanResult {
  /** Best first, at most the profile's limit. */
  rows: RankedSpread[];
  summary: ScanSummary;
  /** Empty unless asked for. */
  histograms: Histogram[];
  hint: Hint | undefined;
  /** Candidate pairs that were touched one by one. */
  work: number;
  /** Chain generation before anything was read. */
  generation: number;
}
