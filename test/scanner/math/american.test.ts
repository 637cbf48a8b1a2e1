import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  americanGreeks,
  americanImpliedVol,
  americanPrice,
  type AmericanInput,
} from '../../../scanner/math/american.ts';
import { blackPrice } from '../../../scanner/math/black.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import { slowAmericanPrice } from './slowAmerican.ts';

const base = { spot: 100, strike: 100, years: 1, rate: 0.05, dividendYield: 0, vol: 0.3 } as const;

function european({ right, spot, strike, years, rate, dividendYield, vol }: AmericanInput): number {
  const forward = spot * Math.exp((rate - dividendYield) * years);
  return blackPrice({ right, forward, strike, stdDev: vol * Math.sqrt(years), discount: Math.exp(-rate * years) });
}

const market = fc.record({
  right: fc.constantFrom('C' as const, 'P' as const),
  spot: fc.double({ min: 60, max: 160, noNaN: true }),
  strike: fc.constant(100),
  years: fc.double({ min: 0.01, max: 2, noNaN: true }),
  rate: fc.double({ min: 0, max: 0.08, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.06, noNaN: true }),
  vol: fc.double({ min: 0.08, max: 0.9, noNaN: true }),
});

describe('American price', () => {
  test.each([
    { right: 'P', strike: 110 },
    { right: 'P', strike: 90, dividendYield: 0.03 },
    { right: 'C', strike: 95, dividendYield: 0.08 },
    { right: 'P', strike: 105, rate: 0.03, dividendYield: 0.03, years: 0.25, vol: 0.2 },
    { right: 'C', strike: 100, rate: 0.01, dividendYield: 0.04, years: 0.5 },
  ] as const)('continuous yield agrees with repeated quadrature: %o', (change) => {
    const input = { ...base, ...change };
    expect(Math.abs(americanPrice(input) - slowAmericanPrice(input))).toBeLessThan(3e-4);
  });

  test.each([
    { right: 'P', strike: 110, dividends: [{ years: 0.375, amount: 2 }] },
    { right: 'P', strike: 90, dividends: [{ years: 0.375, amount: 2 }] },
    { right: 'C', strike: 90, dividends: [{ years: 0.5, amount: 4 }] },
    { right: 'C', strike: 130, rate: 0.06, dividends: [{ years: 0.5, amount: 7 }] },
    {
      right: 'P',
      strike: 100,
      dividends: [
        { years: 0.25, amount: 1 },
        { years: 0.75, amount: 1.5 },
      ],
    },
    { right: 'C', strike: 100, dividendYield: 0.02, dividends: [{ years: 0.75, amount: 3 }] },
  ] as const)('cash dividends agree with repeated quadrature: %o', (change) => {
    const input = { ...base, ...change };
    expect(Math.abs(americanPrice(input) - slowAmericanPrice(input))).toBeLessThan(4e-4);
  });

  test('cash dividends: within bounds, and no worse for puts nor better for calls than none, whatever they are', () => {
    const dividend = fc.record({
      years: fc.double({ min: 0, max: 2, noNaN: true }),
      amount: fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 150, noNaN: true })),
    });
    fc.assert(
      fc.property(
        market,
        fc.double({ min: -0.05, max: 0.08, noNaN: true }),
        fc.array(dividend, { minLength: 1, maxLength: 4 }),
        (m, rate, dividends) => {
          const plain = { ...m, rate };
          const price = americanPrice({ ...plain, dividends });
          expect(price).toBeGreaterThanOrEqual(Math.max(0, m.right === 'C' ? m.spot - m.strike : m.strike - m.spot));
          expect(price).toBeLessThanOrEqual(
            m.right === 'C' ? m.spot : m.strike * Math.exp(Math.max(0, -rate * m.years)),
          );
          const without = americanPrice(plain);
          expect(m.right === 'C' ? price - without : without - price).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('values printed by Andersen, Lake and Offengenden (2016), table 2: put with r = q = 5 %, vol 25 %', () => {
    const terms = { right: 'P', strike: 100, years: 1, rate: 0.05, dividendYield: 0.05, vol: 0.25 } as const;
    const premium = (spot: number): number => americanPrice({ ...terms, spot }) - european({ ...terms, spot });
    expect(premium(80)).toBeGreaterThan(premium(100));
    expect(premium(100)).toBeCloseTo(0.106952702747, 8);
  });

  test('is at least European and intrinsic, and at most the strike or the share', () => {
    fc.assert(
      fc.property(market, (m) => {
        const price = americanPrice(m);
        expect(price).toBeGreaterThanOrEqual(european(m) - 1e-9);
        expect(price).toBeGreaterThanOrEqual(Math.max(0, m.right === 'C' ? m.spot - m.strike : m.strike - m.spot));
        expect(price).toBeLessThanOrEqual(m.right === 'C' ? m.spot : m.strike);
      }),
      { numRuns: 300 },
    );
  });

  test('rises with volatility and with time', () => {
    fc.assert(
      fc.property(market, fc.double({ min: 1.01, max: 1.5, noNaN: true }), (m, factor) => {
        const price = americanPrice(m);
        expect(americanPrice({ ...m, vol: m.vol * factor })).toBeGreaterThanOrEqual(price - 3e-6);
        expect(americanPrice({ ...m, years: m.years * factor })).toBeGreaterThanOrEqual(price - 3e-6);
      }),
      { numRuns: 150 },
    );
  });

  test('is convex in spot, with a slope between 0 and 1 share', () => {
    fc.assert(
      fc.property(market, fc.double({ min: 0.5, max: 5, noNaN: true }), (m, step) => {
        const [down, here, up] = [-step, 0, step].map((s) => americanPrice({ ...m, spot: m.spot + s })) as [
          number,
          number,
          number,
        ];
        expect(down - 2 * here + up).toBeGreaterThanOrEqual(-4e-6);
        const sign = m.right === 'C' ? 1 : -1;
        expect(sign * (up - here)).toBeGreaterThanOrEqual(-2e-6);
        expect(sign * (up - here)).toBeLessThanOrEqual(step + 2e-6);
      }),
      { numRuns: 150 },
    );
  });

  test('a call is the put with spot and strike, rate and yield exchanged (symmetry), also on the grid', () => {
    const call = { ...base, right: 'C', strike: 110, dividendYield: 0.07 } as const;
    const put = { ...call, right: 'P', spot: 110, strike: 100, rate: 0.07, dividendYield: 0.05 } as const;
    expect(americanPrice(call)).toBeCloseTo(americanPrice(put), 12);
    // A dividend too small to matter sends the same option through the finite differences.
    const tiny = [{ years: 0.5, amount: 1e-9 }];
    expect(americanPrice({ ...call, dividends: tiny })).toBeCloseTo(americanPrice(call), 3.7);
    expect(americanPrice({ ...put, dividends: tiny })).toBeCloseTo(americanPrice(put), 3.7);
  });

  test('a call without dividends and a put without interest are European', () => {
    const call = { ...base, right: 'C' } as const;
    expect(americanPrice(call)).toBe(european(call));
    const put = { ...base, right: 'P', rate: 0, dividendYield: 0.02 } as const;
    expect(americanPrice(put)).toBe(european(put));
  });

  test('deep in the money is intrinsic value', () => {
    expect(americanPrice({ ...base, right: 'P', spot: 40 })).toBe(60);
    expect(americanPrice({ ...base, right: 'C', spot: 300, dividendYield: 0.2 })).toBe(200);
  });

  test('negative rates with two boundaries go through the grid', () => {
    const put = { ...base, right: 'P', rate: -0.01, dividendYield: -0.04 } as const;
    expect(americanPrice(put)).toBeGreaterThanOrEqual(european(put) - 1e-4);
    expect(Math.abs(americanPrice(put) - slowAmericanPrice(put))).toBeLessThan(2e-3);
    // A yield below zero is paid to who waits: worth more than the share itself.
    const call = { ...base, right: 'C', strike: 1, rate: -0.04, dividendYield: -0.03, years: 2 } as const;
    expect(americanPrice(call)).toBeGreaterThan(100);
    expect(americanPrice(call)).toBeGreaterThanOrEqual(european(call) - 1e-4);
    expect(Math.abs(americanPrice(call) - slowAmericanPrice(call))).toBeLessThan(2e-3);
  });

  test('without time or volatility: the best moment to exercise', () => {
    expect(americanPrice({ ...base, right: 'P', spot: 90, years: 0 })).toBe(10);
    expect(americanPrice({ ...base, right: 'P', spot: 90, vol: 0 })).toBe(10);
    // Nothing to fear: hold the call to expiry and pay the strike late.
    expect(americanPrice({ ...base, right: 'C', spot: 120, vol: 0 })).toBeCloseTo(120 - 100 * Math.exp(-0.05), 10);
    // With a big dividend exercise just before it.
    const dividends = [{ years: 0.5, amount: 10 }];
    const early = 120 - 100 * Math.exp(-0.025);
    expect(americanPrice({ ...base, right: 'C', spot: 120, vol: 0, dividends })).toBeCloseTo(early, 10);
    expect(americanPrice({ ...base, right: 'P', vol: 0, dividends })).toBeCloseTo(
      100 * Math.exp(-0.025) - (100 - 10 * Math.exp(-0.025)),
      10,
    );
    for (const rate of [0, 0.05]) {
      for (const dividendYield of [0, 0.05]) {
        for (const right of ['C', 'P'] as const) {
          const price = americanPrice({ ...base, right, rate, dividendYield, vol: 0, spot: 97 });
          const near = americanPrice({ ...base, right, rate, dividendYield, vol: 0.004, spot: 97 });
          expect(Math.abs(price - near)).toBeLessThan(2e-3);
        }
      }
    }
  });

  test('refuses what it cannot price', () => {
    for (const bad of [{ spot: 0 }, { strike: -1 }, { years: -1 }, { vol: NaN }, { vol: Infinity }, { rate: NaN }]) {
      expect(() => americanPrice({ ...base, right: 'C', ...bad })).toThrow(RangeError);
    }
  });
});

describe('American implied volatility', () => {
  test('gives back the vol that made the price, to 1e-6', () => {
    fc.assert(
      fc.property(market, (m) => {
        const price = americanPrice(m);
        const slope = (americanPrice({ ...m, vol: m.vol + 1e-3 }) - price) / 1e-3;
        // At exercise value, or nearly, there is no vega to read a vol from.
        fc.pre(slope > 2);
        expect(Math.abs(americanImpliedVol({ ...m, price }) - m.vol)).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test('with cash dividends', () => {
    const terms = { ...base, right: 'P', strike: 105, dividends: [{ years: 0.3, amount: 2 }] } as const;
    expect(americanImpliedVol({ ...terms, price: americanPrice({ ...terms, vol: 0.27 }) })).toBeCloseTo(0.27, 7);
  });

  test('NaN where no volatility exists', () => {
    const put = { ...base, right: 'P', strike: 120 } as const;
    for (const price of [19, 20, 121, NaN, -1]) expect(americanImpliedVol({ ...put, price })).toBeNaN();
    expect(americanImpliedVol({ ...put, price: 25, years: 0 })).toBeNaN();
  });
});

describe('American Greeks', () => {
  test('of a European-equivalent call are Black Greeks', () => {
    const call = { ...base, right: 'C', strike: 105 } as const;
    const discount = Math.exp(-0.05);
    const truth = blackGreeks({ ...call, forward: 100 / discount, discount });
    const found = americanGreeks(call);
    expect(found.price).toBeCloseTo(truth.price, 10);
    for (const [name, digits] of [
      ['delta', 5],
      ['gamma', 5],
      ['theta', 5],
      ['vega', 5],
      ['rho', 4],
      ['vanna', 5],
      ['charm', 5],
    ] as const) {
      expect(found[name], name).toBeCloseTo(truth[name], digits);
    }
  });

  test('satisfy the Black-Scholes equation where holding is optimal', () => {
    for (const right of ['C', 'P'] as const) {
      for (const spot of [95, 105, 115]) {
        const input = { ...base, right, spot, dividendYield: 0.04 };
        const g = americanGreeks(input);
        const drift = (base.rate - input.dividendYield) * spot * g.delta;
        const residual = g.theta * 365 + 0.5 * base.vol ** 2 * spot ** 2 * g.gamma + drift - base.rate * g.price;
        expect(Math.abs(residual)).toBeLessThan(0.01);
      }
    }
  });

  test('where exercise is due: one share, nothing else', () => {
    const g = americanGreeks({ ...base, right: 'P', spot: 50 });
    expect(g).toMatchObject({ price: 50, gamma: 0, vega: 0, theta: 0 });
    expect(g.delta).toBeCloseTo(-1, 12);
  });

  test('at expiry and without volatility are finite', () => {
    for (const change of [{ years: 0 }, { vol: 0 }]) {
      const g = americanGreeks({ ...base, right: 'P', spot: 90, ...change });
      for (const value of Object.values(g)) expect(value).not.toBeNaN();
      expect(g.delta).toBeCloseTo(-1, 8);
    }
  });
});
