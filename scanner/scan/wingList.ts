import type { PreparedGroup } from './preparedGroup.ts';
import type { VerticalBlock } from './verticalBlock.ts';

/** Verticals of one group that can be a condor's wings, by short row, and in each by credit, the greatest first. */
export class WingList {
  readonly group: PreparedGroup;
  readonly count: number;
  readonly short: Int32Array;
  readonly long: Int32Array;
  readonly width: Float64Array;
  readonly credit: Float64Array;
  /** The short rows that have wings, ascending, and the index of the first wing of each; one more index ends the last. */
  readonly shortRows: Int32Array;
  readonly starts: Int32Array;

  constructor(group: PreparedGroup, wings: readonly Wings[]) {
    this.group = group;
    this.count = wings.reduce((sum, { short }) => sum + short.length, 0);
    const all = concatenate(wings, this.count);
    const order = new Int32Array(this.count)
      .map((_, i) => i)
      .sort((a, b) => (all.short[a] ?? 0) - (all.short[b] ?? 0) || (all.credit[b] ?? 0) - (all.credit[a] ?? 0));
    const inOrder = <Column extends Int32Array | Float64Array>(column: Column): Column =>
      column.map((_, i) => column[order[i] ?? 0] ?? 0) as Column;
    this.short = inOrder(all.short);
    this.long = inOrder(all.long);
    this.width = inOrder(all.width);
    this.credit = inOrder(all.credit);
    const starts = Array.from(this.short.keys()).filter((i) => i === 0 || this.short[i] !== this.short[i - 1]);
    this.shortRows = Int32Array.from(starts, (i) => this.short[i] ?? 0);
    this.starts = Int32Array.from([...starts, this.count]);
  }
}

/** Columns of some wings, copied out of a block. */
export interface Wings {
  short: Int32Array;
  long: Int32Array;
  width: Float64Array;
  credit: Float64Array;
}

export function copyWings({ count, short, long, width, credit }: VerticalBlock): Wings {
  return {
    short: short.slice(0, count),
    long: long.slice(0, count),
    width: width.slice(0, count),
    credit: credit.slice(0, count),
  };
}

/** Every so many-th of the wings. */
export function thinWings(wings: readonly Wings[], step: number): Wings[] {
  if (step === 1) return [...wings];
  let at = 0;
  return wings.map((part) => {
    const first = (step - (at % step)) % step;
    at += part.short.length;
    const some = <Column extends Int32Array | Float64Array>(column: Column): Column =>
      column.filter((_, i) => i % step === first) as Column;
    return { short: some(part.short), long: some(part.long), width: some(part.width), credit: some(part.credit) };
  });
}

function concatenate(parts: readonly Wings[], count: number): Wings {
  const all: Wings = {
    short: new Int32Array(count),
    long: new Int32Array(count),
    width: new Float64Array(count),
    credit: new Float64Array(count),
  };
  let at = 0;
  for (const part of parts) {
    for (const name of ['short', 'long', 'width', 'credit'] as const) all[name].set(part[name], at);
    at += part.short.length;
  }
  return all;
}
