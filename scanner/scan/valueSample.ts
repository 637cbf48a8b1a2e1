const MOST_VALUES = 20_000;
const BINS = 40;
/** Outliers beyond these shares of the values fall into the outermost bins. */
const TAIL = 0.01;

/** Values of some of many candidates, the same ones in every column. Plain data, crosses threads. */
export interface Sampled {
  /** Candidates offered. */
  seen: number;
  /** Each kept value stands for this many candidates; a power of two. */
  stride: number;
  columns: number[][];
}

/** Samples candidates: all of them while they are few, else every second, fourth, eighth... */
export class ValueSample implements Sampled {
  columns: number[][];
  stride = 1;
  seen = 0;

  constructor(columns: number) {
    this.columns = Array.from({ length: columns }, () => []);
  }

  /** How often the next candidate, which stands for so many, is kept: as often its values belong in the columns. */
  take(weight: number): number {
    const before = Math.ceil(this.seen / this.stride);
    this.seen += weight;
    return Math.ceil(this.seen / this.stride) - before;
  }

  /** Forgets every second value when there are too many. */
  thin(): void {
    while ((this.columns[0]?.length ?? 0) > MOST_VALUES) {
      this.columns = this.columns.map((column) => everyOther(column, 2));
      this.stride *= 2;
    }
  }
}

function everyOther(column: readonly number[], step: number): number[] {
  return step === 1 ? [...column] : column.filter((_, i) => i % step === 0);
}

/** One column of several samples together, thinned so that each value stands for equally many candidates. */
export function together(parts: readonly { sampled: Sampled; column: number }[]): { values: number[]; stride: number } {
  const stride = Math.max(1, ...parts.map(({ sampled }) => sampled.stride));
  const values = parts.flatMap(({ sampled, column }) =>
    everyOther(sampled.columns[column] ?? [], stride / sampled.stride),
  );
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
export function histogram({ values, stride }: { values: readonly number[]; stride: number }): Bins | undefined {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  const from = sorted[Math.floor(TAIL * (sorted.length - 1))];
  const to = sorted[Math.ceil((1 - TAIL) * (sorted.length - 1))];
  if (from === undefined || to === undefined) return undefined;
  const counts = new Array<number>(from === to ? 1 : BINS).fill(0);
  for (const value of sorted) {
    const place = from === to ? 0 : Math.floor(((value - from) / (to - from)) * BINS);
    const bin = Math.min(counts.length - 1, Math.max(0, place));
    counts[bin] = (counts[bin] ?? 0) + stride;
  }
  return { from, to, counts };
}
