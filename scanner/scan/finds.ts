import type { CandidateBlock } from './candidateBlock.ts';

const FEWEST = 64;
const NONE = new Uint32Array(0);

/** Candidates that passed every filter: as many codes each as their kind of block writes. */
export class Finds {
  count = 0;
  /** Pairs of wings that were joined to find them. */
  joined = 0;
  codes = NONE;
  codesPerCandidate = 1;

  /** Appends every candidate of the block. */
  add(block: CandidateBlock): void {
    const width = block.codesPerCandidate;
    this.codesPerCandidate = width;
    const needed = (this.count + block.count) * width;
    if (needed > this.codes.length) {
      const larger = new Uint32Array(Math.max(needed, FEWEST, this.codes.length * 2));
      larger.set(this.codes);
      this.codes = larger;
    }
    block.writeCodes(this.codes, this.count * width);
    this.count += block.count;
  }
}
