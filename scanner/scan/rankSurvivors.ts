import type { Profile } from '../domain/profile.ts';
import type { ScoreTerm } from '../domain/spread.ts';
import type { VerticalStrategy } from '../domain/strategy.ts';
import { MEASURES } from './measures.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { normalise, percentiles, rankTerms, scoreOf } from './ranking.ts';
import type { Survivors } from './survivors.ts';
import { legPrices, newVertical, setVertical, type Vertical } from './vertical.ts';

export interface RankedVertical {
  vertical: Vertical;
  score: number;
  terms: ScoreTerm[];
}

/**
 * The best `limit` survivors, best first. With one measure the order is that of the measure itself, also beyond the
 * percentiles; with several it is the score's. A survivor that lacks a measure comes after those that have them all.
 * Ties break by symbol, expiry, right, short strike, long strike, root.
 * @source finance.md "Profile", rankBy
 */
export function rankSurvivors(
  survivors: Survivors,
  groups: readonly PreparedGroup[],
  profile: Profile,
): RankedVertical[] {
  const terms = rankTerms(profile);
  const values = terms.map(() => new Float64Array(survivors.count));
  for (let i = 0; i < survivors.count; i++) {
    const vertical = verticalOf(survivors, i, groups, profile);
    for (const [k, { measure }] of terms.entries()) {
      const column = values[k];
      if (column) column[i] = MEASURES[measure](vertical);
    }
  }
  const spreads = values.map(percentiles);
  const keys = sortKeys(survivors.count, (i) => {
    const [only] = terms;
    if (terms.length === 1 && only) return (values[0]?.[i] ?? NaN) * Math.sign(only.weight);
    let score = 0;
    for (const [k, { weight }] of terms.entries()) {
      const spread = spreads[k];
      const value = values[k]?.[i] ?? NaN;
      score += spread && !Number.isNaN(value) ? weight * normalise(value, spread) : NaN;
    }
    return score;
  });
  const order = best(keys, profile.limit, (a, b) => compareTies(survivors, groups, a, b));
  return order.map((i) => ({
    vertical: verticalOf(survivors, i, groups, profile),
    ...scoreOf(terms, spreads, (k) => values[k]?.[i] ?? NaN),
  }));
}

/** -Infinity for a missing value, so that it comes last. */
function sortKeys(count: number, keyOf: (i: number) => number): Float64Array {
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const key = keyOf(i);
    keys[i] = Number.isNaN(key) ? -Infinity : withoutNoise(key);
  }
  return keys;
}

/** Veltkamp's factor: rounds a number to 53 - 14 bits. */
const SPLIT = 2 ** 14 + 1;

/** Equal numbers that were computed in another order tie all the same: rounded to 1e-12, above 1 relatively. */
function withoutNoise(key: number): number {
  if (Math.abs(key) < 1) return Math.round(key * 1e12) / 1e12;
  const scaled = key * SPLIT;
  return scaled - (scaled - key);
}

/** Indices of the largest `limit` keys, largest first. */
function best(keys: Float64Array, limit: number, compareTie: (a: number, b: number) => number): number[] {
  const sorted = keys.slice().sort();
  // Everything at or above the limit-th largest key is sorted fully; ties at the edge are all among it.
  const threshold = sorted[Math.max(0, keys.length - limit)] ?? -Infinity;
  const candidates: number[] = [];
  for (let i = 0; i < keys.length; i++) if ((keys[i] ?? NaN) >= threshold) candidates.push(i);
  const byKey = (a: number, b: number): number => {
    const first = keys[a] ?? NaN;
    const second = keys[b] ?? NaN;
    return first === second ? compareTie(a, b) : second - first;
  };
  return candidates.sort(byKey).slice(0, limit);
}

function compareTies(survivors: Survivors, groups: readonly PreparedGroup[], a: number, b: number): number {
  const first = groups[survivors.group(a)];
  const second = groups[survivors.group(b)];
  if (!first || !second) return 0;
  return (
    compareText(first.group.symbol, second.group.symbol) ||
    compareText(first.group.expiry, second.group.expiry) ||
    compareText(first.group.right, second.group.right) ||
    (first.strike[survivors.short(a)] ?? 0) - (second.strike[survivors.short(b)] ?? 0) ||
    (first.strike[survivors.long(a)] ?? 0) - (second.strike[survivors.long(b)] ?? 0) ||
    compareText(first.group.root, second.group.root)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The right and which leg is the higher tell the strategy. */
function strategyOf(group: PreparedGroup, short: number, long: number): VerticalStrategy {
  if (group.group.right === 'P') return short > long ? 'bullPut' : 'bearPut';
  return short > long ? 'bullCall' : 'bearCall';
}

function verticalOf(survivors: Survivors, i: number, groups: readonly PreparedGroup[], profile: Profile): Vertical {
  const group = groups[survivors.group(i)];
  if (!group) throw new RangeError(`survivor ${i} is of an unknown group`);
  return verticalAt(group, survivors.short(i), survivors.long(i), profile);
}

/** The candidate of two rows at the profile's pricing, whether or not it is tradeable. */
export function verticalAt(group: PreparedGroup, short: number, long: number, profile: Profile): Vertical {
  const vertical = newVertical(group, strategyOf(group, short, long), profile.feesPerLeg);
  const { sold, bought } = legPrices(group, profile.pricing);
  setVertical(vertical, short, long, (sold[short] ?? NaN) - (bought[long] ?? NaN));
  return vertical;
}
