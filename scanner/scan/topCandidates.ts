/** Keeps the first so many of the items offered, by a comparison; the rest is forgotten at once. */
export class TopCandidates<Item> {
  readonly #limit: number;
  readonly #compare: (a: Item, b: Item) => number;
  readonly #kept: Item[] = [];
  /** Whether those kept are a heap, with the last of them at its root: once somebody asks for the last. */
  #isHeap = false;

  constructor(limit: number, compare: (a: Item, b: Item) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** The last of those kept; undefined while there is room. */
  get last(): Item | undefined {
    if (this.#kept.length < this.#limit) return undefined;
    if (!this.#isHeap) this.#makeHeap();
    return this.#kept[0];
  }

  offer(item: Item): void {
    if (this.#kept.length < this.#limit) {
      this.#kept.push(item);
      return;
    }
    const { last } = this;
    if (last !== undefined && this.#compare(item, last) < 0) this.#siftDown(item, 0);
  }

  /** Those kept, in order. */
  sorted(): Item[] {
    return mergeSorted(this.#kept, this.#compare);
  }

  /** In linear time. @source Floyd (1964), Algorithm 245: TREESORT 3. */
  #makeHeap(): void {
    const heap = this.#kept;
    for (let at = (heap.length >>> 1) - 1; at >= 0; at--) {
      const item = heap[at];
      if (item !== undefined) this.#siftDown(item, at);
    }
    this.#isHeap = true;
  }

  /** Puts an item in this place, or below it. */
  #siftDown(item: Item, place: number): void {
    const heap = this.#kept;
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

/**
 * The same items in order, by merging runs that are in order, at first of one item each. `Array.sort` calls the comparison
 * from outside of compiled code, which costs more than comparing does.
 */
function mergeSorted<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): Item[] {
  const { length } = items;
  let [from, to] = [[...items], [...items]];
  for (let run = 1; run < length; run *= 2) {
    for (let first = 0; first < length; first += 2 * run) {
      const middle = Math.min(length, first + run);
      const end = Math.min(length, middle + run);
      let [left, right] = [first, middle];
      for (let place = first; place < end; place++) {
        const a = left < middle ? from[left] : undefined;
        const b = right < end ? from[right] : undefined;
        const isLeft = a !== undefined && (b === undefined || compare(a, b) <= 0);
        const next = isLeft ? a : b;
        if (next !== undefined) to[place] = next;
        if (isLeft) left++;
        else right++;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
