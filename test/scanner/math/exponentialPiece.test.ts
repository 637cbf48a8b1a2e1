import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pieceBelow, tiltOfMean } from '../../../scanner/math/exponentialPiece.ts';

/** Integral over [0, t] by Simpson's rule, fine enough for the tilts of these tests. */
function simpson(f: (x: number) => number, t: number): number {
  const pieces = 2000;
  const h = t / pieces;
  let total = 0;
  for (let i = 0; i < pieces; i++) total += (h / 6) * (f(i * h) + 4 * f((i + 0.5) * h) + f((i + 1) * h));
  return total;
}

describe('exponential density on [0, 1]', () => {
  test('mass, put and density by integration', () => {
    for (const tilt of [-45, -3, -0.2, 0, 1e-6, 0.29, 0.31, 2, 29, 31, 45]) {
      const norm = simpson((x) => Math.exp(tilt * (x - 1)), 1);
      const density = (x: number): number => Math.exp(tilt * (x - 1)) / norm;
      for (const t of [0.01, 0.4, 0.9, 1]) {
        const found = pieceBelow(tilt, t);
        expect(found.mass / simpson(density, t)).toBeCloseTo(1, 7);
        expect(found.put / simpson((x) => (t - x) * density(x), t)).toBeCloseTo(1, 7);
        expect(found.density / density(t)).toBeCloseTo(1, 7);
      }
    }
  });

  test('the tilt gives back the mean, also at the edges', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (logit) => {
        const mean = 1 / (1 + Math.exp(-logit));
        expect(1 - pieceBelow(tiltOfMean(mean), 1).put).toBeCloseTo(mean, 11);
      }),
      { numRuns: 2000 },
    );
    expect(tiltOfMean(0.5)).toBeCloseTo(0, 12);
    expect(tiltOfMean(0.3)).toBeCloseTo(-tiltOfMean(0.7), 12);
  });
});
