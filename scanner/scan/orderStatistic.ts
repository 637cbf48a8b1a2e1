import { POLL_EVERY, type Cancellation } from './cancellation.ts';

/** Up to so many values are all copied; of more, only those near the place that is looked for. */
const FEW = 4096;
const SAMPLE = 1024;
/** Half of the window around a place, as a share of the sample: wide enough that the place is hardly ever outside. */
const MARGIN = 0.04;

/**
 * What stands at which place when all values of some columns are sorted; NaN values are left out. Of many values most
 * are only counted, and those near the place selected from: linear time.
 * @source Floyd and Rivest (1975), selection by sampling.
 */
export class OrderStatistics {
  /** Values that are not NaN. */
  readonly known: number;
  readonly #columns: readonly Float64Array[];
  readonly #cancellation: Cancellation;
  /** All values where they are few, put more into order by each question. */
  readonly #few: Float64Array | undefined;
  #sample: Float64Array | undefined;

  /** @throws ScanCancelled */
  constructor(columns: readonly Float64Array[], cancellation: Cancellation) {
    const total = columns.reduce((sum, { length }) => sum + length, 0);
    this.#columns = columns;
    this.#cancellation = cancellation;
    this.#few = total <= FEW ? windowOf(columns, EVERYTHING, cancellation).values : undefined;
    this.known = this.#few?.length ?? countKnown(columns, cancellation);
  }

  /**
   * @param place 0 is the smallest; below `known`.
   * @returns the value there and the next; the next is NaN when the place is the last.
   * @throws ScanCancelled
   */
  at(place: number): [value: number, next: number] {
    const { known } = this;
    if (this.#few) return select(this.#few, place, this.#cancellation);
    const sample = (this.#sample ??= sampleOf(this.#columns, known));
    const sampled = (share: number): number => sample[Math.floor(share * sample.length)] ?? Infinity;
    const low = place / known < MARGIN ? -Infinity : sampled(place / known - MARGIN);
    const high = place / known > 1 - MARGIN ? Infinity : sampled(place / known + MARGIN);
    const { before, values } = windowOf(this.#columns, { low, high }, this.#cancellation);
    const last = Math.min(place + 1, known - 1);
    if (place >= before && last < before + values.length) return select(values, place - before, this.#cancellation);
    const all = windowOf(this.#columns, EVERYTHING, this.#cancellation).values;
    return select(all, place, this.#cancellation);
  }
}

const EVERYTHING = { low: -Infinity, high: Infinity };

function countKnown(columns: readonly Float64Array[], cancellation: Cancellation): number {
  let known = 0;
  for (const column of columns) {
    cancellation.inParts(column.length, (from, to) => {
      let missing = 0;
      for (let i = from; i < to; i++) if (Number.isNaN(column[i])) missing++;
      known += to - from - missing;
    });
  }
  return known;
}

/** Every so many-th value, sorted. */
function sampleOf(columns: readonly Float64Array[], known: number): Float64Array {
  const stride = Math.ceil(known / SAMPLE);
  const most = columns.reduce((sum, { length }) => sum + Math.ceil(length / stride), 0);
  const sample = new Float64Array(most);
  let count = 0;
  for (const column of columns) {
    for (let i = stride >>> 1; i < column.length; i += stride) {
      const value = column[i] ?? NaN;
      if (!Number.isNaN(value)) sample[count++] = value;
    }
  }
  return sample.subarray(0, count).sort();
}

/** How many values lie below a window, and those inside of it. */
function windowOf(
  columns: readonly Float64Array[],
  { low, high }: { low: number; high: number },
  cancellation: Cancellation,
): { before: number; values: Float64Array } {
  let values = new Float64Array(
    Math.min(
      FEW,
      columns.reduce((sum, { length }) => sum + length, 0),
    ),
  );
  let count = 0;
  let before = 0;
  for (const column of columns) {
    cancellation.inParts(column.length, (from, to) => {
      if (count + to - from > values.length) values = grown(values, count + to - from);
      const inside = values;
      let kept = count;
      let below = 0;
      for (let i = from; i < to; i++) {
        const value = column[i] ?? NaN;
        if (value < low) below++;
        else if (value <= high) inside[kept++] = value;
      }
      before += below;
      count = kept;
    });
  }
  return { before, values: values.subarray(0, count) };
}

/** The same numbers with room for more: for at least so many, and twice as many as before. */
export function grown(values: Float64Array<ArrayBuffer>, atLeast: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(atLeast, values.length * 2));
  larger.set(values);
  return larger;
}

/** A part of so few values is sorted. */
const SMALL = 24;

/** Selects a value and the next greater place's. */
function select(values: Float64Array, place: number, cancellation: Cancellation): [number, number] {
  const value = partition(values, place, cancellation);
  let next = Infinity;
  cancellation.inParts(values.length - place - 1, (from, to) => {
    let least = next;
    for (let i = from; i < to; i++) least = Math.min(least, values[place + 1 + i] ?? NaN);
    next = least;
  });
  return [value, place + 1 < values.length ? next : NaN];
}

/**
 * Puts the value that sorting would put at `place` there, with none greater before it and none smaller after it.
 * @source Hoare (1961), Algorithm 65: FIND, with the middle of three as pivot.
 */
function partition(values: Float64Array, place: number, cancellation: Cancellation): number {
  let left = 0;
  let right = values.length - 1;
  while (right - left >= SMALL) {
    const pivot = middleOfThree(values[left] ?? NaN, values[(left + right) >>> 1] ?? NaN, values[right] ?? NaN);
    let i = left;
    let j = right;
    let asked = left;
    while (i <= j) {
      while ((values[i] ?? NaN) < pivot) i++;
      while ((values[j] ?? NaN) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] ?? NaN;
      values[i++] = values[j] ?? NaN;
      values[j--] = swapped;
      if (i - asked < POLL_EVERY) continue;
      cancellation.after(i - asked);
      asked = i;
    }
    cancellation.after(right - left);
    if (place <= j) right = j;
    else if (place >= i) left = i;
    else return pivot;
  }
  values.subarray(left, right + 1).sort();
  return values[place] ?? NaN;
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
