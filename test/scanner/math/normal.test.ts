import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cdfOverPdf, erfc, erfcx, inverseNormalCdf, normalCdf, normalPdf } from '../../../scanner/math/normal.ts';
import { over, precise, preciseCdf, preciseDensity, rounded } from './highPrecision.ts';

const relativeError = (found: number, truth: number): number => Math.abs(found - truth) / Math.abs(truth);

describe('normal distribution', () => {
  test('cdf agrees with 115-digit arithmetic to 2e-15 of its value, tails included', () => {
    for (let x = -14; x <= 9; x += 0.0937) {
      const truth = rounded(preciseCdf(precise(x)));
      expect(relativeError(normalCdf(x), truth), `at ${x}`).toBeLessThan(2e-15);
    }
  });

  test('cdf over density agrees with 115-digit arithmetic', () => {
    for (let x = -14; x <= 5; x += 0.0917) {
      const truth = rounded(over(preciseCdf(precise(x)), preciseDensity(precise(x))));
      expect(relativeError(cdfOverPdf(x), truth), `at ${x}`).toBeLessThan(x > 0 ? 2e-15 + 3e-16 * x * x : 2e-15);
    }
  });

  test('known values of erfc and erfcx', () => {
    // Abramowitz and Stegun, tables 7.1 and 7.3; DLMF 7.2.
    expect(erfc(0)).toBe(1);
    expect(erfc(0.5)).toBeCloseTo(0.4795001221869535, 15);
    expect(erfc(2)).toBeCloseTo(0.004677734981047266, 17);
    expect(erfc(-Infinity)).toBe(2);
    expect(erfc(Infinity)).toBe(0);
    expect(erfcx(0)).toBe(1);
    expect(erfcx(1e8) * 1e8).toBeCloseTo(1 / Math.sqrt(Math.PI), 14);
    expect(erfcx(-30)).toBe(Infinity);
  });

  test('nothing comes of NaN but NaN', () => {
    for (const f of [erfc, erfcx, normalCdf, normalPdf, cdfOverPdf, inverseNormalCdf]) expect(f(NaN)).toBeNaN();
  });

  test('inverse undoes cdf', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (x) => {
        const p = normalCdf(x);
        // One unit of p moves x by eps * p / density.
        const blur = (2.3e-16 * p) / normalPdf(x);
        expect(Math.abs(inverseNormalCdf(p) - x)).toBeLessThanOrEqual(4 * blur + 4e-15 * Math.max(1, Math.abs(x)));
      }),
      { numRuns: 2000 },
    );
  });

  test('inverse at its ends and outside', () => {
    expect(inverseNormalCdf(0)).toBe(-Infinity);
    expect(inverseNormalCdf(1)).toBe(Infinity);
    expect(inverseNormalCdf(0.5)).toBe(0);
    expect(inverseNormalCdf(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(inverseNormalCdf(-0.1)).toBeNaN();
    expect(inverseNormalCdf(1.1)).toBeNaN();
  });

  test('cdf is symmetric and never falls', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, step) => {
          expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14);
          expect(normalCdf(x + step)).toBeGreaterThanOrEqual(normalCdf(x) * (1 - 2e-15));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
