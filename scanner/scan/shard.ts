import type { Profile } from '../domain/profile.ts';
import type { ScanSummary } from '../domain/spread.ts';
import { Cancellation } from './cancellation.ts';
import { leadingTests } from './candidateTests.ts';
import { isLeftOut, isRequested } from './eligibility.ts';
import type { SpreadEnumerator } from './enumerator.ts';
import { addRejections, funnelCounts, newRejections, reject, type Rejections } from './funnel.ts';
import { newYorkTimestamp } from './newYorkTimestamp.ts';
import type { PreparedChain } from './preparedChain.ts';
import { rankTerms, type RankColumns } from './ranking.ts';
import { measureColumns } from './rankSurvivors.ts';
import { Survivors } from './survivors.ts';
import { verticalEnumerator } from './verticalEnumerator.ts';

/** Families of strategies; each strategy belongs to one. */
export const ENUMERATORS: readonly SpreadEnumerator[] = [verticalEnumerator];

/** What one shard counted. Plain data that crosses threads; counts of shards add up. */
export interface ShardCounts {
  contracts: number;
  /** Candidates before filters. */
  pairs: number;
  survivors: number;
  /** Candidates that were touched one by one. */
  work: number;
  funnel: Rejections;
}

/** What one shard found: all survivors among the expiries that it owns. */
export interface ShardScan {
  counts: ShardCounts;
  /** The rank terms of the survivors. The shard has no more use for them: they may be transferred. */
  columns: RankColumns;
  prepared: PreparedChain;
  survivors: Survivors;
}

export interface ShardOptions {
  /** Asked every few thousand candidates. */
  isCancelled?: (() => boolean) | undefined;
}

/**
 * First phase of a scan, in the thread that owns these expiries: finds and counts the spreads that pass.
 * The second phase is `rankShards` over the columns of all shards, the third `rowsOf` in each shard, and `mergeRows`.
 * @throws ScanCancelled
 */
export function scanShard(prepared: PreparedChain, profile: Profile, { isCancelled }: ShardOptions = {}): ShardScan {
  const cancellation = new Cancellation(isCancelled);
  const funnel = newRejections();
  const survivors = new Survivors();
  let pairs = 0;
  let work = 0;
  for (const [groupIndex, group] of prepared.groups.entries()) {
    cancellation.ask();
    const tests = leadingTests(group, profile, prepared.asOfMs);
    for (const enumerator of ENUMERATORS) {
      for (const strategy of enumerator.strategies) {
        if (!isRequested(strategy, group, profile)) continue;
        const candidates = enumerator.candidates(group);
        pairs += candidates;
        if (isLeftOut(strategy, group, profile)) reject(funnel, 'strategies', candidates);
        else work += enumerator.enumerate({ group, strategy, profile, tests, funnel, survivors, groupIndex });
      }
    }
  }
  const contracts = prepared.groups.reduce((sum, { n }) => sum + n, 0);
  const columns = measureColumns(survivors, prepared.groups, profile, rankTerms(profile));
  return { counts: { contracts, pairs, survivors: survivors.count, work, funnel }, columns, prepared, survivors };
}

/** The counts of all shards together; `tookMs` is 0. */
export function summaryOf(shards: readonly ShardCounts[], profile: Profile, asOfMs: number): ScanSummary {
  const funnel = newRejections();
  const total = { contracts: 0, pairs: 0, survivors: 0 };
  for (const counts of shards) {
    total.contracts += counts.contracts;
    total.pairs += counts.pairs;
    total.survivors += counts.survivors;
    addRejections(funnel, counts.funnel);
  }
  return { asOf: newYorkTimestamp(asOfMs), ...total, funnel: funnelCounts(funnel, profile), tookMs: 0 };
}
