import type { StreamMessage } from '../../electron/contract/stream.ts';

/** What one message changed, for a view that wants to do no more than that. */
export interface RowChange<Row> {
  /** True: everything held before is void and `added` is all there is. */
  reset: boolean;
  added: Row[];
  updated: Row[];
  removed: Row[];
}

/** Rows of a keyed stream by key, in the order in which they first came. */
export class KeyedRows<Row> {
  readonly #keyOf: (row: Row) => string;
  /** key -> newest row */
  #rows = new Map<string, Row>();
  #generation = -1;

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  values(): Row[] {
    return [...this.#rows.values()];
  }

  clear(): void {
    this.#rows.clear();
    this.#generation = -1;
  }

  /** Folds one message in. Undefined when the message belongs to an older generation and says nothing any more. */
  fold(message: StreamMessage<Row, unknown>): RowChange<Row> | undefined {
    if (message.generation < this.#generation) return undefined;
    const reset = message.reset || message.generation > this.#generation;
    this.#generation = message.generation;
    if (reset) this.#rows = new Map();
    const change: RowChange<Row> = { reset, added: [], updated: [], removed: [] };
    for (const key of message.removes) {
      const row = this.#rows.get(key);
      if (row === undefined) continue;
      this.#rows.delete(key);
      change.removed.push(row);
    }
    for (const row of message.upserts) {
      const key = this.#keyOf(row);
      (this.#rows.has(key) ? change.updated : change.added).push(row);
      this.#rows.set(key, row);
    }
    return change;
  }
}
