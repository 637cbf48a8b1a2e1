/** Keeps the first so many of the items offered, by a comparison; the rest is forgotten at once. */
export class TopCandidates<Item> {
  readonly #limit: number;
  readonly #compare: (a: Item, b: Item) => number;
  /** Once there is no more room a heap, with the last of those kept at its root. */
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
      if (heap.push(item) === this.#limit) this.#makeHeap();
      return;
    }
    const { last } = this;
    if (last !== undefined && this.#compare(item, last) < 0) this.#siftDown(item, 0);
  }

  /** Those kept, in order. */
  sorted(): Item[] {
    return [...this.#heap].sort(this.#compare);
  }

  /** In linear time. @source Floyd (1964), Algorithm 245: TREESORT 3. */
  #makeHeap(): void {
    const heap = this.#heap;
    for (let at = (heap.length >>> 1) - 1; at >= 0; at--) {
      const item = heap[at];
      if (item !== undefined) this.#siftDown(item, at);
    }
  }

  /** Puts an item in this place, or below it. */
  #siftDown(item: Item, place: number): void {
    const heap = this.#heap;
    let at = place;
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
