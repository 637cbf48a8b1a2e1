const UNSET_NUMBERS = new Set([Number.MAX_VALUE, 2147483647, Infinity]);

/** A request is whole but says something that cannot be read. It alone is refused. */
export class UnreadableRequest extends Error {
  override name = 'UnreadableRequest';
}

/** Reads the fields of one request in order. */
export class FieldReader {
  readonly #fields: readonly string[];
  #next = 0;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  get left(): number {
    return this.#fields.length - this.#next;
  }

  /** @throws UnreadableRequest past the end. */
  text(): string {
    const value = this.#fields[this.#next++];
    if (value === undefined) throw new UnreadableRequest(`only ${this.#fields.length} fields`);
    return value;
  }

  /** 0 when empty. */
  int(): number {
    return Math.trunc(this.number() ?? 0);
  }

  /**
   * Undefined when empty or one of TWS's unset values.
   * @throws UnreadableRequest for what is no number; Python clients send `nan` where they have none.
   */
  number(): number | undefined {
    const text = this.text();
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isNaN(value) || value === -Infinity)
      throw new UnreadableRequest(`"${text.slice(0, 20)}" is not a number`);
    return UNSET_NUMBERS.has(value) ? undefined : value;
  }

  /** Python clients write True and False in places. */
  bool(): boolean {
    const text = this.text();
    return text !== '' && text !== '0' && text !== 'False' && text !== 'false';
  }

  /** A list length. @throws UnreadableRequest when it cannot be true. */
  count(limit = 200): number {
    const value = this.int();
    if (value < 0 || value > limit) throw new UnreadableRequest(`a list of ${value} entries`);
    return value;
  }

  skip(fields: number): void {
    for (let i = 0; i < fields; i++) this.text();
  }

  /** Everything not yet read. */
  rest(): string[] {
    return this.#fields.slice(this.#next);
  }
}
