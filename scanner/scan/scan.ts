import type { Profile } from '../domain/profile.ts';
import { Cancellation } from './cancellation.ts';
import { explorationOf, exploreShard } from './exploration.ts';
import type { PreparedChain } from './preparedChain.ts';
import { rankShards } from './ranking.ts';
import type { ScanResult } from './scanRequest.ts';
import { scanShard, summaryOf } from './shard.ts';
import { mergeRows, rankedRowsOf } from './shardRows.ts';

export interface ScanOptions {
  /** Asked every few thousand candidates. */
  isCancelled?: () => boolean;
  /** Also makes the histograms and the hint, which costs about as much again. */
  withHistograms?: boolean;
}

/**
 * Finds, counts and ranks every spread of a prepared chain that passes a profile. The funnel and the survivors are
 * exactly those of trying every candidate. `profile.greeks` must be the source that the chain was prepared for;
 * `profile.symbols` is what `prepareChain` was given. How finance.md was read where it leaves a choice stands with each
 * measure (verticalMeasures.ts, condorBlock.ts), with what is a price (tradeable.ts) and with what is left out
 * (eligibility.ts).
 * @throws ScanCancelled
 */
export function scan(prepared: PreparedChain, profile: Profile, options: ScanOptions = {}): ScanResult {
  const { isCancelled = () => false, withHistograms = false } = options;
  const shard = scanShard(prepared, profile, { isCancelled });
  const ranking = rankShards(shard.columns, profile, { isCancelled });
  const { groups } = prepared.chain;
  const rows = mergeRows([rankedRowsOf(shard, { groups, ranking, profile }, { isCancelled })], profile);
  const exploration = withHistograms
    ? explorationOf([exploreShard(prepared, profile, { isCancelled })], profile)
    : { histograms: [], hint: undefined };
  new Cancellation(isCancelled).ask();
  return {
    rows,
    summary: summaryOf([shard.counts], profile, prepared.asOfMs),
    ...exploration,
    work: shard.counts.work,
    generation: prepared.generation,
  };
}
