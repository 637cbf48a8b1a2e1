import { TOLERANCE, type Profile } from '../domain/profile.ts';
import { STRATEGY_SHAPES, type Strategy } from '../domain/strategy.ts';
import type { UnderlyingFacts } from './scanRequest.ts';

/**
 * `autoMode`: at or above the named IV percentile only credit strategies, below it only debit ones. Where the
 * percentile is not known, as with a quote file, nothing can be decided and `strategies` rejects nothing.
 */
export function isLeftOut(strategy: Strategy, { ivPercentile }: UnderlyingFacts, { autoMode }: Profile): boolean {
  if (autoMode === undefined || ivPercentile === undefined) return false;
  return STRATEGY_SHAPES[strategy].credit !== ivPercentile >= autoMode.ivPercentileAtLeast - TOLERANCE;
}
