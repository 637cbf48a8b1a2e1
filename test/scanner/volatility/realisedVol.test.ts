import { describe, expect, test } from 'vitest';
import { normalDraw, seededRandom } from '../../../scanner/domain/random.ts';
import { realisedVol } from '../../../scanner/volatility/realisedVol.ts';

describe('realised volatility', () => {
  test('of steps of plus and minus one percent', () => {
    const closes = [100];
    for (let i = 0; i < 20; i++) closes.push((closes.at(-1) ?? NaN) * Math.exp(i % 2 === 0 ? 0.01 : -0.01));
    expect(realisedVol(closes, 20)).toBeCloseTo(0.01 * Math.sqrt(252), 12);
  });

  test('finds the volatility of a simulated share', () => {
    const random = seededRandom(11);
    const closes = [50];
    for (let i = 0; i < 20_000; i++)
      closes.push((closes.at(-1) ?? NaN) * Math.exp((0.3 / Math.sqrt(252)) * normalDraw(random)));
    expect(realisedVol(closes, 20_000)).toBeCloseTo(0.3, 2);
  });

  test('uses the last returns of the window', () => {
    expect(realisedVol([1, 500, 100, 100, 100], 2)).toBe(0);
  });

  test('undefined when closes are too few or not prices', () => {
    expect(realisedVol([100, 101], 2)).toBeUndefined();
    expect(realisedVol([100, 0, 101], 2)).toBeUndefined();
    expect(realisedVol([100, NaN, 101], 2)).toBeUndefined();
    expect(realisedVol([100, 101], 0)).toBeUndefined();
  });
});
