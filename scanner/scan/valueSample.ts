import { Cancellation } from './cancellation.ts';
import { grown, OrderStatistics } from './orderStatistic.ts';

const MOST_VALUES = 20_000;
const BINS = 40;
/** Outliers beyond these shares of the values fall into the outermost bins. */
const TAIL = 0.01;
const FIRST_CAPACITY = 1024;

/** Values of some of many candidates, the same ones in every column. Plain data, crosses threads. */
export interface Sampled {
  /** Candidates offered. */
  seen: number;
  /** Each kept value stands for this many candidates; a power of two. */
  stride: number;
  columns: Float64Array[];
}

/** Samples candidates: all of them while they are few, else every second, fourth, eighth... */
export class ValueSample {
  readonly columns: readonly SampleColumn[];
  #stride = 1;
  #seen = 0;

  constructor(columns: number) {
    this.columns = Array.from({ length: columns }, () => new SampleColumn());
  }

  /** How often the next candidate, which stands for so many, is kept: as often its values belong in the columns. */
  take(weight: number): number {
    const before = Math.ceil(this.#seen / this.#stride);
    this.#seen += weight;
    return Math.ceil(this.#seen / this.#stride) - before;
  }

  /** Forgets every second value when there are too many. */
  thin(): void {
    while ((this.columns[0]?.length ?? 0) > MOST_VALUES) {
      for (const column of this.columns) column.halve();
      this.#stride *= 2;
    }
  }

  sampled(): Sampled {
    return { seen: this.#seen, stride: this.#stride, columns: this.columns.map((column) => column.values()) };
  }
}

/** Numbers in a row that grows. Not a list of numbers: one of many thousand would be made anew with every scan. */
class SampleColumn {
  length = 0;
  #values = new Float64Array(FIRST_CAPACITY);

  push(value: number): void {
    if (this.length === this.#values.length) this.#values = grown(this.#values, this.length + 1);
    this.#values[this.length++] = value;
  }

  /** Keeps the first of each two. */
  halve(): void {
    const half = Math.ceil(this.length / 2);
    for (let i = 0; i < half; i++) this.#values[i] = this.#values[2 * i] ?? NaN;
    this.length = half;
  }

  /** A copy. */
  values(): Float64Array {
    return this.#values.slice(0, this.length);
  }
}

/** Values that each stand for equally many candidates. */
export interface Together {
  values: Float64Array;
  stride: number;
}

/** One column of several samples together, thinned so that each value stands for equally many candidates. */
export function together(parts: readonly { sampled: Sampled; column: number }[]): Together {
  const stride = Math.max(1, ...parts.map(({ sampled }) => sampled.stride));
  const sources = parts.map(({ sampled, column }) => ({
    from: sampled.columns[column] ?? new Float64Array(0),
    step: stride / sampled.stride,
  }));
  const values = new Float64Array(sources.reduce((sum, { from, step }) => sum + Math.ceil(from.length / step), 0));
  let count = 0;
  for (const { from, step } of sources) for (let i = 0; i < from.length; i += step) values[count++] = from[i] ?? NaN;
  return { values, stride };
}

export interface Bins {
  /** Left edge of the first bin and right edge of the last. */
  from: number;
  to: number;
  /** Candidates, not kept values. */
  counts: number[];
}

/** Undefined when no candidate has a value. */
export function histogram({ values, stride }: Together): Bins | undefined {
  const finite = finiteOf(values);
  if (finite.length === 0) return undefined;
  const order = new OrderStatistics([finite], new Cancellation());
  const [from] = order.at(Math.floor(TAIL * (finite.length - 1)));
  const [to] = order.at(Math.ceil((1 - TAIL) * (finite.length - 1)));
  const counts = new Float64Array(from === to ? 1 : BINS);
  const perUnit = from === to ? 0 : BINS / (to - from);
  // Called too seldom to be optimised, where for...of makes an object and a number of each value.
  for (let i = 0, { length } = finite; i < length; i++) {
    const place = Math.floor(((finite[i] ?? NaN) - from) * perUnit);
    const bin = Math.min(counts.length - 1, Math.max(0, place));
    counts[bin] = (counts[bin] ?? 0) + stride;
  }
  return { from, to, counts: Array.from(counts) };
}

function finiteOf(values: Float64Array): Float64Array {
  const finite = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (Number.isFinite(value)) finite[count++] = value;
  return finite.subarray(0, count);
}
