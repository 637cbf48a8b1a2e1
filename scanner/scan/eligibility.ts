import type { Profile } from '../domain/profile.ts';
import { STRATEGY_SHAPES, VERTICAL_SHAPES, type Strategy, type VerticalStrategy } from '../domain/strategy.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { TOLERANCE } from './range.ts';

/** Whether a strategy's candidates are counted in this group at all: asked for, and of the group's right. */
export function isRequested(strategy: VerticalStrategy, group: PreparedGroup, profile: Profile): boolean {
  return profile.strategies.includes(strategy) && VERTICAL_SHAPES[strategy].right === group.group.right;
}

/**
 * `autoMode`: at or above the named IV percentile only credit strategies, below it only debit ones. Where the
 * percentile is not known, as with a quote file, nothing can be decided and `strategies` rejects nothing.
 */
export function isLeftOut(strategy: Strategy, group: PreparedGroup, { autoMode }: Profile): boolean {
  const { ivPercentile } = group.facts;
  if (autoMode === undefined || ivPercentile === undefined) return false;
  return STRATEGY_SHAPES[strategy].credit !== ivPercentile >= autoMode.ivPercentileAtLeast - TOLERANCE;
}
