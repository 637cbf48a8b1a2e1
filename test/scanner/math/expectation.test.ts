import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blackValue } from '../../../scanner/math/black.ts';
import {
  expectedPayoffHistory,
  expectedPayoffLognormal,
  expectedPayoffSmile,
  legsPayoff,
  type PayoffLeg,
} from '../../../scanner/math/expectation.ts';
import { fitSmile } from '../../../scanner/math/smile.ts';

const BULL_PUT: PayoffLeg[] = [
  { right: 'P', strike: 95, quantity: -1 },
  { right: 'P', strike: 90, quantity: 1 },
];
const years = 45 / 365;
const forward = 100 * Math.exp(0.045 * years);

const legs = fc.array(
  fc.record({
    right: fc.constantFrom('C' as const, 'P' as const),
    strike: fc.double({ min: 60, max: 150, noNaN: true }),
    quantity: fc.integer({ min: -3, max: 3 }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The same expectation by Simpson's rule on the density, between the kinks. */
function bySimpson(position: readonly PayoffLeg[], mean: number, stdDev: number): number {
  const z = (price: number): number => Math.log(price / mean) / stdDev + stdDev / 2;
  const kinks = position.map((leg) => z(leg.strike)).filter((x) => Math.abs(x) < 12);
  const knots = [-12, ...kinks.sort((a, b) => a - b), 12];
  const f = (x: number): number =>
    (legsPayoff(position, mean * Math.exp(stdDev * x - (stdDev * stdDev) / 2)) * Math.exp((-x * x) / 2)) /
    Math.sqrt(2 * Math.PI);
  let total = 0;
  for (let k = 1; k < knots.length; k++) {
    const [from = 0, to = 0] = [knots[k - 1], knots[k]];
    const pieces = 400;
    const h = (to - from) / pieces;
    for (let i = 0; i < pieces; i++) {
      total += (h / 6) * (f(from + i * h) + 4 * f(from + (i + 0.5) * h) + f(from + (i + 1) * h));
    }
  }
  return total;
}

describe('expected payoff', () => {
  test('check values of the design: -0.008 at 20 %, +0.24 at a forecast of 16 %', () => {
    const at = (vol: number): number =>
      0.64 + expectedPayoffLognormal({ legs: BULL_PUT, forward, stdDev: vol * Math.sqrt(years) });
    expect(at(0.2)).toBeCloseTo(-0.008, 3);
    expect(at(0.16)).toBeCloseTo(0.24, 2);
  });

  test('equals numerical integration of the payoff over the density', () => {
    fc.assert(
      fc.property(legs, fc.double({ min: 0.05, max: 0.8, noNaN: true }), (position, stdDev) => {
        const found = expectedPayoffLognormal({ legs: position, forward: 100, stdDev });
        expect(Math.abs(found - bySimpson(position, 100, stdDev))).toBeLessThan(1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test('under the smile is the undiscounted price at each strike, so a fair credit has no edge', () => {
    const smile = fitSmile({ strikes: [90, 95, 100], vols: [0.26, 0.23, 0.2] });
    const fair =
      blackValue(false, forward, 95, 0.23 * Math.sqrt(years), 1) -
      blackValue(false, forward, 90, 0.26 * Math.sqrt(years), 1);
    expect(fair + expectedPayoffSmile({ legs: BULL_PUT, forward, years, smile })).toBeCloseTo(0, 14);
  });

  test('under a smile that is flat is the lognormal one', () => {
    fc.assert(
      fc.property(legs, (position) => {
        const smile = fitSmile({ strikes: [100], vols: [0.3] });
        const flat = expectedPayoffLognormal({ legs: position, forward: 100, stdDev: 0.15 });
        expect(expectedPayoffSmile({ legs: position, forward: 100, years: 0.25, smile })).toBeCloseTo(flat, 12);
      }),
    );
  });

  test('of history is the mean over the moves, those that are none left out', () => {
    const moves = [-0.2, -0.07, 0, 0.05, NaN];
    // Payoffs at 80, 93, 100, 105: -5, -2, 0, 0.
    expect(expectedPayoffHistory({ legs: BULL_PUT, spot: 100, moves })).toBeCloseTo(-7 / 4, 12);
    expect(expectedPayoffHistory({ legs: BULL_PUT, spot: 100, moves: [] })).toBeNaN();
  });

  test('lies between the worst and the best payoff', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: 50, max: 200, noNaN: true }),
        (s, f) => {
          const value = expectedPayoffLognormal({ legs: BULL_PUT, forward: f, stdDev: s });
          expect(value).toBeLessThanOrEqual(1e-12);
          expect(value).toBeGreaterThanOrEqual(-5 - 1e-12);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
