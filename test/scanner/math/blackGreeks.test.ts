import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blackPrice } from '../../../scanner/math/black.ts';
import { blackGreeks, type Greeks } from '../../../scanner/math/blackGreeks.ts';

interface Market {
  right: 'C' | 'P';
  spot: number;
  strike: number;
  years: number;
  vol: number;
  rate: number;
  dividendYield: number;
}

function greeks({ rate, dividendYield, ...m }: Market): Greeks {
  const forward = m.spot * Math.exp((rate - dividendYield) * m.years);
  return blackGreeks({ ...m, forward, discount: Math.exp(-rate * m.years) });
}

function price({ right, spot, strike, years, vol, rate, dividendYield }: Market): number {
  const forward = spot * Math.exp((rate - dividendYield) * years);
  return blackPrice({ right, forward, strike, stdDev: vol * Math.sqrt(years), discount: Math.exp(-rate * years) });
}

const market = fc.record({
  right: fc.constantFrom('C' as const, 'P' as const),
  spot: fc.double({ min: 50, max: 200, noNaN: true }),
  strike: fc.double({ min: 60, max: 180, noNaN: true }),
  years: fc.double({ min: 0.05, max: 2, noNaN: true }),
  vol: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.06, noNaN: true }),
});

/** Five-point difference: error of order step^4. */
function slope(f: (shift: number) => number, step: number): number {
  return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
}

describe('Black Greeks', () => {
  test('are the derivatives of the price', () => {
    fc.assert(
      fc.property(market, (m) => {
        const g = greeks(m);
        const by = (key: 'spot' | 'years' | 'vol' | 'rate', step: number): number =>
          slope((shift) => price({ ...m, [key]: m[key] + shift }), step);
        const deltaBy = (key: 'spot' | 'years' | 'vol', step: number): number =>
          slope((shift) => greeks({ ...m, [key]: m[key] + shift }).delta, step);
        expect(g.price).toBeCloseTo(price(m), 12);
        expect(g.delta).toBeCloseTo(by('spot', 0.02), 6);
        expect(g.gamma).toBeCloseTo(deltaBy('spot', 0.02), 6);
        expect(g.vega).toBeCloseTo(by('vol', 1e-3) / 100, 6);
        expect(g.theta).toBeCloseTo(-by('years', 1e-4) / 365, 6);
        expect(g.rho).toBeCloseTo(by('rate', 1e-4) / 100, 6);
        expect(g.vanna).toBeCloseTo(deltaBy('vol', 1e-3) / 100, 6);
        expect(g.charm).toBeCloseTo(-deltaBy('years', 1e-4) / 365, 6);
      }),
      { numRuns: 2000 },
    );
  });

  test('values printed by Haug (1998), chapter 2', () => {
    const base = { spot: 105, strike: 100, years: 0.5, vol: 0.36, rate: 0.1, dividendYield: 0.1 };
    expect(greeks({ ...base, right: 'C' }).delta).toBeCloseTo(0.5946, 4);
    expect(greeks({ ...base, right: 'P' }).delta).toBeCloseTo(-0.3566, 4);
    const stock = { spot: 55, strike: 60, years: 0.75, vol: 0.3, rate: 0.1, dividendYield: 0, right: 'C' } as const;
    expect(greeks(stock).gamma).toBeCloseTo(0.0278, 4);
    expect(greeks(stock).vega * 100).toBeCloseTo(18.9358, 4);
    const put = { spot: 430, strike: 405, years: 1 / 12, vol: 0.2, rate: 0.07, dividendYield: 0.05 } as const;
    expect(greeks({ ...put, right: 'P' }).theta * 365).toBeCloseTo(-31.1924, 4);
    const call = { spot: 72, strike: 75, years: 1, vol: 0.19, rate: 0.09, dividendYield: 0, right: 'C' } as const;
    expect(greeks(call).rho * 100).toBeCloseTo(38.7325, 4);
  });

  test('call and put share gamma, vega and vanna; deltas differ by the carry', () => {
    fc.assert(
      fc.property(market, (m) => {
        const call = greeks({ ...m, right: 'C' });
        const put = greeks({ ...m, right: 'P' });
        expect(call.gamma).toBeCloseTo(put.gamma, 14);
        expect(call.vega).toBeCloseTo(put.vega, 14);
        expect(call.vanna).toBeCloseTo(put.vanna, 14);
        expect(call.delta - put.delta).toBeCloseTo(Math.exp(-m.dividendYield * m.years), 13);
      }),
      { numRuns: 1000 },
    );
  });

  test('limits at no time and no volatility are steps, never NaN', () => {
    fc.assert(
      fc.property(market, fc.constantFrom('years', 'vol'), (m, key) => {
        const g = greeks({ ...m, [key]: 0 });
        for (const value of Object.values(g)) expect(value).not.toBeNaN();
        const forward = key === 'vol' ? m.spot * Math.exp((m.rate - m.dividendYield) * m.years) : m.spot;
        const pays = m.right === 'C' ? forward > m.strike : forward < m.strike;
        const carry = key === 'vol' ? Math.exp(-m.dividendYield * m.years) : 1;
        expect(g.delta).toBeCloseTo((pays ? carry : 0) * (m.right === 'C' ? 1 : -1), 12);
        expect(g.gamma).toBe(0);
        const near = greeks({ ...m, [key]: 1e-9 });
        expect(g.price).toBeCloseTo(near.price, 4);
        if (key === 'vol') expect(g.theta).toBeCloseTo(near.theta, 6);
      }),
      { numRuns: 1000 },
    );
  });

  test('at the money at expiry: half a share, no NaN', () => {
    const g = blackGreeks({ right: 'C', spot: 100, forward: 100, strike: 100, years: 0, vol: 0.2, discount: 1 });
    expect(g).toMatchObject({ price: 0, delta: 0.5, gamma: 0, theta: 0, vega: 0 });
  });

  test('refuses what it cannot price', () => {
    const good = { right: 'C', spot: 100, forward: 100, strike: 100, years: 1, vol: 0.2, discount: 1 } as const;
    for (const bad of [{ spot: 0 }, { forward: -1 }, { strike: NaN }, { years: -1 }, { vol: NaN }]) {
      expect(() => blackGreeks({ ...good, ...bad })).toThrow(RangeError);
    }
  });
});
