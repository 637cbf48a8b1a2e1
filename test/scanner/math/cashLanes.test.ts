import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANES } from '../../../scanner/math/americanGrid.ts';
import { CashLanes, cashTurns } from '../../../scanner/math/cashLanes.ts';

const terms = fc.record({
  isCall: fc.boolean(),
  years: fc.constant(1),
  rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
  dividendYield: fc.constantFrom(0, 0.004, -0.004),
  dividends: fc
    .uniqueArray(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 5 })
    .map((days) => days.toSorted((a, b) => a - b).map((years) => ({ years, amount: 0.5 + years }))),
});

test('lanes rise from end to end, four to a march, and positions are their inverse', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 3, noNaN: true }), terms, (reach, life) => {
      const lanes = new CashLanes(reach, life, 100);
      const sizes = Array.from({ length: lanes.count }, (_, lane) => lanes.at(lane));
      expect(lanes.count % LANES).toBe(0);
      expect(sizes[0]).toBeCloseTo(-reach, 9);
      expect(sizes.at(-1)).toBeCloseTo(reach, 9);
      sizes.forEach((size, lane) => {
        expect(lanes.positionOf(size)).toBeCloseTo(lane, 6);
        if (lane > 0) expect(size).toBeGreaterThan(sizes[lane - 1] ?? Infinity);
      });
    }),
  );
});

test('six lanes around a size surround it; around a sharp turn they lie on one side', () => {
  fc.assert(
    fc.property(fc.double({ min: -2, max: 2, noNaN: true }), terms, (size, life) => {
      const lanes = new CashLanes(2, life, 100);
      const first = lanes.windowStart(lanes.positionOf(size));
      expect(lanes.at(first)).toBeLessThanOrEqual(size + 1e-9);
      expect(lanes.at(first + 5)).toBeGreaterThanOrEqual(size - 1e-9);
      if (life.dividendYield !== 0) return;
      for (const turn of cashTurns(life, 100).filter((one) => Math.abs(one) < 1.6)) {
        const isBelow = lanes.at(first + 5) <= turn + 1e-9;
        const isAbove = lanes.at(first) >= turn - 1e-9;
        expect(isBelow || isAbove).toBe(true);
      }
    }),
  );
});

test('lanes are dense around a turn, most where early exercise begins to be worth something', () => {
  const dividends = [{ years: 0.5, amount: 1 }];
  const life = { isCall: true, years: 1, rate: 0.05, dividendYield: 0, dividends };
  const [turn = NaN] = cashTurns(life, 100);
  const lanes = new CashLanes(2, life, 100);
  const between = (from: number, to: number): number => lanes.positionOf(to) - lanes.positionOf(from);
  expect(between(turn, turn + 0.1)).toBeGreaterThan(2 * between(turn - 0.1, turn));
  expect(between(turn - 0.1, turn)).toBeGreaterThan(2 * between(turn - 1, turn - 0.9));
});

test('at the strike of a turn the interest is the dividend', () => {
  const rate = 0.05;
  const dividends = [
    { years: 0.2, amount: 0.5 },
    { years: 0.7, amount: 1 },
  ];
  const strikes = (isCall: boolean): number[] =>
    cashTurns({ isCall, years: 1, rate, dividendYield: 0, dividends }, 100).map((turn) => 100 * Math.exp(-turn));
  const [first = NaN, last = NaN] = strikes(true);
  // A call waits with the strike from the dividend to the next one or to expiry.
  expect(first * (1 - Math.exp(-rate * 0.5))).toBeCloseTo(0.5, 12);
  expect(last * (1 - Math.exp(-rate * 0.3))).toBeCloseTo(1, 12);
  // A put that waits for a dividend earns no interest on the strike until then.
  const [soon = NaN, late = NaN] = strikes(false);
  expect(soon * Math.expm1(rate * 0.2)).toBeCloseTo(0.5, 12);
  expect(late * Math.expm1(rate * 0.5)).toBeCloseTo(1, 12);
});

test('a yield besides the dividends counts with them, at the strikes of calls', () => {
  const dividends = [{ years: 0.5, amount: 1 }];
  const [turn = NaN] = cashTurns({ isCall: true, years: 1, rate: 0.05, dividendYield: 0.01, dividends }, 100);
  const interest = 100 * Math.exp(-turn) * (1 - Math.exp(-0.05 * 0.5));
  expect(interest).toBeCloseTo(1 + 100 * (1 - Math.exp(-0.01 * 0.5)), 12);
});

test('turns at nearly one strike count as one', () => {
  const dividends = [0.25, 0.5, 0.75].map((years) => ({ years, amount: 0.5 }));
  expect(cashTurns({ isCall: true, years: 1, rate: 0.05, dividendYield: 0, dividends }, 100)).toHaveLength(1);
  expect(cashTurns({ isCall: true, years: 0.8, rate: 0.05, dividendYield: 0, dividends }, 100)).toHaveLength(2);
});
