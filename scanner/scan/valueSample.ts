const MOST_VALUES = 50_000;
const BINS = 40;
/** Outliers beyond these shares of the values fall into the outermost bins. */
const TAIL = 0.01;

/** Values of many candidates: all of them while they are few, else every second, fourth, eighth... */
export class ValueSample {
  values: number[] = [];
  /** Each kept value stands for this many. */
  stride = 1;
  /** Candidates offered. */
  seen = 0;

  /** `valueOf` is called only for candidates that are kept. */
  add(valueOf: () => number): void {
    if (this.seen++ % this.stride !== 0) return;
    this.values.push(valueOf());
    if (this.values.length <= MOST_VALUES) return;
    this.values = this.values.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }

  /** Undefined when no candidate has a value. Counts are of candidates, not of kept values. */
  histogram(): { from: number; to: number; counts: number[] } | undefined {
    const sorted = Float64Array.from(this.values.filter(Number.isFinite)).sort();
    const from = sorted[Math.floor(TAIL * (sorted.length - 1))];
    const to = sorted[Math.ceil((1 - TAIL) * (sorted.length - 1))];
    if (from === undefined || to === undefined) return undefined;
    const counts = new Array<number>(from === to ? 1 : BINS).fill(0);
    for (const value of sorted) {
      const place = from === to ? 0 : Math.floor(((value - from) / (to - from)) * BINS);
      const bin = Math.min(counts.length - 1, Math.max(0, place));
      counts[bin] = (counts[bin] ?? 0) + this.stride;
    }
    return { from, to, counts };
  }
}
