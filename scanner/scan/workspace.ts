import { BLOCK_SIZE, BlockColumns } from './candidateBlock.ts';
import type { Cancellation } from './cancellation.ts';

/** Memory that is used over and over while a scan runs, and whether it is still wanted. */
export class Workspace {
  readonly cancellation: Cancellation;
  readonly columns = new BlockColumns();
  readonly values = new Float64Array(BLOCK_SIZE);
  readonly passes = new Uint8Array(BLOCK_SIZE);

  /** Candidates that were touched one by one. */
  work = 0;

  constructor(cancellation: Cancellation) {
    this.cancellation = cancellation;
  }
}
