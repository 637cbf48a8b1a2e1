import type { Profile } from '../domain/profile.ts';
import { leadingTests } from './candidateTests.ts';
import { isLeftOut, isRequested } from './eligibility.ts';
import type { SpreadEnumerator } from './enumerator.ts';
import { explore } from './exploration.ts';
import { Funnel } from './funnel.ts';
import { newYorkTimestamp } from './newYorkTimestamp.ts';
import type { PreparedChain } from './preparedChain.ts';
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
 * `profile.symbols` is what `prepareChain` was given. How finance.md was read where it leaves a choice stands with each
 * measure (measures.ts), with what is a price (vertical.ts) and with what is left out (eligibility.ts).
 * @throws ScanCancelled
 */
export function scan(prepared: PreparedChain, profile: Profile, options: ScanOptions = {}): ScanResult {
  const { isCancelled = () => false, withHistograms = false } = options;
  const funnel = new Funnel();
  const survivors = new Survivors();
  let pairs = 0;
  let work = 0;
  for (const group of prepared.groups) {
    if (isCancelled()) throw new ScanCancelled('the scan was cancelled');
    const tests = leadingTests(group, profile, prepared.asOfMs);
    for (const enumerator of ENUMERATORS) {
      for (const strategy of enumerator.strategies) {
        if (!isRequested(strategy, group, profile)) continue;
        const candidates = enumerator.candidates(group);
        pairs += candidates;
        if (isLeftOut(strategy, group, profile)) funnel.reject('strategies', candidates);
        else work += enumerator.enumerate({ group, strategy, profile, tests, funnel, survivors });
      }
    }
  }
  const rows = rankSurvivors(survivors, prepared.groups, profile).map(rankedSpread);
  const exploration = withHistograms
    ? explore(prepared, profile, { enumerators: ENUMERATORS, isCancelled })
    : { histograms: [], hint: undefined };
  if (isCancelled()) throw new ScanCancelled('the scan was cancelled');
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
    ...exploration,
    work,
    generation: prepared.generation,
  };
}
