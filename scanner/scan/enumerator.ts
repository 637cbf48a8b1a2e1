import type { Profile } from '../domain/profile.ts';
import type { VerticalStrategy } from '../domain/strategy.ts';
import type { CandidateTest } from './candidateTests.ts';
import type { Rejections } from './funnel.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import type { Survivors } from './survivors.ts';
import type { Vertical } from './vertical.ts';

/** One group, one strategy and the filters that apply. */
export interface CandidateFrame {
  group: PreparedGroup;
  strategy: VerticalStrategy;
  profile: Profile;
  /** After `strategies` and `tradeable`, in funnel order. */
  tests: readonly CandidateTest[];
}

/** What an enumerator is asked to count and to find. */
export interface EnumerationTask extends CandidateFrame {
  /** Gets every rejection from `tradeable` on, under the first stage that failed. */
  funnel: Rejections;
  survivors: Survivors;
  /** Place of the group among those of the shard. */
  groupIndex: number;
}

/**
 * A family of strategies: how many candidates a group has and which of them pass. Counts must be exactly those of
 * trying every candidate; how few of them are touched is the enumerator's art.
 */
export interface SpreadEnumerator {
  readonly strategies: readonly VerticalStrategy[];
  /** Candidates of one strategy in a group, before any filter. */
  candidates(group: PreparedGroup): number;
  /** @returns candidates that were touched one by one. */
  enumerate(task: EnumerationTask): number;
  /** Visits every tradeable candidate that fails at most one test, with that test or undefined. */
  visitNearMisses(task: CandidateFrame, visit: NearMissVisitor): void;
}

/** `vertical` is reused for the next candidate: copy what is kept. */
export type NearMissVisitor = (vertical: Vertical, failed: CandidateTest | undefined) => void;
