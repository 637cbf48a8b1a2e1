import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../scanner/domain/random.ts';
import { blackValue } from '../../../scanner/math/black.ts';
import { blackImpliedVol } from '../../../scanner/math/impliedVol.ts';
import { impliedVolColumns } from '../../../scanner/math/impliedVolColumns.ts';
import { KERNELS } from './kernel/kernels.ts';

describe.each(KERNELS)('implied volatility over columns, $name', ({ kernel }) => {
  test.each([
    { isCall: true, years: 0.002 },
    { isCall: false, years: 0.1 },
    { isCall: true, years: 0.5 },
    { isCall: false, years: 5 },
  ])('agrees with the one-by-one version, in and out of the money and in the wings: %o', ({ isCall, years }) => {
    const random = seededRandom(3);
    const [forward, discount] = [100, Math.exp(-0.04 * years)];
    const vols = Float64Array.from({ length: 1500 }, () => 0.04 * 40 ** random());
    const strikes = vols.map((vol) => forward * Math.exp(14 * (random() - 0.5) * vol * Math.sqrt(years)));
    const prices = strikes.map((strike, i) =>
      blackValue(isCall, forward, strike, (vols[i] ?? NaN) * Math.sqrt(years), discount),
    );
    const found = new Float64Array(1500);
    impliedVolColumns({ isCall, forward, years, discount, strikes, prices }, found, kernel);
    const right = isCall ? 'C' : 'P';
    found.forEach((vol, i) => {
      const [strike, price] = [strikes[i] ?? NaN, prices[i] ?? NaN];
      const truth = blackImpliedVol({ right, forward, strike, years, discount, price });
      if (Number.isNaN(truth)) expect(vol).toBeNaN();
      // Deep in the money the rounding of the price's own last digit is what the two may read differently.
      else expect(Math.abs(vol - truth), `strike ${strike}, price ${price}`).toBeLessThan(2e-12 * Math.max(1, truth));
    });
  });

  test('NaN where no volatility exists, and only there', () => {
    const strikes = Float64Array.of(90, 90, 100, 110, 110, NaN, 100, -1, 100);
    const prices = Float64Array.of(9.8, 98, 0, NaN, 2, 2, -1, 5, 5);
    const vols = new Float64Array(9);
    impliedVolColumns({ isCall: true, forward: 100, years: 0.5, discount: 0.98, strikes, prices }, vols, kernel);
    expect(Array.from(vols, Number.isNaN)).toEqual([true, true, true, true, false, true, true, true, false]);
    impliedVolColumns({ isCall: true, forward: 100, years: 0, discount: 1, strikes, prices }, vols, kernel);
    expect(vols.every(Number.isNaN)).toBe(true);
  });

  test('a table of first guesses serves from the money to the wings, so that one step is enough', () => {
    // One step of fourth order leaves 1e-13 at most if the guess is within 1e-3; a worse table would show here.
    const strikes = Float64Array.from({ length: 400 }, (_, i) => 100 * Math.exp(i / 400));
    for (const stdDev of [0.17, 0.2, 0.3, 0.45]) {
      const prices = strikes.map((strike) => blackValue(true, 100, strike, stdDev, 1));
      const vols = new Float64Array(400);
      impliedVolColumns({ isCall: true, forward: 100, years: 1, discount: 1, strikes, prices }, vols, kernel);
      for (const vol of vols) expect(Math.abs(vol - stdDev)).toBeLessThan(1e-13);
    }
  });
});
