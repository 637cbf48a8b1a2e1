import type { StreamMessage } from '../../electron/contract/stream.ts';
import { KeyedRows } from './keyedRows.ts';

/** A keyed stream as a list for views that draw all of it: quotes, orders, positions. */
export class RowsStore<Row> {
  /** Replaced whole per message, never mutated. */
  rows = $state.raw<readonly Row[]>([]);
  /** False until the stream has said something: an empty list before that means nothing. */
  known = $state(false);
  readonly #held: KeyedRows<Row>;
  readonly #order: (a: Row, b: Row) => number;

  constructor(keyOf: (row: Row) => string, order: (a: Row, b: Row) => number) {
    this.#held = new KeyedRows(keyOf);
    this.#order = order;
  }

  get(key: string): Row | undefined {
    return this.#held.get(key);
  }

  receive(message: StreamMessage<Row, unknown>): void {
    if (this.#held.fold(message) === undefined) return;
    this.rows = this.#held.values().sort(this.#order);
    this.known = true;
  }

  /** A new stream starts its generations anew. */
  forget(): void {
    this.#held.clear();
  }
}
