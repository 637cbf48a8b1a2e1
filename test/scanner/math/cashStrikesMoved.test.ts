import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { americanPrice } from '../../../scanner/math/american.ts';
import { AmericanExpiry, type AmericanExpiryTerms } from '../../../scanner/math/americanExpiry.ts';
import { AmericanTables } from '../../../scanner/math/americanTables.ts';
import { deviate, payer, type Payer, slowRuns, strikeOf, termsOf } from './cashPayer.ts';

describe('a share of 450 whose tables are of another moment or another yield', () => {
  /** The same payer later, with another yield. */
  function moved(terms: AmericanExpiryTerms, past: number, dividendYield: number): AmericanExpiryTerms {
    const dividends = (terms.dividends ?? []).map(({ years, amount }) => ({ years: years - past, amount }));
    return { ...terms, years: terms.years - past, dividendYield, dividends };
  }

  function errorAt(
    life: Payer,
    since: { past: number; yields: number },
    option: { strike: number; vol: number },
  ): number {
    const before = termsOf(life);
    const now = moved(before, since.past, since.yields);
    const tables = new AmericanTables();
    tables.expiry('key', before).price(450, option.strike, option.vol);
    const found = tables.expiry('key', now).price(450, option.strike, option.vol);
    return Math.abs(found - americanPrice({ ...now, spot: 450, ...option }));
  }

  // Dividends worth next to exactly what waiting for them costs, and lives in which nothing says whether to exercise: read
  // between other moments and yields these were a cent to 479 dollars off.
  test.each([
    ['C', 0.94451276, -0.005, -0.001, -0.0013436, 0, 0.17824429, 1.02462339, 257.818766, 0.22076848],
    ['C', 1.229, -0.002, -0.001, -0.001, 0.0008, 0.01793912, 1.30263833, 357.0245556, 0.081470924],
    ['C', 1.2952, 0.035, 0.0003, 0.00075056, 0, 0.17501029, 2.58692143, 303.1098271, 0.139994],
    ['P', 0.7792, 0.035, -0.001, -0.00149776, 0, 0.14402624, 4.6356734, 515.0365898, 0.08482963],
    ['C', 1.4051, 0.01, 0, -0.00023671, 0, 0.04477015, 0.86285958, 338.0240981, 0.0982507871],
    ['P', 1.7995, 0.02, 0.01, 0.01, 0.0117, 0.11838166, 2.32529258, 1197.0232603, 0.4286696202],
    ['P', 1.6299, 0.055, 0, -0.00006, 0.0096, 0.12815737, 4.52423061, 664.38822405, 0.1112907491],
    ['P', 0.6899, 0.035, 0, 0, 0.0175, 0.22470715, 4.8581014, 658.2416265, 0.2199751429],
  ] as const)(
    '%s of %f years at a rate of %f',
    (right, years, rate, dividendYield, yields, past, firstAt, amount, strike, vol) => {
      const life = { right, years, rate, dividendYield, firstAt, amount };
      expect(errorAt(life, { past, yields }, { strike, vol })).toBeLessThan(0.0025);
    },
  );

  test('prices are within a cent of the single solution, nearly all within 0.25 cent', () => {
    const since = fc.record({
      past: fc.double({ min: 0, max: 1, noNaN: true }),
      moved: fc.double({ min: -0.0005, max: 0.0005, noNaN: true }),
    });
    let [all, far] = [0, 0];
    fc.assert(
      fc.property(payer, since, deviate, (life: Payer, { past, moved: by }, { vol, depth }) => {
        const strike = strikeOf(life, { vol, depth });
        if (Math.abs(Math.log(450 / strike)) > 1.1) return;
        const most = Math.min(0.05 * life.years, 0.1 * life.firstAt);
        const error = errorAt(life, { past: past * most, yields: life.dividendYield + by }, { strike, vol });
        expect(error).toBeLessThan(0.01);
        all++;
        if (error > 0.0025) far++;
      }),
      slowRuns(150),
    );
    expect(all).toBeGreaterThan(75);
    expect(far).toBeLessThan(3);
  });

  test('work that was ended halfway does not hide which strikes bend', () => {
    const life = {
      right: 'C',
      years: 1.2952,
      rate: 0.035,
      dividendYield: 0.0003,
      firstAt: 0.175,
      amount: 2.5869,
    } as const;
    const now = moved(termsOf(life), 0, 0.00075);
    const strikes = Float64Array.from({ length: 9 }, (_, i) => 295 + 2 * i);
    const prices = strikes.map((strike) => americanPrice({ ...now, spot: 450, strike, vol: 0.14 }));
    function vols(endedAt: readonly number[]): Float64Array {
      let left = Infinity;
      const tables = new AmericanTables({
        ask: () => {
          if (left-- <= 0) throw new Error('enough');
        },
      });
      const found = new Float64Array(strikes.length);
      tables.expiry('key', termsOf(life)).impliedVols(450, strikes, prices, found);
      for (left of [...endedAt, Infinity]) {
        if (left === Infinity) tables.expiry('key', now).impliedVols(450, strikes, prices, found);
        else expect(() => tables.expiry('key', now).impliedVols(450, strikes, prices, found)).toThrow('enough');
      }
      return found;
    }
    const whole = vols([]);
    for (const endedAt of [[5, 2, 1], ...Array.from({ length: 56 }, (_, asked) => [asked])]) {
      for (const [i, vol] of vols(endedAt).entries()) expect(vol).toBeCloseTo(whole[i] ?? NaN, 9);
    }
  });

  // Where exercise begins was followed from one vol to the next although it was anybody's guess, and values that bend
  // between vols were read all the same: one to six cents off.
  test.each([
    ['P', 1.1698308, 0.055, 0.01, 0.07055135, 1.78811532, 458.46048142, 538.33417186, 0.12928797],
    ['P', 1.4412, 0.055, 0.01, 0.08718966867541894, 4.911904031969607, 453.7, 1087.251439918332, 0.48650502838171916],
    ['C', 0.6106, 0.02, 0.01, 0.1426335417525843, 4.538725089142099, 450.56, 262.7316957539033, 0.3650014182448627],
  ] as const)(
    'a fresh %s of %f years at a rate of %f',
    (right, years, rate, dividendYield, firstAt, amount, spot, strike, vol) => {
      const terms = termsOf({ right, years, rate, dividendYield, firstAt, amount });
      const expiry = new AmericanExpiry(terms);
      expiry.price(450, 450, 0.3);
      expect(Math.abs(expiry.price(spot, strike, vol) - americanPrice({ ...terms, spot, strike, vol }))).toBeLessThan(
        0.0025,
      );
    },
  );
});
