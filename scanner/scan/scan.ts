import type { Profile } from '../domain/profile.ts';
import { STRATEGY_SHAPES, type Strategy } from '../domain/strategy.ts';
import { candidateTests } from './candidateTests.ts';
import type { SpreadEnumerator } from './enumerator.ts';
import { Funnel } from './funnel.ts';
import { newYorkTimestamp } from './newYorkTimestamp.ts';
import type { PreparedChain, PreparedGroup } from './preparedChain.ts';
import { rankedSpread } from './rankedSpread.ts';
import { rankSurvivors } from './rankSurvivors.ts';
import type { ScanResult } from './scanRequest.ts';
import { Survivors } from './survivors.ts';
import { verticalEnumerator } from './verticalEnumerator.ts';

/** Families of strategies; each strategy belongs to one. */
const ENUMERATORS: readonly SpreadEnumerator[] = [verticalEnumerator];

export interface ScanOptions {
  /** Asked between groups. */
  isCancelled?: () => boolean;
  /** Also makes the histograms and the hint, which costs about as much again. */
  withHistograms?: boolean;
}

/** Thrown by a scan that was cancelled. */
export class ScanCancelled extends Error {
  override name = 'ScanCancelled';
}

/**
 * Finds, counts and ranks every spread of a prepared chain that passes a profile. The funnel and the survivors are
 * exactly those of trying every candidate. `profile.greeks` must be the source that the chain was prepared for;
 * `profile.symbols` is what `prepareChain` was given.
 * @throws ScanCancelled
 */
export function scan(prepared: PreparedChain, profile: Profile, { isCancelled }: ScanOptions = {}): ScanResult {
  const funnel = new Funnel();
  const survivors = new Survivors();
  let pairs = 0;
  let work = 0;
  for (const group of prepared.groups) {
    if (isCancelled?.()) throw new ScanCancelled('the scan was cancelled');
    const tests = candidateTests(group, profile, prepared.asOfMs);
    for (const enumerator of ENUMERATORS) {
      for (const strategy of enumerator.strategies) {
        if (!profile.strategies.includes(strategy) || STRATEGY_SHAPES[strategy].right !== group.group.right) continue;
        const candidates = enumerator.candidates(group);
        pairs += candidates;
        if (isLeftOut(strategy, group, profile)) funnel.reject('strategies', candidates);
        else work += enumerator.enumerate({ group, strategy, profile, tests, funnel, survivors });
      }
    }
  }
  const rows = rankSurvivors(survivors, prepared.groups, profile).map(rankedSpread);
  const contracts = prepared.groups.reduce((sum, { n }) => sum + n, 0);
  return {
    rows,
    summary: {
      asOf: newYorkTimestamp(prepared.asOfMs),
      contracts,
      pairs,
      survivors: survivors.count,
      funnel: funnel.counts(profile),
      tookMs: 0,
    },
    histograms: [],
    hint: undefined,
    work,
    generation: prepared.generation,
  };
}

/**
 * `autoMode`: at or above the named IV percentile only credit strategies, below it only debit ones. Where the
 * percentile is not known, as with a quote file, nothing can be decided and `strategies` rejects nothing.
 */
export function isLeftOut(strategy: Strategy, group: PreparedGroup, { autoMode }: Profile): boolean {
  const { ivPercentile } = group.facts;
  if (autoMode === undefined || ivPercentile === undefined) return false;
  return STRATEGY_SHAPES[strategy].credit !== ivPercentile >= autoMode.ivPercentileAtLeast - 1e-9;
}
