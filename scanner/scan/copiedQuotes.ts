import type { Chain } from '../chain/chain.ts';
import type { GreekColumns } from '../chain/groupGreeks.ts';
import type { Source } from '../domain/spread.ts';

const GREEKS = ['Iv', 'Delta', 'Gamma', 'Theta', 'Vega'] as const;

/**
 * Copies of what a quote may change, of one group: 28 bytes per contract in the chain's own width, and 20 more for the
 * Greeks of one source. In one piece of memory, and few views of it: a chain of millions has tens of thousands of
 * groups, and each is one more thing to allocate and to collect.
 */
export class CopiedQuotes {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly quotedAtS: Uint32Array;
  /** Float32, column after column: open interest, volume and, with a source, its Greeks. */
  readonly #narrow: Float32Array;
  readonly #source: Source | undefined;

  constructor(rows: number, source: Source | undefined) {
    const narrow = (2 + (source ? GREEKS.length : 0)) * rows;
    const memory = new ArrayBuffer(20 * rows + 4 * narrow);
    this.bid = new Float64Array(memory, 0, rows);
    this.ask = new Float64Array(memory, 8 * rows, rows);
    this.quotedAtS = new Uint32Array(memory, 16 * rows, rows);
    this.#narrow = new Float32Array(memory, 20 * rows, narrow);
    this.#source = source;
  }

  get openInterest(): Float32Array {
    return this.#column(0);
  }

  get volume(): Float32Array {
    return this.#column(1);
  }

  /** Undefined without a source. */
  get greeks(): GreekColumns | undefined {
    if (!this.#source) return undefined;
    return {
      iv: this.#column(2),
      delta: this.#column(3),
      gamma: this.#column(4),
      theta: this.#column(5),
      vega: this.#column(6),
    };
  }

  /** Reads all rows of a group that begins at `firstRow`; only copies, so that it may be done again. */
  read({ columns }: Chain, firstRow: number): void {
    const rows = this.bid.length;
    const end = firstRow + rows;
    this.bid.set(columns.bid.subarray(firstRow, end));
    this.ask.set(columns.ask.subarray(firstRow, end));
    this.quotedAtS.set(columns.quotedAtS.subarray(firstRow, end));
    this.#narrow.set(columns.openInterest.subarray(firstRow, end));
    this.#narrow.set(columns.volume.subarray(firstRow, end), rows);
    const source = this.#source;
    if (!source) return;
    for (const [i, name] of GREEKS.entries()) {
      this.#narrow.set(columns[`${source}${name}`].subarray(firstRow, end), (2 + i) * rows);
    }
  }

  #column(place: number): Float32Array {
    const rows = this.bid.length;
    return this.#narrow.subarray(place * rows, (place + 1) * rows);
  }
}
