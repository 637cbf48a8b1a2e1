import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { americanPrice } from '../../../scanner/math/american.ts';
import { AmericanExpiry, type AmericanExpiryTerms } from '../../../scanner/math/americanExpiry.ts';
import { slowAmericanPrice } from './slowAmerican.ts';

/**
 * QuantLib 1.29, FdBlackScholesVanillaEngine in the spot model of cash dividends, 1,000 and 2,000 steps in time and space,
 * extrapolated linearly; `step` is what the finer grid changed.
 */
const QUANTLIB = new URL('../../fixtures/american/quantlib-cash-dividends.csv', import.meta.url);

interface Quote {
  terms: AmericanExpiryTerms;
  spot: number;
  strike: number;
  vol: number;
  price: number;
  step: number;
}

const quotes: Quote[] = readFileSync(QUANTLIB, 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => {
    const [right, spot, strike, rate, dividendYield, vol, days, paid, price, step] = line.split(',');
    const dividends = (paid ?? '').split(' ').map((entry) => {
      const [amount = NaN, day = NaN] = entry.split('@').map(Number);
      return { amount, years: day / 365 };
    });
    return {
      terms: {
        right: right === 'C' ? 'C' : 'P',
        years: Number(days) / 365,
        rate: Number(rate),
        dividendYield: Number(dividendYield),
        dividends,
      },
      spot: Number(spot),
      strike: Number(strike),
      vol: Number(vol),
      price: Number(price),
      step: Number(step),
    };
  });

const kept = new Map<string, AmericanExpiry>();

function expiryOf(terms: AmericanExpiryTerms): AmericanExpiry {
  const key = JSON.stringify(terms);
  const expiry = kept.get(key) ?? new AmericanExpiry(terms);
  kept.set(key, expiry);
  return expiry;
}

/** A quarterly payer's option of half a year. */
const half = {
  years: 0.5,
  rate: 0.05,
  dividendYield: 0,
  dividends: [
    { years: 0.125, amount: 0.6 },
    { years: 0.375, amount: 0.6 },
  ],
};
const halves = { C: new AmericanExpiry({ right: 'C', ...half }), P: new AmericanExpiry({ right: 'P', ...half }) };
// Made around the first spot that is asked for, tables serve all of the spots below.
for (const expiry of Object.values(halves)) expiry.price(100, 100, 0.3);

const option = fc.record({
  right: fc.constantFrom('C' as const, 'P' as const),
  spot: fc.double({ min: 98, max: 102, noNaN: true }),
  strike: fc.double({ min: 65, max: 150, noNaN: true }),
  vol: fc.double({ min: 0.12, max: 1, noNaN: true }),
});

describe('chains with cash dividends, from a table', () => {
  test('QuantLib agrees: single prices and the table within 0.03 cent on a share of 100', () => {
    expect(quotes).toHaveLength(98);
    for (const { terms, spot, strike, vol, price, step } of quotes) {
      const single = Math.abs(americanPrice({ ...terms, spot, strike, vol }) - price);
      expect(single, `${terms.right} ${strike} ${terms.years}`).toBeLessThan(2.5e-6 * spot + 0.1 * Math.abs(step));
      const tabled = Math.abs(expiryOf(terms).price(spot, strike, vol) - price);
      expect(tabled, `${terms.right} ${strike} ${terms.years}`).toBeLessThan(2.5e-6 * spot + 0.1 * Math.abs(step));
    }
  });

  test('QuantLib prices give back their vol within 1e-4 where there is vega', () => {
    let count = 0;
    for (const { terms, spot, strike, vol, price } of quotes) {
      // 0.05 per point: on the others the last digits of QuantLib's price are worth 1e-4.
      if (expiryOf(terms).greeks(spot, strike, vol).vega < 0.05) continue;
      count++;
      const found = expiryOf(terms).impliedVol(spot, strike, price);
      expect(Math.abs(found - vol), `${terms.right} ${strike} ${terms.years}`).toBeLessThan(1e-4);
    }
    expect(count).toBeGreaterThan(55);
  });

  // The same engine, 2,000 and 4,000 (the first five 1,000 and 2,000) steps. At these strikes the interest is about the
  // dividend, or the option is all but exercised.
  test.each([
    ['C', 144.81, 0.47143, 329, 305.70794],
    ['C', 169.34, 0.47928, 329, 282.44564],
    ['C', 219.35, 0.25611, 329, 233.66441],
    ['P', 725.11, 0.33421, 329, 275.38774],
    ['C', 224.94, 0.40693, 146, 226.52379],
    ['C', 342.54, 0.18781, 329, 116.15205],
    ['C', 337.8, 0.25796, 329, 123.87707],
    ['P', 580.72, 0.2604, 329, 133.85544],
    ['P', 531.71, 0.18951, 329, 84.35911],
  ] as const)('QuantLib agrees within 1e-5 of the spot where exercising begins to pay: %s %d', (...quote) => {
    const [right, strike, vol, days, price] = quote;
    const dividends = [18, 109, 200, 291].map((day) => ({ years: day / 365, amount: 1.6 }));
    const expiry = expiryOf({ right, years: days / 365, rate: 0.045, dividendYield: 0, dividends });
    expect(Math.abs(expiry.price(450, strike, vol) - price)).toBeLessThan(1e-5 * 450);
  });

  // Where tables were wrong by up to 0.4 cent and 12e-4 of vol: exercise between the nodes of a grid, a put exercised from a
  // few days ago on, a strike at which exercising begins to pay.
  test.each([
    ['P', 562.81, 0.2895, 329],
    ['P', 636.17, 0.4696, 329],
    ['P', 698.97, 0.2857, 329],
    ['P', 725.11, 0.3342, 329],
    ['C', 144.81, 0.4714, 329],
    ['C', 158.06, 0.4078, 329],
    ['C', 342.54, 0.1878, 329],
    ['P', 746.02, 0.47, 146],
    ['P', 799.52, 0.5069, 146],
    ['C', 333.31, 0.1665, 146],
  ] as const)('within 0.25 cent and 1e-4 of vol on a share of 450: %s %d, vol %d, %d days', (...quote) => {
    const [right, strike, vol, days] = quote;
    const dividends = [18, 109, 200, 291].map((day) => ({ years: day / 365, amount: 1.6 }));
    const terms = { right, years: days / 365, rate: 0.045, dividendYield: 0, dividends };
    const truth = americanPrice({ ...terms, spot: 450, strike, vol });
    expect(Math.abs(expiryOf(terms).price(450, strike, vol) - truth)).toBeLessThan(0.0025);
    expect(Math.abs(expiryOf(terms).impliedVol(450, strike, truth) - vol)).toBeLessThan(1e-4);
  });

  test('far out of the money: strikes up to five times the spot', () => {
    const { C: call } = halves;
    for (const strike of [350, 420, 500]) {
      const truth = americanPrice({ right: 'C', ...half, spot: 100, strike, vol: 0.9 });
      expect(Math.abs(call.price(100, strike, 0.9) - truth)).toBeLessThan(2e-4);
      expect(call.impliedVol(100, strike, truth)).toBeCloseTo(0.9, 4);
    }
  });

  test.each([
    { right: 'P', strike: 110 },
    { right: 'P', strike: 95 },
    { right: 'C', strike: 90 },
    { right: 'C', strike: 105 },
  ] as const)('repeated quadrature agrees: %o', ({ right, strike }) => {
    const truth = slowAmericanPrice({ ...half, right, spot: 100, strike, vol: 0.3 });
    expect(Math.abs(halves[right].price(100, strike, 0.3) - truth)).toBeLessThan(4e-4);
  });

  test('our own fine grid agrees over strikes, vols and spots, and vols come back within 1e-4', () => {
    fc.assert(
      fc.property(option, ({ right, spot, strike, vol }) => {
        const input = { right, ...half, spot, strike, vol };
        const truth = americanPrice(input);
        const found = halves[right].greeks(spot, strike, vol);
        expect(Math.abs(found.price - truth)).toBeLessThan(3e-6 * strike);
        // Vega per point; on the others a tenth of a cent of price is worth more than that.
        fc.pre(found.vega > 0.1);
        expect(Math.abs(halves[right].impliedVol(spot, strike, truth) - vol)).toBeLessThan(1e-4);
      }),
      { numRuns: 150 },
    );
  });

  test('Greeks are the slopes of the prices', () => {
    fc.assert(
      fc.property(option, ({ right, spot, strike, vol }) => {
        const expiry = halves[right];
        const at = (s: number, v: number): number => expiry.price(s, strike, v);
        const found = expiry.greeks(spot, strike, vol);
        // Away from where a put is exercised today: there gamma jumps. A call waits for its dividend.
        const away = right === 'C' ? 0.02 : 0.15;
        fc.pre(found.price > Math.max(0, right === 'C' ? spot - strike : strike - spot) + away);
        const [down, here, up] = [at(spot * 0.999, vol), at(spot, vol), at(spot * 1.001, vol)];
        expect(Math.abs((up - down) / (0.002 * spot) - found.delta)).toBeLessThan(2e-4);
        expect(Math.abs((up - 2 * here + down) / (0.001 * spot) ** 2 - found.gamma)).toBeLessThan(3e-3);
        const vega = (at(spot, vol + 1e-4) - at(spot, vol - 1e-4)) / 2e-4;
        expect(Math.abs(0.01 * vega - found.vega)).toBeLessThan(1e-4);
      }),
      { numRuns: 200 },
    );
  });

  test('theta is what a day without news takes away', () => {
    for (const right of ['C', 'P'] as const) {
      const passed = 0.25 / 365;
      const dividends = half.dividends.map((d) => ({ ...d, years: d.years - passed }));
      const later = { right, ...half, years: half.years - passed, dividends };
      for (const strike of [90, 100, 110]) {
        const now = halves[right].greeks(100, strike, 0.3);
        const then = americanPrice({ ...later, spot: 100, strike, vol: 0.3 });
        const before = americanPrice({ right, ...half, spot: 100, strike, vol: 0.3 });
        expect(Math.abs((then - before) / 0.25 - now.theta)).toBeLessThan(5e-4);
      }
    }
  });

  test('at least intrinsic value, rising with vol, convex in the spot', () => {
    fc.assert(
      fc.property(option, fc.double({ min: 1.02, max: 1.5, noNaN: true }), ({ right, spot, strike, vol }, factor) => {
        const expiry = halves[right];
        const price = expiry.price(spot, strike, vol);
        const slack = 2.5e-5 * strike;
        expect(price).toBeGreaterThanOrEqual(Math.max(0, right === 'C' ? spot - strike : strike - spot));
        expect(price).toBeLessThanOrEqual(right === 'C' ? spot : strike);
        expect(expiry.price(spot, strike, vol * factor)).toBeGreaterThan(price - slack);
        const [down, up] = [expiry.price(spot - 1, strike, vol), expiry.price(spot + 1, strike, vol)];
        expect(down - 2 * price + up).toBeGreaterThan(-slack);
      }),
      { numRuns: 400 },
    );
  });

  test('columns give what single options give, in the wings too', () => {
    const strikes = Float64Array.from([1, 20, 60, 80, 95, 100, 105, 120, 200, 700, -1, NaN]);
    for (const right of ['C', 'P'] as const) {
      const expiry = halves[right];
      const vols = strikes.map((_, i) => 0.2 + 0.05 * i);
      const column = (): Float64Array => new Float64Array(strikes.length);
      const out = { price: column(), delta: column(), gamma: column(), theta: column(), vega: column() };
      expiry.greeksColumns(100, strikes, vols, out);
      const found = column();
      expiry.impliedVols(100, strikes, out.price, found);
      strikes.forEach((strike, i) => {
        const single = expiry.greeks(100, strike, vols[i] ?? NaN);
        for (const name of ['price', 'delta', 'gamma', 'theta', 'vega'] as const) {
          if (strike > 0) expect(out[name][i], `${name} ${strike}`).toBeCloseTo(single[name], 9);
          else expect(out[name][i]).toBeNaN();
        }
        if (single.vega > 1e-3) expect(Math.abs((found[i] ?? NaN) - (vols[i] ?? NaN))).toBeLessThan(1e-5);
        if (!(strike > 0)) expect(found[i]).toBeNaN();
      });
    }
  });
});

describe('cash dividends at the edges', () => {
  const base = { years: 0.25, rate: 0.04, dividendYield: 0 };
  test.each([
    {
      name: 'on the day of expiry or later',
      dividends: [
        { years: 0.25, amount: 1 },
        { years: 1, amount: 1 },
      ],
    },
    {
      name: 'today or before',
      dividends: [
        { years: 0, amount: 1 },
        { years: -0.1, amount: 1 },
      ],
    },
    { name: 'of nothing', dividends: [{ years: 0.1, amount: 0 }] },
  ])('a dividend $name is none', ({ dividends }) => {
    for (const right of ['C', 'P'] as const) {
      const price = new AmericanExpiry({ right, ...base, dividends }).price(100, 103, 0.25);
      expect(price).toBe(new AmericanExpiry({ right, ...base }).price(100, 103, 0.25));
    }
  });

  test('a dividend an hour from now or an hour before expiry is priced', () => {
    for (const years of [1 / 8760, 0.25 - 1 / 8760]) {
      for (const right of ['C', 'P'] as const) {
        const terms = { right, ...base, dividends: [{ years, amount: 1.5 }] };
        const expiry = new AmericanExpiry(terms);
        for (const strike of [85, 95, 100, 105, 115]) {
          const truth = americanPrice({ ...terms, spot: 100, strike, vol: 0.25 });
          expect(Math.abs(expiry.price(100, strike, 0.25) - truth)).toBeLessThan(3e-6 * strike);
        }
      }
    }
  });

  test('negative rates, a dividend above the spot, tiny and huge vols, strikes far out: prices between their bounds', () => {
    for (const right of ['C', 'P'] as const) {
      for (const [rate, amount] of [
        [-0.01, 1],
        [0.04, 130],
        [0.04, 40],
      ] as const) {
        const expiry = new AmericanExpiry({ right, ...base, rate, dividends: [{ years: 0.1, amount }] });
        for (const strike of [5, 70, 100, 140, 2000]) {
          for (const vol of [0, 0.01, 0.3, 4]) {
            const { price, delta, gamma, theta, vega } = expiry.greeks(100, strike, vol);
            const most = right === 'C' ? 100 : strike * Math.exp(Math.max(0, -rate * base.years));
            expect(price).toBeGreaterThanOrEqual(Math.max(0, right === 'C' ? 100 - strike : strike - 100));
            expect(price).toBeLessThanOrEqual(most);
            for (const greek of [delta, gamma, theta, vega]) expect(greek).not.toBeNaN();
          }
        }
      }
    }
  });

  test('NaN where there is no vol', () => {
    const put = halves.P;
    for (const price of [20, 19.99, -1, 121, NaN]) expect(put.impliedVol(100, 120, price)).toBeNaN();
    // A call that will be exercised for sure before the first dividend.
    const certain = 100 - 50 * Math.exp(-0.05 * 0.125);
    expect(halves.C.impliedVol(100, 50, Math.min(certain, halves.C.price(100, 50, 0)))).toBeNaN();
    expect(put.impliedVol(0, 100, 5)).toBeNaN();
  });
});
