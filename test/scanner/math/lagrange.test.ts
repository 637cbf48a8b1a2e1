import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FOUR, fourWeightsAndSlopes } from '../../../scanner/math/fourPoint.ts';
import {
  sixBends,
  sixDown,
  sixWeights,
  sixWeightsAndSlopes,
  WINDOW,
  windowStart,
} from '../../../scanner/math/sixPoint.ts';

/** A polynomial by its coefficients, lowest power first, and its derivatives. */
function polynomial(coefficients: readonly number[]) {
  const derived = (terms: readonly number[]): number[] => terms.map((term, power) => term * power).slice(1);
  const at = (terms: readonly number[], t: number): number => terms.reduceRight((sum, term) => sum * t + term, 0);
  const slope = derived(coefficients);
  const bend = derived(slope);
  return {
    value: (t: number) => at(coefficients, t),
    slope: (t: number) => at(slope, t),
    bend: (t: number) => at(bend, t),
  };
}

const coefficient = fc.double({ min: -3, max: 3, noNaN: true });
const sum = (weights: Float64Array, value: (point: number) => number): number =>
  weights.reduce((total, weight, point) => total + weight * value(point), 0);

test('four points give every cubic and its slope back, between them and a step beyond', () => {
  const cubic = fc.array(coefficient, { minLength: FOUR, maxLength: FOUR });
  fc.assert(
    fc.property(cubic, fc.double({ min: -1, max: FOUR, noNaN: true }), (coefficients, t) => {
      const { value, slope } = polynomial(coefficients);
      const [weights, slopes] = [new Float64Array(FOUR), new Float64Array(FOUR)];
      fourWeightsAndSlopes(t, weights, slopes);
      expect(sum(weights, value)).toBeCloseTo(value(t), 9);
      expect(sum(slopes, value)).toBeCloseTo(slope(t), 9);
    }),
  );
});

test('six points give every polynomial of degree 5, its slope and its bend back', () => {
  const quintic = fc.array(coefficient, { minLength: WINDOW, maxLength: WINDOW });
  fc.assert(
    fc.property(quintic, fc.double({ min: -1, max: WINDOW, noNaN: true }), (coefficients, t) => {
      const { value, slope, bend } = polynomial(coefficients);
      const [plain, weights, slopes, bends] = Array.from({ length: 4 }, () => new Float64Array(WINDOW)) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      sixWeights(t, plain);
      sixWeightsAndSlopes(t, weights, slopes);
      sixBends(t, bends);
      // Coefficients of 3 make values of 30,000 at t = 6.
      expect(sum(plain, value)).toBeCloseTo(value(t), 6);
      expect(sum(weights, value)).toBeCloseTo(value(t), 6);
      expect(sum(slopes, value)).toBeCloseTo(slope(t), 6);
      expect(sum(bends, value)).toBeCloseTo(bend(t), 6);
    }),
  );
});

test('entries of a table are taken a stride apart', () => {
  const table = Float64Array.from({ length: 20 }, (_, i) => i);
  expect(sixDown(table, 2, 3, Float64Array.of(1, 0, 0, 0, 0, 100))).toBe(2 + 100 * 17);
});

test.each([
  [0.5, 0],
  [2, 0],
  [4.99, 2],
  [9, 4],
  [-3, 0],
])('the window around position %d of ten points begins at %d', (position, start) => {
  expect(windowStart(position, 10)).toBe(start);
});
