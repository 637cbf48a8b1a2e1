import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitSmile } from '../../../scanner/math/smile.ts';

describe('smile', () => {
  const smile = fitSmile({ strikes: [110, 90, 100], vols: [0.18, 0.3, 0.2] });

  test('is linear between points and flat outside', () => {
    expect(smile.volAt(90)).toBe(0.3);
    expect(smile.volAt(95)).toBeCloseTo(0.25, 14);
    expect(smile.volAt(107.5)).toBeCloseTo(0.185, 14);
    expect(smile.volAt(1)).toBe(0.3);
    expect(smile.volAt(1000)).toBe(0.18);
  });

  test('leaves out what is no vol and averages repeated strikes', () => {
    const dirty = fitSmile({
      strikes: [100, 100, 105, 110, NaN, 120],
      vols: [0.2, 0.22, 0, NaN, 0.3, Infinity],
    });
    expect([...dirty.strikes]).toEqual([100]);
    expect(dirty.volAt(130)).toBeCloseTo(0.21, 14);
    const thrice = fitSmile({ strikes: [100, 90, 100, 100], vols: [0.2, 0.3, 0.25, 0.33] });
    expect([...thrice.strikes]).toEqual([90, 100]);
    expect(thrice.volAt(100)).toBeCloseTo(0.26, 14);
  });

  test('NaN when nothing is known', () => {
    expect(fitSmile({ strikes: [], vols: [] }).volAt(100)).toBeNaN();
    expect(smile.volAt(NaN)).toBeNaN();
  });

  test('passes through every point and never leaves their range', () => {
    const point = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.01, max: 3, noNaN: true }));
    const points = fc.uniqueArray(point, { minLength: 1, maxLength: 60, selector: ([strike]) => strike });
    fc.assert(
      fc.property(points, fc.double({ min: 0.1, max: 600, noNaN: true }), (known, strike) => {
        const vols = known.map(([, vol]) => vol);
        const fitted = fitSmile({ strikes: known.map(([k]) => k), vols });
        for (const [k, vol] of known) expect(fitted.volAt(k)).toBeCloseTo(vol, 12);
        expect(fitted.volAt(strike)).toBeGreaterThanOrEqual(Math.min(...vols) - 1e-12);
        expect(fitted.volAt(strike)).toBeLessThanOrEqual(Math.max(...vols) + 1e-12);
      }),
      { numRuns: 1000 },
    );
  });
});
