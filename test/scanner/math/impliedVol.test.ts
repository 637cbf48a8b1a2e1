import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blackPrice } from '../../../scanner/math/black.ts';
import { blackImpliedVol } from '../../../scanner/math/impliedVol.ts';
import { seededRandom } from '../../../scanner/domain/random.ts';
import { over, precise, preciseBlack, rounded } from './highPrecision.ts';

/** The price of a known vol, rounded to a double, and the vol that this very double means. */
function quote(isCall: boolean, strike: number, vol: number, years: number): { price: number; truth: number } {
  const stdDev = vol * Math.sqrt(years);
  const { price, vega } = preciseBlack({ isCall, forward: 100, strike, stdDev });
  const asDouble = rounded(price);
  const shift = rounded(over(precise(asDouble) - price, vega));
  return { price: asDouble, truth: (stdDev + shift) / Math.sqrt(years) };
}

describe('Black implied volatility', () => {
  test('error against 115-digit arithmetic over the usable surface: p99 below 1e-14, no failure', () => {
    const random = seededRandom(7);
    const errors: number[] = [];
    for (let i = 0; i < 1500; i++) {
      const vol = 0.03 * 60 ** random();
      const years = (0.5 / 365) * 1500 ** random();
      const h = 7 * (2 * random() - 1);
      const strike = 100 * Math.exp(h * vol * Math.sqrt(years));
      const isCall = random() < 0.5;
      const { price, truth } = quote(isCall, strike, vol, years);
      // A price whose last digit is worth more than 1e-9 vol tells nothing; the true vol is then not defined by it.
      if (!(price > 1e-12) || Math.abs(truth - vol) > 1e-9) continue;
      const found = blackImpliedVol({
        right: isCall ? 'C' : 'P',
        forward: 100,
        strike,
        years,
        discount: 1,
        price,
      });
      errors.push(Math.abs(found - truth));
    }
    errors.sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(900);
    expect(errors.every((e) => !Number.isNaN(e))).toBe(true);
    expect(errors[Math.floor(errors.length * 0.99)]).toBeLessThan(1e-14);
    expect(errors.at(-1)).toBeLessThan(1e-12);
  });

  test('far wings, down to prices of 1e-60', () => {
    for (const [strike, vol] of [
      [400, 0.09],
      [30, 0.08],
      [1000, 0.15],
      [100.5, 0.0005],
    ] as const) {
      const { price, truth } = quote(strike > 100, strike, vol, 1);
      const found = blackImpliedVol({
        right: strike > 100 ? 'C' : 'P',
        forward: 100,
        strike,
        years: 1,
        discount: 1,
        price,
      });
      expect(Math.abs(found - truth)).toBeLessThan(1e-14);
    }
  });

  test('close to the upper bound', () => {
    for (const stdDev of [4, 6, 8]) {
      const { price, truth } = quote(true, 120, stdDev, 1);
      const found = blackImpliedVol({ right: 'C', forward: 100, strike: 120, years: 1, discount: 1, price });
      expect(Math.abs(found - truth)).toBeLessThan(1e-13 * stdDev);
    }
  });

  test('gives back the vol that made the price', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 3, noNaN: true }),
        fc.double({ min: 0.001, max: 3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.7, max: 1.05, noNaN: true }),
        (vol, years, h, discount) => {
          const stdDev = vol * Math.sqrt(years);
          const strike = 250 * Math.exp(h * stdDev);
          const right = strike > 250 ? 'C' : 'P';
          const price = blackPrice({ right, forward: 250, strike, stdDev, discount });
          const found = blackImpliedVol({ right, forward: 250, strike, years, discount, price });
          const slope = Math.exp(-0.5 * (Math.abs(h) + stdDev / 2) ** 2);
          expect(Math.abs(found - vol)).toBeLessThan(vol * (1e-12 + (stdDev > 1 ? 1e-15 / slope / stdDev : 0)));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('NaN where no volatility exists', () => {
    const call = { right: 'C', forward: 100, strike: 90, years: 0.5, discount: 0.98 } as const;
    const put = { ...call, right: 'P' } as const;
    for (const price of [9.8, 9.79, 0, -1, 98, 99, NaN, Infinity]) {
      expect(blackImpliedVol({ ...call, price }), `call at ${price}`).toBeNaN();
    }
    for (const price of [0, -0.01, 88.2, 90, NaN, Infinity]) {
      expect(blackImpliedVol({ ...put, price }), `put at ${price}`).toBeNaN();
    }
    expect(blackImpliedVol({ ...call, price: 10, years: 0 })).toBeNaN();
    expect(blackImpliedVol({ ...call, price: 10, forward: -1 })).toBeNaN();
    expect(blackImpliedVol({ ...call, price: 10, strike: NaN })).toBeNaN();
    expect(blackImpliedVol({ ...call, price: 10, discount: 0 })).toBeNaN();
    expect(blackImpliedVol({ ...call, price: 9.81 })).toBeGreaterThan(0);
  });
});
