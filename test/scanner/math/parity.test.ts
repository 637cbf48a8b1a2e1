import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalDraw, seededRandom } from '../../../scanner/domain/random.ts';
import { blackValue } from '../../../scanner/math/black.ts';
import { impliedCarry, impliedForward, type ParityPoint } from '../../../scanner/math/parity.ts';

function quotes(forward: number, discount: number, strikes: readonly number[]): ParityPoint[] {
  return strikes.map((strike) => ({
    strike,
    callMid: blackValue(true, forward, strike, 0.1, discount),
    putMid: blackValue(false, forward, strike, 0.1, discount),
  }));
}

const STRIKES = [80, 85, 90, 95, 100, 105, 110, 115, 120];

describe('put-call parity', () => {
  test('gives back the forward', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 85, max: 115, noNaN: true }),
        fc.double({ min: 0.8, max: 1.02, noNaN: true }),
        (forward, discount) => {
          expect(impliedForward(quotes(forward, discount, STRIKES), 100, discount)).toBeCloseTo(forward, 9);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('gives back forward, discount and rate together', () => {
    const carry = impliedCarry(quotes(103, Math.exp(-0.05 * 0.5), STRIKES), 100, 0.5);
    expect(carry.forward).toBeCloseTo(103, 8);
    expect(carry.rate).toBeCloseTo(0.05, 8);
    expect(carry.discount).toBeCloseTo(Math.exp(-0.025), 10);
  });

  test('one stale quote does not move it', () => {
    const points = quotes(101, 0.99, STRIKES);
    points[4] = { strike: 100, callMid: 9, putMid: 3 };
    expect(impliedForward(points, 100, 0.99)).toBeCloseTo(101, 1);
    expect(impliedCarry(points, 100, 0.5).discount).toBeCloseTo(0.99, 6);
  });

  test('placeholder quotes, even the most of them, weigh nothing', () => {
    const wide = Array.from({ length: 40 }, (_, i) => {
      const [point] = quotes(100 + 8 * Math.sin(i), 0.97, [60 + 2 * i]);
      return { strike: 60 + 2 * i, callMid: point?.callMid ?? NaN, putMid: point?.putMid ?? NaN, halfSpread: 20 };
    });
    const tight = quotes(101, 0.97, [97, 99, 101, 103, 105, 107, 109]).map((p) => ({ ...p, halfSpread: 0.1 }));
    const carry = impliedCarry([...wide, ...tight], 100, 0.6);
    expect(carry.forward).toBeCloseTo(101, 6);
    expect(carry.discount).toBeCloseTo(0.97, 6);
    expect([carry.strikes, carry.outliers]).toEqual([47, 40]);
  });

  test('the standard error is as large as the errors are: rates are within it in two of three cases', () => {
    const random = seededRandom(11);
    const errors: number[] = [];
    for (let run = 0; run < 400; run++) {
      const points = quotes(103, Math.exp(-0.05 * 0.5), STRIKES).map((p) => ({
        ...p,
        callMid: p.callMid + 0.02 * normalDraw(random),
        halfSpread: 0.05,
      }));
      const { rate, rateError } = impliedCarry(points, 100, 0.5);
      errors.push((rate - 0.05) / rateError);
    }
    const within = errors.filter((error) => Math.abs(error) < 1).length / errors.length;
    expect(within).toBeGreaterThan(0.5);
    expect(within).toBeLessThan(0.8);
    expect(Math.abs(errors.reduce((a, b) => a + b) / errors.length)).toBeLessThan(0.25);
  });

  test('a third of the quotes stale: found, whatever they say', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 3, maxLength: 3 }), (wrong) => {
        const points = quotes(101, 0.98, STRIKES).map((p) => ({ ...p, halfSpread: 0.1 }));
        [1, 4, 7].forEach((at, i) => {
          const point = points[at];
          if (point) point.callMid = Math.max(0.05, point.callMid + (wrong[i] ?? 0));
        });
        const carry = impliedCarry(points, 100, 0.5);
        expect(Math.abs(carry.forward - 101)).toBeLessThan(0.02);
        expect(Math.abs(carry.discount - 0.98)).toBeLessThan(0.002);
      }),
      { numRuns: 500 },
    );
  });

  test('NaN when it cannot be known', () => {
    expect(impliedForward([], 100, 1)).toBeNaN();
    expect(impliedForward([{ strike: 100, callMid: NaN, putMid: 2 }], 100, 1)).toBeNaN();
    expect(impliedForward([{ strike: 100, callMid: 3, putMid: 0 }], 100, 1)).toBeNaN();
    expect(impliedForward(quotes(100, 1, [100]), 100, 0)).toBeNaN();
    // A quote that means a forward of 350 on a share of 100 is an error, not a forward.
    expect(impliedForward([{ strike: 100, callMid: 251, putMid: 1 }], 100, 1)).toBeNaN();
    expect(impliedCarry(quotes(100, 1, [100]), 100, 1).rate).toBeNaN();
  });
});
