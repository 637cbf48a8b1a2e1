/** Candidates that passed every filter: Int32 triples of (group, short row, long row), rows counted in the group. */
export class Survivors {
  #triples = new Int32Array(3 * 1024);
  count = 0;

  add(group: number, short: number, long: number): void {
    const at = this.count * 3;
    if (at >= this.#triples.length) {
      const larger = new Int32Array(this.#triples.length * 2);
      larger.set(this.#triples);
      this.#triples = larger;
    }
    this.#triples[at] = group;
    this.#triples[at + 1] = short;
    this.#triples[at + 2] = long;
    this.count++;
  }

  group(i: number): number {
    return this.#triples[i * 3] ?? 0;
  }

  short(i: number): number {
    return this.#triples[i * 3 + 1] ?? 0;
  }

  long(i: number): number {
    return this.#triples[i * 3 + 2] ?? 0;
  }
}
