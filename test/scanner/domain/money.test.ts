import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignToTick, fromMicros, incrementAt, isOnTick, toMicros } from '../../../scanner/domain/money.ts';

/** SPX-like classes: 0.05 below 3, 0.10 from there. @source Cboe, SPX contract specification */
const SPX = [
  { lowEdge: 0, increment: 0.05 },
  { lowEdge: 3, increment: 0.1 },
];
const PENNY = [{ lowEdge: 0, increment: 0.01 }];

test.each([
  [0.1 + 0.2, 300_000],
  [-1.005, -1_005_000],
  [0, 0],
  [-0, 0],
  [1e-7, 0],
])('%d dollars are %i micro-dollars', (dollars, micros) => expect(toMicros(dollars)).toBe(micros));

test.each([NaN, Infinity, -Infinity, 1e300])('%d cannot be held', (dollars) =>
  expect(() => toMicros(dollars)).toThrow(RangeError),
);

test('the increment follows the size of the price, of a credit too', () => {
  expect([0, 2.99, 3, -2.5, -3].map((price) => incrementAt(SPX, price))).toEqual([0.05, 0.05, 0.1, 0.05, 0.1]);
  expect(() => incrementAt([], 1)).toThrow(RangeError);
});

test.each([
  [2.97, 'nearest', 2.95],
  [2.97, 'up', 3],
  [3.12, 'down', 3.1],
  [-1.29, 'down', -1.3],
  [-1.29, 'up', -1.25],
  [-0.01, 'nearest', 0],
] as const)('%d goes %s to %d', (price, direction, aligned) => {
  expect(Object.is(alignToTick(price, SPX, direction), aligned)).toBe(true);
});

test('an aligned price is on the grid, within one tick, and printed without binary noise', () => {
  fc.assert(
    fc.property(fc.double({ min: -500, max: 500, noNaN: true }), (price) => {
      const aligned = alignToTick(price, PENNY);
      expect(isOnTick(aligned, PENNY)).toBe(true);
      expect(Math.abs(aligned - price)).toBeLessThanOrEqual(0.005 + 1e-6);
      expect(String(aligned)).toMatch(/^-?\d+(\.\d{1,2})?$/);
    }),
  );
});

test('NaN and infinity are no prices', () => {
  expect(() => alignToTick(NaN, PENNY)).toThrow(RangeError);
  expect(isOnTick(Infinity, PENNY)).toBe(false);
});

test('micro-dollars come back as they went', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (micros) => {
      expect(toMicros(fromMicros(micros))).toBe(micros);
    }),
  );
});
