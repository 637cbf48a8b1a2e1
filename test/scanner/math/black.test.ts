import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blackPrice, normalisedBlack, normalisedGap } from '../../../scanner/math/black.ts';
import { preciseBlack, rounded } from './highPrecision.ts';

const market = fc.record({
  forward: fc.double({ min: 1, max: 5000, noNaN: true }),
  moneyness: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  stdDev: fc.double({ min: 0.001, max: 3, noNaN: true }),
  discount: fc.double({ min: 0.5, max: 1.1, noNaN: true }),
});
const RUNS = { numRuns: 3000 };

describe('Black price', () => {
  test('agrees with 115-digit arithmetic to 5e-15 of the out-of-the-money price where it is not vanishing', () => {
    for (const stdDev of [0.002, 0.01, 0.05, 0.13, 0.4, 0.9, 2, 3.5]) {
      for (let h = -9.7; h <= 9.7; h += 0.613) {
        const strike = 100 * Math.exp(h * stdDev);
        if (!(strike > 0.01 && strike < 1e6)) continue;
        const isCall = strike > 100;
        const truth = rounded(preciseBlack({ isCall, forward: 100, strike, stdDev }).price);
        const found = blackPrice({ right: isCall ? 'C' : 'P', forward: 100, strike, stdDev, discount: 1 });
        // ln(F/K) can only be known to a rounding error, which the price multiplies by h/stdDev.
        const conditioning = (3e-16 * (1 + Math.abs(h * stdDev)) * Math.abs(h)) / stdDev + 3e-16 * h * h * h * h;
        expect(Math.abs(found / truth - 1), `h ${h}, stdDev ${stdDev}`).toBeLessThan(5e-15 + conditioning);
      }
    }
  });

  test('prices printed by Haug (1998)', () => {
    // Section 1.1: Black-Scholes call, Merton put; section 1.1.3: Black-76 on futures.
    const growth = Math.exp(0.08 * 0.25);
    const call = blackPrice({
      right: 'C',
      forward: 60 * growth,
      strike: 65,
      stdDev: 0.3 * Math.sqrt(0.25),
      discount: 1 / growth,
    });
    expect(call).toBeCloseTo(2.1334, 4);
    const put = blackPrice({
      right: 'P',
      forward: 100 * Math.exp(0.05 * 0.5),
      strike: 95,
      stdDev: 0.2 * Math.sqrt(0.5),
      discount: Math.exp(-0.05),
    });
    expect(put).toBeCloseTo(2.4648, 4);
    for (const right of ['C', 'P'] as const) {
      const price = blackPrice({
        right,
        forward: 19,
        strike: 19,
        stdDev: 0.28 * Math.sqrt(0.75),
        discount: Math.exp(-0.075),
      });
      expect(price).toBeCloseTo(1.7011, 4);
    }
  });

  test('call minus put is the discounted forward minus strike (parity)', () => {
    fc.assert(
      fc.property(market, ({ forward, moneyness, stdDev, discount }) => {
        const terms = { forward, strike: forward * Math.exp(moneyness), stdDev, discount };
        const gap = blackPrice({ right: 'C', ...terms }) - blackPrice({ right: 'P', ...terms });
        const truth = discount * (forward - terms.strike);
        expect(Math.abs(gap - truth)).toBeLessThanOrEqual(1e-15 * 8 * (forward + terms.strike));
      }),
      RUNS,
    );
  });

  test('stays within the no-arbitrage bounds and never falls as volatility rises', () => {
    fc.assert(
      fc.property(
        market,
        fc.constantFrom('C' as const, 'P' as const),
        fc.double({ min: 1, max: 1.5, noNaN: true }),
        ({ forward, moneyness, stdDev, discount }, right, factor) => {
          const strike = forward * Math.exp(moneyness);
          const terms = { right, forward, strike, discount };
          const price = blackPrice({ ...terms, stdDev });
          const intrinsic = Math.max(0, right === 'C' ? forward - strike : strike - forward);
          expect(price).toBeGreaterThanOrEqual(discount * intrinsic);
          expect(price).toBeLessThanOrEqual(discount * (right === 'C' ? forward : strike) * (1 + 1e-15));
          expect(blackPrice({ ...terms, stdDev: stdDev * factor })).toBeGreaterThanOrEqual(price * (1 - 1e-14));
        },
      ),
      RUNS,
    );
  });

  test('is convex in the strike', () => {
    fc.assert(
      fc.property(market, fc.double({ min: 0.01, max: 0.3, noNaN: true }), (m, step) => {
        const strike = m.forward * Math.exp(m.moneyness);
        const at = (k: number): number => blackPrice({ ...m, right: 'P', strike: k });
        const butterfly = at(strike * (1 - step)) - 2 * at(strike) + at(strike * (1 + step));
        expect(butterfly).toBeGreaterThanOrEqual(-1e-14 * strike);
      }),
      RUNS,
    );
  });

  test('a call is the put with forward and strike exchanged (symmetry)', () => {
    fc.assert(
      fc.property(market, ({ forward, moneyness, stdDev, discount }) => {
        const strike = forward * Math.exp(moneyness);
        const call = blackPrice({ right: 'C', forward, strike, stdDev, discount });
        const put = blackPrice({ right: 'P', forward: strike, strike: forward, stdDev, discount });
        expect(Math.abs(call - put)).toBeLessThanOrEqual(
          2e-14 * (1 + (moneyness / stdDev) ** 2 / stdDev) * call + 1e-300,
        );
      }),
      RUNS,
    );
  });

  test('is intrinsic value without volatility and its bound with too much', () => {
    const terms = { forward: 110, strike: 100, discount: 0.9 } as const;
    expect(blackPrice({ right: 'C', ...terms, stdDev: 0 })).toBeCloseTo(9, 12);
    expect(blackPrice({ right: 'P', ...terms, stdDev: 0 })).toBe(0);
    expect(blackPrice({ right: 'C', ...terms, stdDev: 1e3 })).toBeCloseTo(99, 10);
    expect(blackPrice({ right: 'P', ...terms, stdDev: Infinity })).toBeCloseTo(90, 10);
  });

  test('price and gap to the bound add up to the bound', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 0, noNaN: true }),
        fc.double({ min: 0.001, max: 8, noNaN: true }),
        (x, s) => {
          expect(normalisedBlack(x, s) + normalisedGap(x, s)).toBeCloseTo(Math.exp(x / 2), 14);
        },
      ),
      RUNS,
    );
  });

  test('refuses what it cannot price', () => {
    const good = { right: 'C', forward: 100, strike: 100, stdDev: 0.2, discount: 1 } as const;
    for (const bad of [{ forward: 0 }, { strike: -1 }, { stdDev: -0.1 }, { stdDev: NaN }, { discount: 0 }]) {
      expect(() => blackPrice({ ...good, ...bad })).toThrow(RangeError);
    }
  });
});
