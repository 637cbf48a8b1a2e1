import type { Profile } from '../domain/profile.ts';
import type { ScanSummary } from '../domain/spread.ts';
import { STRATEGIES, type Strategy } from '../domain/strategy.ts';
import { Cancellation } from './cancellation.ts';
import { failureOf, leadingRanges } from './candidateTests.ts';
import { isLeftOut } from './eligibility.ts';
import { addRejections, funnelCounts, newRejections, reject } from './funnel.ts';
import { newYorkTimestamp } from './newYorkTimestamp.ts';
import type { DividedExpiries, PreparedChain, ShardCounts } from './preparedChain.ts';
import type { PreparedExpiry, WholeCounts } from './preparedExpiry.ts';
import { activeRanges, type ActiveRange } from './range.ts';
import { rankTerms, type RankColumns } from './ranking.ts';
import { enumeratorOf, filterKey, strategyScan, type StrategyScan } from './strategyScan.ts';
import { Workspace } from './workspace.ts';

/** What one shard found: all survivors among the expiries that it owns. */
export interface ShardScan {
  counts: ShardCounts;
  /** The rank terms of the survivors, for each scan. */
  columns: readonly RankColumns[];
  /** Survivors by expiry and strategy. */
  scans: readonly StrategyScan[];
}

/** More survivors than these are found anew by the next scan: they would take 12 bytes each and more. */
const MOST_KEPT = 5_000_000;

export interface ShardOptions {
  /** Asked every few thousand candidates. */
  isCancelled?: (() => boolean) | undefined;
}

/**
 * First phase of a scan, in the thread that owns these expiries: finds and counts the spreads that pass.
 * The second phase is `rankShards` over the columns of all shards, the third `rowsOf` in each shard, then `mergeRows`.
 * An expiry whose quotes and filters are those of its last scan is not scanned again.
 * @throws ScanCancelled
 */
export function scanShard(prepared: PreparedChain, profile: Profile, { isCancelled }: ShardOptions = {}): ShardScan {
  const cancellation = new Cancellation(isCancelled);
  const workspace = new Workspace(cancellation);
  const { asOfMs } = prepared;
  const ranges = activeRanges(profile);
  const terms = rankTerms(profile);
  const wanted = { filters: filterKey(profile, asOfMs), measures: terms.map(({ measure }) => measure) };
  const strategies = STRATEGIES.filter((strategy) => profile.strategies.includes(strategy));
  const scans: StrategyScan[] = [];
  cancellation.ask();
  const { open, shut } = divided(prepared, profile, { strategies, ranges, cancellation });
  const counts = { ...shut, funnel: shut.funnel.slice() };
  for (const expiry of open) {
    const contracts = contractsOf(expiry);
    counts.contracts += contracts;
    cancellation.after(contracts);
    for (const strategy of strategies) {
      const scan = strategyScan({ expiry, strategy, profile, ranges, asOfMs }, wanted, workspace);
      counts.pairs += scan.candidates;
      counts.survivors += scan.finds.count;
      addRejections(counts.funnel, scan.rejections);
      if (scan.finds.count > 0) scans.push(scan);
    }
  }
  counts.work = workspace.work;
  if (counts.survivors > MOST_KEPT) for (const { left } of prepared.expiries) left.clear();
  const columns = scans.map((scan) => terms.map(({ measure }) => scan.column(measure, workspace)));
  return { counts, columns, scans };
}

interface Division {
  strategies: readonly Strategy[];
  /** The profile's, in funnel order. */
  ranges: readonly ActiveRange[];
  cancellation: Cancellation;
}

/** Sets apart the expiries that a filter shuts out before any other looks at their legs, most of them, and counts them. */
function divided(
  prepared: PreparedChain,
  profile: Profile,
  { strategies, ranges, cancellation }: Division,
): DividedExpiries {
  const leading = leadingRanges(ranges);
  const whole = JSON.stringify([strategies, profile.pricing, profile.autoMode]);
  const key = whole + JSON.stringify(leading);
  const { expiries, divided: last } = prepared;
  if (last?.key === key && last.expiries === expiries) return last;
  const open: PreparedExpiry[] = [];
  const shut: ShardCounts = { contracts: 0, pairs: 0, survivors: 0, work: 0, funnel: newRejections() };
  for (const expiry of expiries) {
    const shutBy = failureOf(expiry, leading);
    if (!shutBy) {
      open.push(expiry);
      continue;
    }
    const contracts = contractsOf(expiry);
    cancellation.after(contracts);
    if (expiry.whole?.key !== whole) expiry.whole = wholeCounts(expiry, profile, { strategies, key: whole });
    const { pairs, leftOut, tradeable } = expiry.whole;
    shut.contracts += contracts;
    shut.pairs += pairs;
    reject(shut.funnel, 'strategies', leftOut);
    reject(shut.funnel, 'tradeable', pairs - leftOut - tradeable);
    reject(shut.funnel, shutBy, tradeable);
  }
  return (prepared.divided = { key, expiries, open, shut });
}

function contractsOf({ sides }: PreparedExpiry): number {
  return sides.reduce((sum, { rowCount }) => sum + rowCount, 0);
}

/** What there is of some strategies in an expiry, without looking at any filter of legs: most of what is listed. */
function wholeCounts(
  expiry: PreparedExpiry,
  profile: Profile,
  { strategies, key }: { strategies: readonly Strategy[]; key: string },
): WholeCounts {
  const counts = { key, pairs: 0, leftOut: 0, tradeable: 0 };
  for (const strategy of strategies) {
    const enumerator = enumeratorOf(strategy);
    const candidates = enumerator.candidates(expiry, strategy);
    counts.pairs += candidates;
    if (isLeftOut(strategy, expiry.facts, profile)) counts.leftOut += candidates;
    else if (candidates > 0) counts.tradeable += enumerator.tradeable(expiry, strategy, profile.pricing);
  }
  return counts;
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
