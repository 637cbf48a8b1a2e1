import type { Profile } from '../domain/profile.ts';
import type { ScoreTerm } from '../domain/spread.ts';
import type { VerticalStrategy } from '../domain/strategy.ts';
import { MEASURES } from './measures.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import type { RankTerm } from './ranking.ts';
import type { Survivors } from './survivors.ts';
import { legPrices, newVertical, setVertical, type Vertical } from './vertical.ts';

export interface RankedVertical {
  vertical: Vertical;
  score: number;
  terms: ScoreTerm[];
}

export function measureColumns(
  survivors: Survivors,
  groups: readonly PreparedGroup[],
  profile: Profile,
  terms: readonly RankTerm[],
): Float64Array<ArrayBuffer>[] {
  const values = terms.map(() => new Float64Array(survivors.count));
  for (let i = 0; i < survivors.count; i++) {
    const vertical = verticalOf(survivors, i, groups, profile);
    for (const [k, { measure }] of terms.entries()) {
      const column = values[k];
      if (column) column[i] = MEASURES[measure](vertical);
    }
  }
  return values;
}

/** The right and which leg is the higher tell the strategy. */
function strategyOf(group: PreparedGroup, short: number, long: number): VerticalStrategy {
  if (group.group.right === 'P') return short > long ? 'bullPut' : 'bearPut';
  return short > long ? 'bullCall' : 'bearCall';
}

export function verticalOf(
  survivors: Survivors,
  i: number,
  groups: readonly PreparedGroup[],
  profile: Profile,
): Vertical {
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
