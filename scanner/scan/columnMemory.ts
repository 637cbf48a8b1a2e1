interface ColumnType<Column> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Column;
}

/** Columns begin where any kind of number may. */
const ALIGNMENT = 8;

/**
 * One piece of memory that columns are cut from, all zeros. Each piece of its own would be one more to allocate, to
 * account for and to collect, and a chain of millions has tens of thousands of groups with a dozen columns each.
 */
export class ColumnMemory {
  #buffer: ArrayBuffer | undefined;
  #used = 0;
  readonly #bytes: number;

  /** @param bytes taken at first use; when they are used up, as many again. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** A column of so many numbers that nobody else has. */
  take<Column>(type: ColumnType<Column>, length: number): Column {
    const bytes = Math.ceil((length * type.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
    if (!this.#buffer || this.#used + bytes > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(Math.max(this.#bytes, bytes));
      this.#used = 0;
    }
    const column = new type(this.#buffer, this.#used, length);
    this.#used += bytes;
    return column;
  }
}
