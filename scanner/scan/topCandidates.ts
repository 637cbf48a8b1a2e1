/** Keeps the first so many of the items offered, by a comparison; the rest is forgotten at once. */
export class TopCandidates<Item> {
  readonly #limit: number;
  readonly #compare: (a: Item, b: Item) => number;
  /** A heap with the last of those kept at its root. */
  readonly #heap: Item[] = [];

  constructor(limit: number, compare: (a: Item, b: Item) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** The last of those kept; undefined while there is room. */
  get last(): Item | undefined {
    return this.#heap.length < this.#limit ? undefined : this.#heap[0];
  }

  offer(item: Item): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      this.#siftUp(item, heap.push(item) - 1);
      return;
    }
    const { last } = this;
    if (last !== undefined && this.#compare(item, last) < 0) this.#siftDown(item);
  }

  /** Those kept, in order. */
  sorted(): Item[] {
    return [...this.#heap].sort(this.#compare);
  }

  #siftUp(item: Item, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const up = (at - 1) >>> 1;
      const parent = heap[up];
      if (parent === undefined || this.#compare(item, parent) <= 0) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = item;
  }

  /** Puts an item in the root's place. */
  #siftDown(item: Item): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let child = heap[down];
      if (child === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && this.#compare(right, child) > 0) {
        child = right;
        down++;
      }
      if (this.#compare(item, child) >= 0) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = item;
  }
}
