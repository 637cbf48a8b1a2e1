import { expiryKey } from '../chain/expiryMarket.ts';
import type { Profile } from '../domain/profile.ts';
import type { RankedSpread } from '../domain/spread.ts';
import { BLOCK_SIZE, type CandidateBlock } from './candidateBlock.ts';
import { Cancellation } from './cancellation.ts';
import { rescored, RowMaker, type RowScore } from './rankedSpread.ts';
import { compareRanked, tieBreakOf, type Ranked, type TieBreak } from './rankOrder.ts';
import { rankKeys, rankTerms, scoreOf, type RankColumns, type Ranking, type RankTerm } from './ranking.ts';
import type { ShardOptions, ShardScan } from './shard.ts';
import { NOTHING_SHOWN, type StrategyScan } from './strategyScan.ts';
import { TopCandidates } from './topCandidates.ts';
import { Workspace } from './workspace.ts';

export type RankedRow = Ranked<RankedSpread>;

interface Selection {
  ranking: Ranking;
  /** Of the profile; there may be thousands of scans. */
  terms: readonly RankTerm[];
  workspace: Workspace;
}

/**
 * Third phase, in the shard's own thread: its best rows, best first, at most `limit`, that can be among the best of all.
 * A row that was among the last ones shown, and whose quotes stand, is not made anew but only scored.
 * @throws ScanCancelled
 */
export function rowsOf(
  { scans }: ShardScan,
  ranking: Ranking,
  profile: Profile,
  { isCancelled }: ShardOptions = {},
): RankedRow[] {
  const workspace = new Workspace(new Cancellation(isCancelled));
  const { bestPer, limit } = profile;
  const terms = rankTerms(profile);
  const selection = { ranking, terms, workspace };
  const finds = scans.filter((scan) => canReach(scan, selection)).map((scan) => new RankedFinds(scan, selection));
  const picks = bestPer ? bestOfEach(finds, limit, bestPer) : bestOfAll(finds, limit);
  const ofFinds = Map.groupBy(picks, (pick) => pick.finds);
  const maker = new RowMaker(Math.min(picks.length, BLOCK_SIZE));
  for (const [one, some] of ofFinds) showRows(one, some, { selection, maker });
  const areShown = new Set(picks.map((pick) => pick.finds.scan));
  for (const scan of scans) if (!areShown.has(scan)) scan.shown = NOTHING_SHOWN;
  const rows: RankedRow[] = [];
  for (const { key, shown } of picks) if (shown) rows.push({ key, row: shown });
  return rows;
}

/** More than is taken off a key as noise, relatively above 1. */
const NOISE = 1e-11;

/** Whether a find may have a key up to the threshold: what one measure alone ranks is told without making keys. */
function canReach(scan: StrategyScan, { ranking: { threshold }, terms, workspace }: Selection): boolean {
  const [only, second] = terms;
  if (!only || second || threshold === -Infinity) return true;
  const sign = Math.sign(only.weight);
  const least = threshold - NOISE * Math.max(1, Math.abs(threshold));
  const column = scan.column(only.measure, workspace);
  workspace.cancellation.after(column.length);
  for (const value of column) if (value * sign >= least) return true;
  return false;
}

/** Gives picks of one scan their rows, made now where it has not shown them before, and lets its others go. */
function showRows(
  finds: RankedFinds,
  picks: readonly Pick[],
  { selection, maker }: { selection: Selection; maker: RowMaker },
): void {
  const { scan, columns } = finds;
  const { ranking, terms, workspace } = selection;
  const scoreAt = (index: number): RowScore => scoreOf(terms, ranking.spreads, (k) => columns[k]?.[index] ?? NaN);
  const missing: Pick[] = [];
  for (const pick of picks) {
    const before = scan.shown.get(pick.code);
    if (before) pick.shown = rescored(before, scoreAt(pick.index));
    else missing.push(pick);
  }
  for (let from = 0; from < missing.length; from += BLOCK_SIZE) {
    const some = missing.slice(from, from + BLOCK_SIZE);
    const indices = some.map(({ index }) => index);
    scan.fillBlock(finds.block, indices);
    for (const [i, row] of maker.rows(finds.block, indices.map(scoreAt)).entries()) if (some[i]) some[i].shown = row;
    workspace.cancellation.after(some.length);
  }
  const shown = new Map<number | string, RankedSpread>();
  for (const pick of picks) if (pick.shown) shown.set(pick.code, pick.shown);
  scan.shown = shown;
}

/** The finds of one strategy in one expiry with what ranks them. */
class RankedFinds {
  readonly scan: StrategyScan;
  readonly columns: RankColumns;
  readonly #workspace: Workspace;
  readonly #threshold: number;
  readonly #keys: Float64Array;
  #block: CandidateBlock | undefined;

  constructor(scan: StrategyScan, { ranking, terms, workspace }: Selection) {
    const { spreads, threshold } = ranking;
    const { count } = scan.finds;
    this.scan = scan;
    this.columns = terms.map(({ measure }) => scan.column(measure, workspace));
    this.#workspace = workspace;
    this.#threshold = threshold;
    this.#keys = rankKeys({ terms, spreads, columns: this.columns, count }, workspace.cancellation);
  }

  /** An empty block for these finds, one and the same; it is filled anew for each use. */
  get block(): CandidateBlock {
    return (this.#block ??= this.scan.block(this.#workspace));
  }

  /** Offers every find that can be among the best of all. @param least key below which an offer is in vain. */
  offerTo(best: { least: () => number; offer: (pick: Pick) => void }): void {
    const keys = this.#keys;
    this.#workspace.cancellation.inParts(keys.length, (from, to) => {
      const least = Math.max(this.#threshold, best.least());
      for (let index = from; index < to; index++) {
        const key = keys[index] ?? NaN;
        if (key >= least) best.offer(new Pick(this, index, key));
      }
    });
  }
}

/** A find that may be shown. */
class Pick implements Ranked<TieBreak> {
  readonly finds: RankedFinds;
  /** Among the finds. */
  readonly index: number;
  readonly key: number;
  /** Its row. */
  shown: RankedSpread | undefined;
  #row: TieBreak | undefined;

  constructor(finds: RankedFinds, index: number, key: number) {
    this.finds = finds;
    this.index = index;
    this.key = key;
  }

  /** Names it among the spreads of its strategy and expiry. */
  get code(): number | string {
    return this.finds.scan.code(this.index);
  }

  /** Made for ties only. */
  get row(): TieBreak {
    return (this.#row ??= this.#tieBreak());
  }

  #tieBreak(): TieBreak {
    const { block, scan } = this.finds;
    block.readCodes(scan.finds.codes, this.index, this.index + 1);
    return tieBreakOf(block.wing(0), block.callWing(0));
  }
}

function bestOfAll(all: readonly RankedFinds[], limit: number): Pick[] {
  const best = new TopCandidates<Pick>(limit, compareRanked);
  const to = { least: () => best.last?.key ?? -Infinity, offer: (pick: Pick) => best.offer(pick) };
  for (const finds of all) finds.offerTo(to);
  return best.sorted();
}

function bestOfEach(all: readonly RankedFinds[], limit: number, per: 'symbol' | 'expiry'): Pick[] {
  const bests = new Map<string, Pick>();
  for (const finds of all) {
    const { expiry } = finds.scan.frame;
    const name = per === 'symbol' ? expiry.symbol : expiry.key;
    const offer = (pick: Pick): void => {
      const best = bests.get(name);
      if (!best || compareRanked(pick, best) < 0) bests.set(name, pick);
    };
    finds.offerTo({ least: () => bests.get(name)?.key ?? -Infinity, offer });
  }
  const best = new TopCandidates<Pick>(limit, compareRanked);
  for (const pick of bests.values()) best.offer(pick);
  return best.sorted();
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
