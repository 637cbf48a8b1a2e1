import { MalformedFrame } from './frames.ts';

const UNSET_NUMBERS = new Set([Number.MAX_VALUE, 2147483647, Infinity]);

/** Reads the fields of one request in order. Numbers that are not numbers make the frame malformed. */
export class FieldReader {
  readonly #fields: readonly string[];
  #next = 0;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  get left(): number {
    return this.#fields.length - this.#next;
  }

  /** @throws MalformedFrame past the end. */
  text(): string {
    const value = this.#fields[this.#next++];
    if (value === undefined) throw new MalformedFrame(`only ${this.#fields.length} fields`);
    return value;
  }

  /** 0 when empty. */
  int(): number {
    return Math.trunc(this.number() ?? 0);
  }

  /** Undefined when empty or one of TWS's unset values. Python clients write bools as True and False in places. */
  number(): number | undefined {
    const text = this.text();
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isNaN(value) || value === -Infinity) throw new MalformedFrame(`"${text.slice(0, 20)}" is not a number`);
    return UNSET_NUMBERS.has(value) ? undefined : value;
  }

  bool(): boolean {
    const text = this.text();
    return text !== '' && text !== '0' && text !== 'False' && text !== 'false';
  }

  /** A list length, refused when it cannot be true. */
  count(limit = 200): number {
    const value = this.int();
    if (value < 0 || value > limit) throw new MalformedFrame(`a list of ${value} entries`);
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
