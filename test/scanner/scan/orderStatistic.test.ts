import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cancellation, ScanCancelled } from '../../../scanner/scan/cancellation.ts';
import { OrderStatistics } from '../../../scanner/scan/orderStatistic.ts';
import { percentiles } from '../../../scanner/scan/ranking.ts';
import { TopCandidates } from '../../../scanner/scan/topCandidates.ts';

const never = new Cancellation();

/** Few different values make ties; NaN is no value. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const columns = fc.array(
  fc.array(value, { maxLength: 60 }).map((values) => Float64Array.from(values)),
  { minLength: 1, maxLength: 4 },
);

const sortedOf = (parts: readonly Float64Array[]): number[] =>
  parts
    .flatMap((part) => [...part])
    .filter((x) => !Number.isNaN(x))
    .sort((a, b) => a - b);

test('the same as sorting, at every place', () => {
  fc.assert(
    fc.property(columns, (parts) => {
      const sorted = sortedOf(parts);
      const statistics = new OrderStatistics(parts, never);
      expect(statistics.known).toBe(sorted.length);
      for (const place of sorted.keys()) {
        const [found, next] = statistics.at(place);
        expect(found === sorted[place]).toBe(true);
        if (place + 1 < sorted.length) expect(next === sorted[place + 1]).toBe(true);
        else expect(next).toBeNaN();
      }
    }),
  );
});

/** Long columns take the way by sampling: rising, falling, all alike, in waves, and with most values at one end. */
const SHAPES: [string, (i: number, n: number) => number][] = [
  ['rising', (i) => i],
  ['falling', (i, n) => n - i],
  ['alike', () => 7],
  ['waves', (i) => Math.sin(i)],
  ['a long tail', (i, n) => 1 / (1 + i) ** 3 + (i % 97 === 0 ? n : 0)],
  ['gaps', (i) => (i % 3 === 0 ? NaN : (i * 7919) % 10_007)],
];

test.each(SHAPES)('the same as sorting for 60,000 values: %s', (_, shape) => {
  const parts = [20_000, 39_000, 1000].map((n) => Float64Array.from({ length: n }, (_value, i) => shape(i, n)));
  const sorted = sortedOf(parts);
  const statistics = new OrderStatistics(parts, never);
  for (const share of [0, 0.001, 0.05, 0.31, 0.5, 0.95, 0.999, 1]) {
    const place = Math.floor(share * (sorted.length - 1));
    const [found] = statistics.at(place);
    expect(found).toBe(sorted[place]);
  }
});

test("percentiles are numpy's: numpy.percentile([1, 2, 3, 4, 10], [5, 95]) is 1.2 and 8.8", () => {
  const { low, high } = percentiles(
    new OrderStatistics([Float64Array.of(10, NaN, 1), Float64Array.of(3, 4, 2)], never),
  );
  expect(low).toBeCloseTo(1.2, 12);
  expect(high).toBeCloseTo(8.8, 12);
  expect(percentiles(new OrderStatistics([Float64Array.of(NaN)], never))).toEqual({ low: NaN, high: NaN });
});

test('the first so many by a comparison, as sorting has them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 1, max: 12 }), (items, limit) => {
      const top = new TopCandidates<number>(limit, (a, b) => a - b);
      for (const item of items) top.offer(item);
      const sorted = [...items].sort((a, b) => a - b);
      expect(top.sorted()).toEqual(sorted.slice(0, limit));
      expect(top.last).toBe(items.length < limit ? undefined : sorted[limit - 1]);
    }),
  );
});

test.each(SHAPES)('a selection that is cancelled ends within a few thousand values: %s', (_, shape) => {
  const column = Float64Array.from({ length: 300_000 }, (_value, i) => shape(i, 300_000));
  const known = column.filter((x) => !Number.isNaN(x)).length;
  let asked = 0;
  const polls = new Cancellation(() => {
    asked++;
    return false;
  });
  new OrderStatistics([column], polls).at(Math.floor(known / 2));
  expect(asked).toBeGreaterThan(column.length / 10_000);
  const after = Math.floor(asked / 2);
  let left = after;
  const cancelled = new Cancellation(() => left-- <= 0);
  expect(() => new OrderStatistics([column], cancelled).at(Math.floor(known / 2))).toThrow(ScanCancelled);
  expect(left).toBe(-1);
});
