import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { americanPrice } from '../../../scanner/math/american.ts';
import { AmericanExpiry, type AmericanExpiryTerms } from '../../../scanner/math/americanExpiry.ts';
import { AmericanTables } from '../../../scanner/math/americanTables.ts';
import { blackPrice } from '../../../scanner/math/black.ts';
import { deviate, payer, type Payer, slowRuns, termsOf } from './cashPayer.ts';

describe('whatever is paid when: a share of 450, its options worth at least a cent more than exercising them', () => {
  test('prices within 0.25 cent of the single solution, vols within 1e-4 where that is worth as much', () => {
    fc.assert(
      fc.property(payer, fc.array(deviate, { minLength: 3, maxLength: 3 }), (life, options) => {
        const terms = termsOf(life);
        const expiry = new AmericanExpiry(terms);
        const sign = terms.right === 'C' ? 1 : -1;
        expiry.price(450, 450, 0.3);
        for (const { vol, depth, move } of options) {
          const spot = 450 * Math.exp(move);
          const strike = spot * Math.exp(-sign * depth * vol * Math.sqrt(terms.years));
          if (Math.abs(Math.log(spot / strike)) > 1.1) continue;
          const truth = americanPrice({ ...terms, spot, strike, vol });
          if (truth < Math.max(0, sign * (spot - strike)) + 0.01) continue;
          const found = expiry.greeks(spot, strike, vol);
          expect(Math.abs(found.price - truth)).toBeLessThan(0.0025);
          if (found.vega < 0.25) continue;
          expect(Math.abs(expiry.impliedVol(spot, strike, truth) - vol)).toBeLessThan(1e-4);
        }
      }),
      {
        ...slowRuns(40),
        // Where a table across strikes was 12 cents off, and where an edge comes and goes from one vol to the next.
        examples: [
          [
            { right: 'P', years: 1.252, rate: 0.02, dividendYield: -0.004, firstAt: 0.152, amount: 5.4 },
            [{ vol: 0.274, depth: 2.627, move: -0.0131 }],
          ],
          [
            { right: 'P', years: 0.483, rate: 0.02, dividendYield: -0.004, firstAt: 0.082, amount: 0.45 },
            [{ vol: 0.351, depth: -2.29, move: 0.0296 }],
          ],
        ],
      },
    );
  });

  test('the hours before a call goes ex-dividend, where its value bends from one vol to the next', () => {
    const hours = fc.constantFrom(17.5, 24, 72, 168, 480, 1000);
    const vols = fc.double({ min: 0.15, max: 0.6, noNaN: true });
    const strikes = fc.double({ min: 60, max: 115, noNaN: true });
    fc.assert(
      fc.property(hours, fc.constantFrom(0, 0.003, 0.02), vols, strikes, (ahead, dividendYield, vol, strike) => {
        const first = ahead / 24 / 365;
        const dividends = [0, 0.25, 0.5].map((later) => ({ years: first + later, amount: 1.5 }));
        const terms: AmericanExpiryTerms = { right: 'C', years: 0.8, rate: 0.05, dividendYield, dividends };
        const truth = americanPrice({ ...terms, spot: 100, strike, vol });
        expect(Math.abs(new AmericanExpiry(terms).price(100, strike, vol) - truth)).toBeLessThan(0.003);
      }),
      slowRuns(60),
    );
  });

  // Finite differences of another program: uniform in log spot, 3,000 nodes and more, extrapolated.
  test.each([
    [24.8056, 75.33701954, 0.21088454, 1.9, 0.057354396, 0.034288216, 1.311982226, 0.0019178082, 0.0025],
    [27.37862, 72.64299924, 0.35403974, 0.8, 0.019128843, 0, 1.590426788, 0.0001369863, 0.01],
  ])(
    'a call worth %f that goes ex-dividend in some hours',
    (value, strike, vol, years, rate, dividendYield, amount, first, within) => {
      const dividends = [0, 0.25, 0.5].map((later) => ({ years: first + later, amount }));
      const expiry = new AmericanExpiry({ right: 'C', years, rate, dividendYield, dividends });
      expect(Math.abs(expiry.price(100, strike, vol) - value)).toBeLessThan(within);
    },
  );

  test('two dividends of one day are one, also while time passes', () => {
    const later = [0.25, 0.5, 0.9].map((years) => ({ years, amount: 1.2 }));
    const twice = [0.002695, 0.002696].map((years) => ({ years, amount: 1.2 }));
    const passed = 0.000105;
    const at = (past: number, dividendYield: number): AmericanExpiryTerms => {
      const dividends = [...twice, ...later].map(({ years, amount }) => ({ years: years - past, amount }));
      return { right: 'C', years: 2.8 - past, rate: 0.05, dividendYield, dividends };
    };
    const tables = new AmericanTables();
    tables.expiry('AAA', at(0, 0.04)).price(100, 58.5, 1);
    const now = at(passed, 0.0397);
    for (const vol of [0.5, 1, 2.2]) {
      const truth = americanPrice({ ...now, spot: 101, strike: 58.5, vol });
      expect(Math.abs(tables.expiry('AAA', now).price(101, 58.5, vol) - truth)).toBeLessThan(0.003);
    }
  });

  /** Largest change of the prices of these options when the others have been solved before. */
  const changed = (life: Payer, options: readonly { strike: number; vol: number; move: number }[]): number => {
    const terms = termsOf(life);
    const fresh = (): AmericanExpiry => {
      const expiry = new AmericanExpiry(terms);
      expiry.price(450, 450, 0.3);
      return expiry;
    };
    const used = fresh();
    const changes = options.map(({ strike, vol, move }) => {
      const spot = 450 * Math.exp(move);
      return Math.abs(used.price(spot, strike, vol) - fresh().price(spot, strike, vol));
    });
    return Math.max(...changes);
  };

  // Only where values bend from one moment to another: there a strike is solved for one moment alone, by grids with other steps.
  test('what was solved before, for other vols and spots, changes no price by a fortieth of a cent', () => {
    fc.assert(
      fc.property(payer, fc.array(deviate, { minLength: 5, maxLength: 5 }), (life, deviates) => {
        const options = deviates.map(({ vol, depth, move }) => ({ vol, move, strike: depth < 0 ? 430 : 470 }));
        expect(changed(life, options)).toBeLessThan(2.5e-4);
      }),
      slowRuns(10),
    );
  });

  test.each([
    { rate: 0.045, dividendYield: 0.003, firstAt: 0.0184916, amount: 1.09404, strike: 470, vol: 0.3751, other: 0.1 },
    { rate: 0.055, dividendYield: 0.0005, firstAt: 0.01, amount: 0.4, strike: 470, vol: 0.75, other: 0.1 },
  ])('another vol at which the value bends from one vol to the next changes nothing at all: %o', (one) => {
    const { strike, vol, other, ...paid } = one;
    const life: Payer = { right: 'P', years: 1.8, ...paid };
    const options = [
      { strike, vol: other, move: -0.036 },
      { strike, vol, move: 0 },
    ];
    expect(changed(life, options)).toBeLessThan(1e-9);
  });

  test.each([
    { years: 0.906, hours: 15, amount: 0.52, strike: 1836, vol: 0.466 },
    { years: 1.017, hours: 16, amount: 0.44, strike: 1454, vol: 0.395 },
  ])(
    'puts with strikes of several spots, worth little more than what waiting for the dividend is: %o',
    ({ years, hours, amount, strike, vol }) => {
      const paid = { rate: 0.0005, dividendYield: -0.003, firstAt: hours / 8760, amount };
      const terms = termsOf({ right: 'P', years, ...paid });
      const truth = americanPrice({ ...terms, spot: 450, strike, vol });
      expect(Math.abs(new AmericanExpiry(terms).price(450, strike, vol) - truth)).toBeLessThan(0.0025);
    },
  );

  test.each([
    { right: 'P', strike: 100, vol: 0.1, years: 0.02 },
    { right: 'P', strike: 92, vol: 0.07, years: 0.01 },
    { right: 'P', strike: 90, vol: 0.04, years: 0.02 },
  ] as const)(
    'a special dividend of many standard deviations, without interest: %o',
    ({ right, strike, vol, years }) => {
      // Nothing is earned by exercising a put before the dividend, nor after it: it is European.
      const [at, amount] = [0.5 * years, 10];
      const half = vol * Math.sqrt(at);
      let value = 0;
      const step = 0.001;
      for (let z = -9; z <= 9; z += step) {
        const spot = 100 * Math.exp(half * z - 0.5 * half * half) - amount;
        const after = blackPrice({ right, forward: spot, strike, stdDev: half, discount: 1 });
        value += ((after * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)) * step;
      }
      const terms = { right, years, rate: 0, dividendYield: 0, dividends: [{ years: at, amount }] };
      expect(Math.abs(americanPrice({ ...terms, spot: 100, strike, vol }) - value)).toBeLessThan(1e-4);
      expect(Math.abs(new AmericanExpiry(terms).price(100, strike, vol) - value)).toBeLessThan(2e-4);
    },
  );
});

test('quotes below what waiting for the dividend is worth for sure have no vol, and nothing is solved to find that', () => {
  const dividends = [{ years: 0.003, amount: 1.6 }];
  const terms: AmericanExpiryTerms = { right: 'P', years: 0.118, rate: 0.045, dividendYield: 0, dividends };
  let asked = 0;
  const put = new AmericanTables({ ask: () => asked++ }).expiry('key', terms);
  const strikes = Float64Array.from([480, 500, 540]);
  // 1.6 more than now, and less than a cent of interest.
  for (const [more, count] of [
    [1.5, 0],
    [1.7, 3],
  ] as const) {
    const vols = new Float64Array(3);
    const prices = strikes.map((strike) => strike - 450 + more);
    put.impliedVols(450, strikes, prices, vols);
    expect(vols.filter((vol) => vol > 0)).toHaveLength(count);
    if (count === 0) expect(asked).toBe(0);
    for (const [i, vol] of vols.entries()) {
      const strike = strikes[i] ?? NaN;
      if (vol > 0) expect(americanPrice({ ...terms, spot: 450, strike, vol })).toBeCloseTo(prices[i] ?? NaN, 3);
    }
  }
});

describe('work that is no longer wanted', () => {
  const terms: AmericanExpiryTerms = termsOf({
    ...{ right: 'P', years: 0.4, rate: 0.045, dividendYield: 0, firstAt: 0.1, amount: 1.6 },
  });
  const strikes = Float64Array.from({ length: 12 }, (_, i) => 400 + 10 * i);
  const prices = strikes.map((strike) => americanPrice({ ...terms, spot: 450, strike, vol: 0.2 + strike / 5000 }));

  /** Vols from tables that ask; the questions are counted. */
  function solve(tables: AmericanTables): Float64Array {
    const vols = new Float64Array(strikes.length);
    tables.expiry('key', terms).impliedVols(450, strikes, prices, vols);
    return vols;
  }

  test('ends at the next question, loses nothing, and is taken up where it ended', () => {
    let asked = 0;
    const whole = solve(new AmericanTables({ ask: () => asked++ }));
    strikes.forEach((strike, i) => expect(whole[i], String(strike)).toBeCloseTo(0.2 + strike / 5000, 5));
    expect(asked).toBeGreaterThan(8);
    // Two solutions at a time: as many questions in all, but for those that ended a round.
    let left = 0;
    let solved = 0;
    const tables = new AmericanTables({
      ask: () => {
        if (left-- === 0) throw new Error('enough');
        solved++;
      },
    });
    let ended = 0;
    for (let found: Float64Array | undefined; !found;) {
      left = 2;
      try {
        found = solve(tables);
        expect(found).toEqual(whole);
      } catch (error) {
        expect(error).toEqual(new Error('enough'));
        ended++;
      }
    }
    expect(solved).toBe(asked);
    expect(ended).toBeGreaterThan(3);
  });

  test('a blend that was ended halfway is not taken for one', () => {
    const put = { right: 'P', years: 0.25, rate: 0.05, dividendYield: 0.01 } as const;
    const later = { ...put, years: 0.245, dividendYield: 0.0105 };
    let left = Infinity;
    const ask = (): void => {
      if (left-- === 0) throw new Error('enough');
    };
    const tables = new AmericanTables({ ask });
    tables.expiry('key', put);
    for (left of [0, 1, 1]) {
      expect(() => tables.expiry('key', later)).toThrow('enough');
      expect(tables.bytes).toBeGreaterThan(0);
    }
    left = Infinity;
    const price = tables.expiry('key', later).price(100, 108, 0.3);
    expect(Math.abs(price - new AmericanExpiry(later).price(100, 108, 0.3))).toBeLessThan(1e-4);
  });
});
