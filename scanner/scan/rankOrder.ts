import type { IsoDate, Right } from '../domain/option.ts';
import type { Wing } from './candidateBlock.ts';

/** What breaks ties between survivors. A RankedSpread has all of it. */
export interface TieBreak {
  symbol: string;
  root: string;
  expiry: IsoDate;
  right: Right;
  shortStrike: number;
  longStrike: number;
  /** Of a condor. */
  callWing?: { shortStrike: number; longStrike: number } | undefined;
}

/** A survivor with the key that sorts it, the greatest first. */
export interface Ranked<Row extends TieBreak> {
  key: number;
  row: Row;
}

/** Best first; ties break by symbol, expiry, right, short strike, long strike, root, then by the calls' strikes. */
export function compareRanked(first: Ranked<TieBreak>, second: Ranked<TieBreak>): number {
  if (first.key !== second.key) return second.key > first.key ? 1 : -1;
  const [a, b] = [first.row, second.row];
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

export function tieBreakOf(wing: Wing, calls: Wing | undefined): TieBreak {
  const { symbol, root, expiry, right } = wing.group.group;
  const { shortStrike, longStrike } = strikesOf(wing);
  return { symbol, root, expiry, right, shortStrike, longStrike, callWing: calls && strikesOf(calls) };
}

function strikesOf({ group, short, long }: Wing): { shortStrike: number; longStrike: number } {
  return { shortStrike: group.strike[short] ?? NaN, longStrike: group.strike[long] ?? NaN };
}
