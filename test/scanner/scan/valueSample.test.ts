import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histogram, together, ValueSample } from '../../../scanner/scan/valueSample.ts';

const BINS = 40;

/** Values and edges by sorting, bins by comparing with every edge. */
function slowHistogram(values: readonly number[]) {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  const from = sorted[Math.floor(0.01 * (sorted.length - 1))]!;
  const to = sorted[Math.ceil(0.99 * (sorted.length - 1))]!;
  const edges = Array.from({ length: BINS - 1 }, (_, i) => from + ((i + 1) / BINS) * (to - from));
  const binOf = (value: number): number => edges.filter((edge) => edge <= value).length;
  return { from, to, counts: Array.from({ length: BINS }, (_, bin) => sorted.filter((v) => binOf(v) === bin).length) };
}

test('a histogram lies between the outermost hundredths and counts what lies beyond at its ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9_000 }), fc.integer(), (count, seed) => {
      const values = Float64Array.from({ length: count }, (_, i) => Math.sin(seed + i * i) * 1e3);
      values[count >> 1] = NaN;
      values[count >> 2] = Infinity;
      values.set([-3.25, 7.5], count - 2);
      expect(histogram({ values, stride: 1 })).toEqual(slowHistogram([...values]));
    }),
    { numRuns: 40 },
  );
});

test('equal values share one bin, and where there is none there is no histogram', () => {
  expect(histogram({ values: new Float64Array(9).fill(0.5), stride: 4 })).toEqual({ from: 0.5, to: 0.5, counts: [36] });
  expect(histogram({ values: Float64Array.of(NaN, -Infinity), stride: 1 })).toBeUndefined();
});

test('of many candidates a share is kept, each for equally many, also when samples of two shards come together', () => {
  const sampleOf = (candidates: number, first: number): ValueSample => {
    const sample = new ValueSample(1);
    for (let i = 0; i < candidates; i++) {
      for (let copy = sample.take(1); copy > 0; copy--) sample.columns[0]!.push(first + i);
      sample.thin();
    }
    return sample;
  };
  const large = sampleOf(70_001, 0).sampled();
  const small = sampleOf(101, 1e6).sampled();
  expect(large).toMatchObject({ seen: 70_001, stride: 4 });
  expect(small).toMatchObject({ seen: 101, stride: 1 });
  expect([...large.columns[0]!]).toEqual(Array.from({ length: 17_501 }, (_, i) => 4 * i));
  const { values, stride } = together([
    { sampled: large, column: 0 },
    { sampled: small, column: 0 },
  ]);
  expect(stride).toBe(4);
  expect([...values.slice(17_501)]).toEqual(Array.from({ length: 26 }, (_, i) => 1e6 + 4 * i));
});
