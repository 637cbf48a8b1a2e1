import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ivPercentile, ivRank } from '../../../scanner/volatility/ivRank.ts';

describe('IV rank and percentile', () => {
  test('are two different things', () => {
    // One spike to 0.6 makes the rank small while most days were below today.
    const history = [0.2, 0.21, 0.22, 0.23, 0.6];
    expect(ivRank(history, 0.24)).toBeCloseTo(10, 10);
    expect(ivPercentile(history, 0.24)).toBeCloseTo(80, 10);
  });

  test('look back over the window only', () => {
    const history = [0.9, ...Array.from({ length: 252 }, (_, i) => 0.2 + i / 10_000)];
    expect(ivRank(history, 0.2 + 125.5 / 10_000)).toBeCloseTo(50, 10);
    expect(ivRank(history, 0.2 + 251 / 10_000, 63)).toBe(100);
    expect(ivPercentile(history, 0.2 + 220 / 10_000, 63)).toBeCloseTo((100 * 31) / 63, 10);
  });

  test('clamp a new high or low, and count only days strictly below', () => {
    expect(ivRank([0.2, 0.3], 0.5)).toBe(100);
    expect(ivRank([0.2, 0.3], 0.1)).toBe(0);
    expect(ivPercentile([0.2, 0.2, 0.3], 0.2)).toBe(0);
  });

  test('undefined when they cannot be known', () => {
    expect(ivRank([], 0.2)).toBeUndefined();
    expect(ivPercentile([], 0.2)).toBeUndefined();
    expect(ivRank([0.2, 0.2], 0.2)).toBeUndefined();
    expect(ivRank([0.2, 0.3], NaN)).toBeUndefined();
    expect(ivPercentile([NaN, 0, -1], 0.2)).toBeUndefined();
  });

  test('stay within 0 and 100 and do not depend on the order of days', () => {
    const ivs = fc.array(fc.double({ min: 0.05, max: 2, noNaN: true }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(ivs, fc.double({ min: 0.05, max: 2, noNaN: true }), (history, today) => {
        for (const measure of [ivRank, ivPercentile]) {
          const value = measure(history, today);
          if (value === undefined) continue;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(100);
          expect(measure(history.toReversed(), today)).toBe(value);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
