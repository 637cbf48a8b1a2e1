import type { Chain } from '../chain/chain.ts';
import { modelColumns, type ModelColumns } from '../chain/groupGreeks.ts';
import type { Source } from '../domain/spread.ts';

const GREEKS = ['Iv', 'Delta', 'Gamma', 'Theta', 'Vega'] as const;

/**
 * Copies of what a quote may change, of one group: 28 bytes per contract in the chain's own width, and 20 more for the
 * Greeks of one source. In one piece of memory: a chain of millions has tens of thousands of groups, and every piece
 * is one more thing to allocate and to collect.
 */
export class CopiedQuotes {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly openInterest: Float32Array;
  readonly volume: Float32Array;
  readonly quotedAtS: Uint32Array;
  readonly #source: Source | undefined;
  /** Float32[5 * rows], column after column; empty without a source. */
  readonly #greeks: Float32Array;

  constructor(rows: number, source: Source | undefined) {
    const greeks = source ? GREEKS.length * rows : 0;
    const memory = new ArrayBuffer(28 * rows + 4 * greeks);
    this.bid = new Float64Array(memory, 0, rows);
    this.ask = new Float64Array(memory, 8 * rows, rows);
    this.openInterest = new Float32Array(memory, 16 * rows, rows);
    this.volume = new Float32Array(memory, 20 * rows, rows);
    this.quotedAtS = new Uint32Array(memory, 24 * rows, rows);
    this.#greeks = new Float32Array(memory, 28 * rows, greeks);
    this.#source = source;
  }

  /** Reads all rows of a group that begins at `firstRow`; only copies, so that it may be done again. */
  read({ columns }: Chain, firstRow: number): void {
    const { bid, ask, openInterest, volume, quotedAtS } = this;
    const rows = bid.length;
    const end = firstRow + rows;
    bid.set(columns.bid.subarray(firstRow, end));
    ask.set(columns.ask.subarray(firstRow, end));
    openInterest.set(columns.openInterest.subarray(firstRow, end));
    volume.set(columns.volume.subarray(firstRow, end));
    quotedAtS.set(columns.quotedAtS.subarray(firstRow, end));
    const source = this.#source;
    if (!source) return;
    for (const [i, name] of GREEKS.entries()) {
      this.#greeks.set(columns[`${source}${name}`].subarray(firstRow, end), i * rows);
    }
  }

  /** Fresh columns of the Greeks that were copied; NaN without a source. */
  greeks(): ModelColumns {
    const rows = this.bid.length;
    const columns = modelColumns(rows);
    for (const [i, column] of [columns.iv, columns.delta, columns.gamma, columns.theta, columns.vega].entries()) {
      if (this.#source) column.set(this.#greeks.subarray(i * rows, (i + 1) * rows));
      else column.fill(NaN);
    }
    return columns;
  }
}
