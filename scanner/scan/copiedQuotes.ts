import type { Chain } from '../chain/chain.ts';
import { copyGreeks, GREEKS, greekColumns } from '../chain/groupGreeks.ts';
import type { Source } from '../domain/spread.ts';
import type { ColumnMemory } from './columnMemory.ts';

/** What every scan makes of bid and ask. */
export interface Prices {
  mid: Float64Array;
  /** 1 where the leg has a positive ask and its bid is not above it. */
  isQuoted: Uint8Array;
  /** Rows whose leg is quoted, ascending. */
  quotedRows: Int32Array;
}

/** Copies of what a quote may change, of one group: 28 bytes per contract, and 20 for the Greeks of one source. */
export class CopiedQuotes {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly quotedAtS: Uint32Array;
  /** `groupGeneration` of what was read. */
  generation = NaN;
  readonly #memory: ColumnMemory;
  /** Column after column: open interest, volume and, with a source, its Greeks. */
  readonly #narrow: Float32Array;
  readonly #source: Source | undefined;

  constructor(memory: ColumnMemory, rows: number, source: Source | undefined) {
    this.bid = memory.take(Float64Array, rows);
    this.ask = memory.take(Float64Array, rows);
    this.quotedAtS = memory.take(Uint32Array, rows);
    this.#narrow = memory.take(Float32Array, (2 + (source ? GREEKS.length : 0)) * rows);
    this.#memory = memory;
    this.#source = source;
  }

  get openInterest(): Float32Array {
    return this.#column(0);
  }

  get volume(): Float32Array {
    return this.#column(1);
  }

  /** In the order of GREEKS, one column after the other. Undefined without a source. */
  get greeks(): Float32Array | undefined {
    return this.#source && this.#narrow.subarray(2 * this.bid.length);
  }

  /** Reads all rows of a group; only copies, so that it may be done again. */
  read({ columns: from }: Chain, { firstRow, generation }: { firstRow: number; generation: number }): void {
    this.generation = generation;
    const { bid, ask, quotedAtS } = this;
    const narrow = this.#narrow;
    const rows = bid.length;
    // Groups are short: a loop is done before views of so many columns are made.
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      bid[i] = from.bid[row] ?? 0;
      ask[i] = from.ask[row] ?? 0;
      quotedAtS[i] = from.quotedAtS[row] ?? 0;
      narrow[i] = from.openInterest[row] ?? 0;
      narrow[rows + i] = from.volume[row] ?? 0;
    }
    const { greeks } = this;
    if (this.#source && greeks) copyGreeks(greekColumns(from, this.#source), { firstRow, rowCount: rows }, greeks);
  }

  /** Prices of what was read. To be called once. */
  prices(): Prices {
    const { bid: bids, ask: asks } = this;
    const rows = bids.length;
    const mid = this.#memory.take(Float64Array, rows);
    const quotedRows = this.#memory.take(Int32Array, rows);
    const isQuoted = this.#memory.take(Uint8Array, rows);
    let quoted = 0;
    for (let i = 0; i < rows; i++) {
      const bid = bids[i] ?? 0;
      const ask = asks[i] ?? 0;
      mid[i] = (bid + ask) / 2;
      if (ask > 0 && bid >= 0 && bid <= ask) {
        isQuoted[i] = 1;
        quotedRows[quoted++] = i;
      }
    }
    return { mid, isQuoted, quotedRows: quoted === rows ? quotedRows : quotedRows.subarray(0, quoted) };
  }

  #column(place: number): Float32Array {
    const rows = this.bid.length;
    return this.#narrow.subarray(place * rows, (place + 1) * rows);
  }
}
