import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CashLanes, cashTurns } from '../../../scanner/math/cashLanes.ts';

test('lanes rise from end to end, and positions are their inverse', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 3, noNaN: true }),
      fc.array(fc.double({ min: -4, max: 4 }), { maxLength: 4 }),
      (reach, turns) => {
        const lanes = new CashLanes(reach, turns);
        const sizes = Array.from({ length: lanes.count }, (_, lane) => lanes.at(lane));
        expect(sizes[0]).toBeCloseTo(-reach, 9);
        expect(sizes.at(-1)).toBeCloseTo(reach, 9);
        sizes.forEach((size, lane) => {
          expect(lanes.positionOf(size)).toBeCloseTo(lane, 6);
          if (lane > 0) expect(size).toBeGreaterThan(sizes[lane - 1] ?? Infinity);
        });
      },
    ),
  );
});

test('lanes are dense around a turn', () => {
  const lanes = new CashLanes(2, [0.8]);
  const at = lanes.positionOf(0.8);
  expect(lanes.positionOf(0.9) - at).toBeGreaterThan(3 * (lanes.positionOf(-0.7) - lanes.positionOf(-0.8)));
});

test('at the strike of a turn the interest is the dividend', () => {
  const rate = 0.05;
  const dividends = [
    { years: 0.2, amount: 0.5 },
    { years: 0.7, amount: 1 },
  ];
  const strikes = (isCall: boolean): number[] =>
    cashTurns({ isCall, years: 1, rate, dividends }, 100).map((turn) => 100 * Math.exp(-turn));
  const [first = NaN, last = NaN] = strikes(true);
  // A call waits with the strike from the dividend to the next one or to expiry.
  expect(first * (1 - Math.exp(-rate * 0.5))).toBeCloseTo(0.5, 12);
  expect(last * (1 - Math.exp(-rate * 0.3))).toBeCloseTo(1, 12);
  // A put that waits for a dividend earns no interest on the strike until then.
  const [soon = NaN, late = NaN] = strikes(false);
  expect(soon * Math.expm1(rate * 0.2)).toBeCloseTo(0.5, 12);
  expect(late * Math.expm1(rate * 0.5)).toBeCloseTo(1, 12);
});

test('turns at nearly one strike count as one', () => {
  const dividends = [0.25, 0.5, 0.75].map((years) => ({ years, amount: 0.5 }));
  expect(cashTurns({ isCall: true, years: 1, rate: 0.05, dividends }, 100)).toHaveLength(1);
  expect(cashTurns({ isCall: true, years: 0.8, rate: 0.05, dividends }, 100)).toHaveLength(2);
});
