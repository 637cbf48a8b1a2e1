import type { RankMeasure } from '../domain/profile.ts';
import type { CandidateBlock } from './candidateBlock.ts';
import type { Cancellation } from './cancellation.ts';

const FEWEST = 64;
const NONE = new Uint32Array(0);

/** Candidates that passed every filter: as many codes each as their kind of block writes, and what ranks them. */
export class Finds {
  count = 0;
  /** Pairs of wings that were joined to find them. */
  joined = 0;
  codes = NONE;
  codesPerCandidate = 1;
  readonly #measures: readonly RankMeasure[];
  /** For each measure, with room for as many finds as there are codes for. */
  #columns: Float64Array[] = [];

  /** @param measures taken of every find while its block is at hand. */
  constructor(measures: readonly RankMeasure[]) {
    this.#measures = measures;
  }

  /** Appends every candidate of the block. @throws ScanCancelled */
  add(block: CandidateBlock, cancellation: Cancellation): void {
    const width = block.codesPerCandidate;
    const count = this.count + block.count;
    this.codesPerCandidate = width;
    if (count * width > this.codes.length) this.#grow(Math.max(count, FEWEST, (2 * this.codes.length) / width));
    block.writeCodes(this.codes, this.count * width);
    for (let k = 0; k < this.#columns.length; k++) {
      const [measure, column] = [this.#measures[k], this.#columns[k]];
      if (measure && column) block.measure(measure, column, this.count);
    }
    this.count = count;
    cancellation.after(block.count * this.#columns.length);
  }

  /** Float64[count], or undefined for a measure that was not taken. */
  column(measure: RankMeasure): Float64Array | undefined {
    return this.#columns[this.#measures.indexOf(measure)]?.subarray(0, this.count);
  }

  #grow(room: number): void {
    // One piece of memory for all: many small ones cost more than what is written there.
    const numbers = room * this.#measures.length;
    const codes = room * this.codesPerCandidate;
    const memory = new ArrayBuffer(numbers * Float64Array.BYTES_PER_ELEMENT + codes * Uint32Array.BYTES_PER_ELEMENT);
    const before = { codes: this.codes, columns: this.#columns };
    this.#columns = this.#measures.map(
      (_, k) => new Float64Array(memory, k * room * Float64Array.BYTES_PER_ELEMENT, room),
    );
    this.codes = new Uint32Array(memory, numbers * Float64Array.BYTES_PER_ELEMENT, codes);
    this.codes.set(before.codes);
    for (const [k, column] of before.columns.entries()) this.#columns[k]?.set(column);
  }
}
