import { inputError } from '../domain/errors.ts';
import { BLOCK_SIZE, BlockColumns } from './candidateBlock.ts';
import type { Cancellation } from './cancellation.ts';
import type { VerticalPlan } from './verticalPlan.ts';

const MOST_JOINED = 20_000_000;

/** A thread does one phase of one scan at a time, from beginning to end: one piece of memory serves them all. */
const memory = {
  columns: new BlockColumns(),
  callColumns: new BlockColumns(),
  wholeColumns: new BlockColumns(),
  values: new Float64Array(BLOCK_SIZE),
  passes: new Uint8Array(BLOCK_SIZE),
};

/** Memory that is used over and over while a scan runs, what it did so far, and whether it is still wanted. */
export class Workspace {
  readonly cancellation: Cancellation;
  /** Of two legs, or of a condor's puts. */
  readonly columns = memory.columns;
  /** Of a condor's calls. */
  readonly callColumns = memory.callColumns;
  /** Of a condor as a whole. */
  readonly wholeColumns = memory.wholeColumns;
  readonly values = memory.values;
  readonly passes = memory.passes;
  /** Candidates that were touched one by one. */
  work = 0;
  #joined = 0;
  readonly #plans = new Map<object, VerticalPlan>();

  constructor(cancellation: Cancellation) {
    this.cancellation = cancellation;
  }

  /** The plan of a group, made once for all its strategies: a workspace serves one profile. */
  planOf(group: object, make: () => VerticalPlan): VerticalPlan {
    let plan = this.#plans.get(group);
    if (!plan) this.#plans.set(group, (plan = make()));
    return plan;
  }

  /**
   * Notes that so many pairs of wings were joined for this scan, now or when its result was kept.
   * @throws LegworkError kind `input` for more than anyone can look through: about a second of joining.
   */
  charge(pairs: number): void {
    this.#joined += pairs;
    if (this.#joined <= MOST_JOINED) return;
    throw inputError(
      'strategies',
      `More than ${MOST_JOINED / 1e6} million iron condors and butterflies have wings that pass these filters. Narrow shortDelta, width or dte, or scan fewer symbols.`,
    );
  }
}
