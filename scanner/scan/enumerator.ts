import type { Profile } from '../domain/profile.ts';
import type { Strategy } from '../domain/strategy.ts';
import type { CandidateBlock } from './candidateBlock.ts';
import type { TestFrame } from './candidateTests.ts';
import type { Finds } from './finds.ts';
import type { Rejections } from './funnel.ts';
import type { PreparedExpiry } from './preparedExpiry.ts';
import type { Workspace } from './workspace.ts';

/** One expiry, one strategy and the profile that filters it. */
export interface ScanFrame extends TestFrame {
  expiry: PreparedExpiry;
  strategy: Strategy;
}

/** Where an enumerator puts what it counts and finds. */
export interface Enumeration {
  /** Gets every rejection from `tradeable` on, under the first stage that failed. */
  funnel: Rejections;
  finds: Finds;
  workspace: Workspace;
}

/**
 * A family of strategies: how many candidates an expiry has and which of them pass. Counts must be exactly those of
 * trying every candidate; how few of them are touched is the enumerator's art.
 *
 * Another family joins with its strategies' names, a block of its own (the rows of its legs, its measures as columns)
 * and such an object in ENUMERATORS; ranking, cancelling, caching and the threads then know it. Butterflies and ratio
 * spreads need one group's rows, three and two of them; calendars and diagonals a later expiry of the same root beside
 * `expiry`, which a shard has when it owns whole roots.
 */
export interface SpreadEnumerator {
  readonly strategies: readonly Strategy[];
  /** Candidates of one strategy in an expiry, before any filter. */
  candidates(expiry: PreparedExpiry, strategy: Strategy): number;
  /** How many of them are tradeable. */
  tradeable(expiry: PreparedExpiry, strategy: Strategy, pricing: Profile['pricing']): number;
  /**
   * Finds those that pass, in an expiry that no filter shuts out as a whole.
   * @returns candidates that were touched one by one. @throws ScanCancelled
   */
  enumerate(frame: ScanFrame, into: Enumeration): number;
  /** An empty block for candidates of such a frame. */
  block(frame: ScanFrame, workspace: Workspace): CandidateBlock;
  /** Visits the tradeable candidates that fail at most one filter, or a regular sample of them, in blocks. */
  visitNearMisses(frame: ScanFrame, workspace: Workspace, visit: NearMissVisitor): void;
}

/**
 * @param failed for each candidate of the block the place in FUNNEL of the filter that it fails, -1 for none.
 * @param weight candidates that each of them stands for.
 */
export type NearMissVisitor = (block: CandidateBlock, failed: Int32Array, weight: number) => void;
