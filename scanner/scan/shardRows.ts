import { expiryKey } from '../chain/expiryMarket.ts';
import type { Profile } from '../domain/profile.ts';
import type { RankedSpread } from '../domain/spread.ts';
import { BLOCK_SIZE } from './candidateBlock.ts';
import { Cancellation } from './cancellation.ts';
import { RowMaker } from './rankedSpread.ts';
import { compareRanked, tieBreakOf, type Ranked, type TieBreak } from './rankOrder.ts';
import { rankKeys, rankTerms, scoreOf, type Ranking, type RankTerm } from './ranking.ts';
import type { ShardOptions, ShardScan } from './shard.ts';
import type { StrategyScan } from './strategyScan.ts';
import { TopCandidates } from './topCandidates.ts';
import { Workspace } from './workspace.ts';

export type RankedRow = Ranked<RankedSpread>;

/** A survivor that may be shown. */
interface Pick extends Ranked<TieBreak> {
  scan: StrategyScan;
  /** Among the scan's finds. */
  index: number;
}

interface Selection {
  ranking: Ranking;
  /** Of the profile; there may be thousands of scans. */
  terms: readonly RankTerm[];
  profile: Profile;
  workspace: Workspace;
}

/**
 * Third phase, in the shard's own thread: its best rows, best first, at most `limit`, that can be among the best of all.
 * @throws ScanCancelled
 */
export function rowsOf(
  { scans }: ShardScan,
  ranking: Ranking,
  profile: Profile,
  { isCancelled }: ShardOptions = {},
): RankedRow[] {
  const workspace = new Workspace(new Cancellation(isCancelled));
  const selection = { ranking, terms: rankTerms(profile), profile, workspace };
  const picks = profile.bestPer ? bestOfEach(scans, selection, profile.bestPer) : bestOfAll(scans, selection);
  const rows = new Map<Pick, RankedSpread>();
  const maker = new RowMaker(Math.min(picks.length, BLOCK_SIZE));
  for (const ofScan of Map.groupBy(picks, (pick) => pick.scan).values()) {
    for (let from = 0; from < ofScan.length; from += BLOCK_SIZE) {
      const some = ofScan.slice(from, from + BLOCK_SIZE);
      for (const [i, row] of makeRows(some, maker, selection).entries()) if (some[i]) rows.set(some[i], row);
    }
  }
  return picks.flatMap((pick) => {
    const row = rows.get(pick);
    return row ? { key: pick.key, row } : [];
  });
}

function bestOfAll(scans: readonly StrategyScan[], selection: Selection): Pick[] {
  const best = new TopCandidates<Pick>(selection.profile.limit, compareRanked);
  const sink = { least: () => best.last?.key ?? -Infinity, offer: (pick: Pick) => best.offer(pick) };
  for (const scan of scans) offerFinds(scan, selection, sink);
  return best.sorted();
}

function bestOfEach(scans: readonly StrategyScan[], selection: Selection, per: 'symbol' | 'expiry'): Pick[] {
  const bests = new Map<string, Pick>();
  for (const scan of scans) {
    const { expiry } = scan.frame;
    const name = per === 'symbol' ? expiry.symbol : expiry.key;
    const offer = (pick: Pick): void => {
      const best = bests.get(name);
      if (!best || compareRanked(pick, best) < 0) bests.set(name, pick);
    };
    offerFinds(scan, selection, { least: () => bests.get(name)?.key ?? -Infinity, offer });
  }
  const best = new TopCandidates<Pick>(selection.profile.limit, compareRanked);
  for (const pick of bests.values()) best.offer(pick);
  return best.sorted();
}

interface Sink {
  /** Key below which an offer is in vain. */
  least(): number;
  offer(pick: Pick): void;
}

/** Offers every find of a scan that can be among the best of all. */
function offerFinds(scan: StrategyScan, { ranking, terms, workspace }: Selection, sink: Sink): void {
  const { spreads, threshold } = ranking;
  const columns = terms.map(({ measure }) => scan.column(measure, workspace));
  const { count } = scan.finds;
  const keys = rankKeys({ terms, spreads, columns, count }, workspace.cancellation);
  let some: number[] = [];
  const offerSome = (): void => {
    const block = scan.blockOf(some, workspace);
    for (const [i, index] of some.entries()) {
      sink.offer({ key: keys[index] ?? NaN, row: tieBreakOf(block.wing(i), block.callWing(i)), scan, index });
    }
    some = [];
  };
  workspace.cancellation.inParts(count, (from, to) => {
    const least = Math.max(threshold, sink.least());
    for (let index = from; index < to; index++) {
      if ((keys[index] ?? NaN) < least) continue;
      some.push(index);
      if (some.length === BLOCK_SIZE) offerSome();
    }
  });
  if (some.length > 0) offerSome();
}

/** The rows of some picks of one scan. */
function makeRows(picks: readonly Pick[], maker: RowMaker, { ranking, terms, workspace }: Selection): RankedSpread[] {
  const [first] = picks;
  if (!first) return [];
  const { scan } = first;
  const columns = terms.map(({ measure }) => scan.column(measure, workspace));
  const scores = picks.map(({ index }) => scoreOf(terms, ranking.spreads, (k) => columns[k]?.[index] ?? NaN));
  return maker.rows(
    scan.blockOf(
      picks.map(({ index }) => index),
      workspace,
    ),
    scores,
  );
}

/** The rows of all shards, best first, at most `limit`. */
export function mergeRows(shards: readonly (readonly RankedRow[])[], { bestPer, limit }: Profile): RankedSpread[] {
  const [only] = shards;
  const sorted = shards.length === 1 && only ? only : shards.flat().sort(compareRanked);
  const rows = sorted.map(({ row }) => row);
  if (!bestPer) return rows.slice(0, limit);
  const seen = new Set<string>();
  const best = rows.filter((row) => {
    const name = bestPer === 'symbol' ? row.symbol : expiryKey(row);
    return !seen.has(name) && seen.add(name);
  });
  return best.slice(0, limit);
}
