import type { Profile } from '../domain/profile.ts';
import type { RankedSpread } from '../domain/spread.ts';
import { Cancellation } from './cancellation.ts';
import { rankedSpread } from './rankedSpread.ts';
import { measureColumns, verticalOf } from './rankSurvivors.ts';
import { rankKeys, rankTerms, scoreOf, type Ranking } from './ranking.ts';
import type { ShardOptions, ShardScan } from './shard.ts';

/** A row with the key that sorts it, best the greatest. */
export interface RankedRow {
  key: number;
  row: RankedSpread;
}

/**
 * Third phase, in the shard's own thread: its best rows, at most `limit`, that can be among the best of all shards.
 * @throws ScanCancelled
 */
export function rowsOf(
  { survivors, prepared }: ShardScan,
  ranking: Ranking,
  profile: Profile,
  { isCancelled }: ShardOptions = {},
): RankedRow[] {
  const cancellation = new Cancellation(isCancelled);
  const terms = rankTerms(profile);
  const { spreads, threshold } = ranking;
  const columns = measureColumns(survivors, prepared.groups, profile, terms);
  const keys = rankKeys({ terms, spreads, columns }, cancellation);
  const picks: RankedRow[] = [];
  for (let i = 0; i < survivors.count; i++) {
    const key = keys[i] ?? 0;
    if (key < threshold) continue;
    const vertical = verticalOf(survivors, i, prepared.groups, profile);
    picks.push({
      key,
      row: rankedSpread({ vertical, ...scoreOf(terms, spreads, (k) => columns[k]?.[i] ?? NaN) }),
    });
  }
  return picks.sort(compareRanked).slice(0, profile.limit);
}

/** The rows of all shards, best first, at most `limit`. */
export function mergeRows(shards: readonly (readonly RankedRow[])[], profile: Profile): RankedSpread[] {
  return shards
    .flat()
    .sort(compareRanked)
    .slice(0, profile.limit)
    .map(({ row }) => row);
}

/** Best first; ties break by symbol, expiry, right, short strike, long strike, root, call strikes. */
function compareRanked(a: RankedRow, b: RankedRow): number {
  return a.key === b.key ? compareTies(a.row, b.row) : b.key - a.key;
}

function compareTies(a: RankedSpread, b: RankedSpread): number {
  return (
    compareText(a.symbol, b.symbol) ||
    compareText(a.expiry, b.expiry) ||
    compareText(a.right, b.right) ||
    a.shortStrike - b.shortStrike ||
    a.longStrike - b.longStrike ||
    compareText(a.root, b.root) ||
    (a.callWing?.shortStrike ?? 0) - (b.callWing?.shortStrike ?? 0) ||
    (a.callWing?.longStrike ?? 0) - (b.callWing?.longStrike ?? 0)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
