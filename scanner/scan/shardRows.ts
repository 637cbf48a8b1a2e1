import { expiryKey } from '../chain/expiryMarket.ts';
import type { Profile } from '../domain/profile.ts';
import type { RankedSpread } from '../domain/spread.ts';
import { BLOCK_SIZE, type CandidateBlock } from './candidateBlock.ts';
import { Cancellation } from './cancellation.ts';
import { packSpreads, rowLength, SPREAD_LENGTH, unpackSpread, type PackedRows, type RowsOrigin } from './packedRows.ts';
import { compareRanked, tieBreakOf, type Ranked, type TieBreak } from './rankOrder.ts';
import { rankKeys, rankTerms, scoreOf, type RankColumns, type Ranking, type RankTerm } from './ranking.ts';
import type { ShardOptions, ShardScan } from './shard.ts';
import { NOTHING_SHOWN, type ShownSpread, type StrategyScan } from './strategyScan.ts';
import { TopCandidates } from './topCandidates.ts';
import { Workspace } from './workspace.ts';

interface Selection {
  ranking: Ranking;
  /** Of the profile; there may be thousands of scans. */
  terms: readonly RankTerm[];
  workspace: Workspace;
}

/**
 * Third phase, in the shard's own thread: its best rows, best first, at most `limit`, that can be among the best of all.
 * A spread that was among the last ones shown, and whose quotes stand, is not made anew.
 * @throws ScanCancelled
 */
export function rowsOf(
  shard: ShardScan,
  ranking: Ranking,
  profile: Profile,
  { isCancelled }: ShardOptions = {},
): PackedRows {
  const selection = { ranking, terms: rankTerms(profile), workspace: new Workspace(new Cancellation(isCancelled)) };
  const picks = picksOf(shard, profile, selection);
  const rows = new Float64Array(picks.length * rowLength(selection.terms.length));
  let at = 0;
  for (const { key, index, shown, finds } of picks) {
    rows[at++] = key;
    for (const column of finds.columns) rows[at++] = column[index] ?? NaN;
    rows.set(shown.packed.subarray(shown.at, shown.at + SPREAD_LENGTH), at);
    at += SPREAD_LENGTH;
  }
  return rows;
}

/**
 * The same for whoever has but one shard: nothing crosses threads, so that nothing is packed to.
 * @throws ScanCancelled
 */
export function rankedRowsOf(
  shard: ShardScan,
  { groups, ranking, profile }: RowsOrigin,
  { isCancelled }: ShardOptions = {},
): Ranked<RankedSpread>[] {
  const terms = rankTerms(profile);
  const values = new Float64Array(terms.length);
  const selection = { ranking, terms, workspace: new Workspace(new Cancellation(isCancelled)) };
  return picksOf(shard, profile, selection).map(({ key, index, shown, finds }) => {
    for (const [k, column] of finds.columns.entries()) values[k] = column[index] ?? NaN;
    const spread = (shown.spread ??= unpackSpread(shown.packed, shown.at, groups));
    const { score, terms: scored } = scoreOf(terms, ranking.spreads, { values, at: 0 });
    return { key, row: { ...spread, score, terms: scored } };
  });
}

/** The best finds with their spreads, best first. */
function picksOf({ scans }: ShardScan, { bestPer, limit }: Profile, selection: Selection): Pick[] {
  const finds: RankedFinds[] = [];
  for (const scan of scans) {
    if (canReach(scan, selection)) finds.push(new RankedFinds(scan, selection));
    else scan.shown = NOTHING_SHOWN;
  }
  const picks = bestPer ? bestOfEach(finds, limit, bestPer) : bestOfAll(finds, limit);
  for (const pick of picks) pick.finds.picks.push(pick);
  for (const one of finds) show(one, selection.workspace);
  return picks;
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

/** Gives the picks of one scan their spreads, made now where it has not shown them before, and lets its others go. */
function show(finds: RankedFinds, workspace: Workspace): void {
  const { scan, picks } = finds;
  const before = scan.shown;
  const missing: Pick[] = [];
  for (const pick of picks) {
    const known = before.get(pick.code);
    if (known) pick.shown = known;
    else missing.push(pick);
  }
  for (let from = 0; from < missing.length; from += BLOCK_SIZE) {
    const some = missing.slice(from, from + BLOCK_SIZE);
    scan.fillBlock(
      finds.block,
      some.map(({ index }) => index),
    );
    const packed = packSpreads(finds.block);
    for (const [i, pick] of some.entries()) pick.shown = { packed, at: i * SPREAD_LENGTH };
    workspace.cancellation.after(some.length);
  }
  if (missing.length === 0 && picks.length === before.size) return;
  const shown = new Map<number | string, ShownSpread>();
  for (const pick of picks) shown.set(pick.code, pick.shown);
  scan.shown = shown;
}

/** The finds of one strategy in one expiry with what ranks them. */
class RankedFinds {
  readonly scan: StrategyScan;
  readonly columns: RankColumns;
  /** Those of them that are shown. */
  readonly picks: Pick[] = [];
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

/** Of a pick until `show` gives it its spread; nothing can be read from it. */
const NOT_SHOWN: ShownSpread = { packed: new Float64Array(0), at: 0 };

/** A find that may be shown. */
class Pick implements Ranked<TieBreak> {
  readonly finds: RankedFinds;
  /** Among the finds. */
  readonly index: number;
  readonly key: number;
  shown: ShownSpread = NOT_SHOWN;
  #code: number | string | undefined;
  #row: TieBreak | undefined;

  constructor(finds: RankedFinds, index: number, key: number) {
    this.finds = finds;
    this.index = index;
    this.key = key;
  }

  /** Among the spreads of its strategy and expiry. */
  get code(): number | string {
    return (this.#code ??= this.finds.scan.code(this.index));
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
export function mergeRows(
  shards: readonly (readonly Ranked<RankedSpread>[])[],
  { bestPer, limit }: Profile,
): RankedSpread[] {
  const [only] = shards;
  const sorted = shards.length === 1 && only ? only : shards.flat().sort(compareRanked);
  const seen = new Set<string>();
  const isFirst = ({ row }: Ranked<RankedSpread>): boolean => {
    const name = bestPer === 'symbol' ? row.symbol : expiryKey(row);
    return !seen.has(name) && Boolean(seen.add(name));
  };
  const best = bestPer ? sorted.filter(isFirst) : sorted;
  return best.slice(0, limit).map(({ row }) => row);
}
