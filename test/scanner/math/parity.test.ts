import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
