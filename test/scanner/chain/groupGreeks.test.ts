import fc from 'fast-check';
import { expect, test } from 'vitest';
import { yieldBesides, type ExpiryMarket } from '../../../scanner/chain/expiryMarket.ts';
import { groupGreeks, type GreekColumns, type GroupQuotes } from '../../../scanner/chain/groupGreeks.ts';
import { americanImpliedVol } from '../../../scanner/math/american.ts';
import { AmericanExpiry } from '../../../scanner/math/americanExpiry.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import { blackImpliedVol } from '../../../scanner/math/impliedVol.ts';

const SPOT = 100;

function marketOf(years: number, forward: number, dividends: ExpiryMarket['dividends'] = []): ExpiryMarket {
  const rate = 0.04;
  const dividendYield = rate - Math.log(forward / SPOT) / years;
  const discount = Math.exp(-rate * years);
  return { spot: SPOT, atMs: 0, dte: 30, years, rate, discount, forward, dividendYield, dividends };
}

function groupOf(symbol: string, right: 'C' | 'P', rowCount: number) {
  return { symbol, root: symbol, expiry: '2024-03-15', right, multiplier: 100, firstRow: 0, rowCount, slot: 0 };
}

const noAmerican = (): AmericanExpiry => {
  throw new Error('an index option is European');
};

/** In the middle of longer columns, the rest of which must stay as it is. */
function valuesOf(quotes: GroupQuotes, americanOf: () => AmericanExpiry): GreekColumns {
  const rows = quotes.strike.length;
  const column = () => new Float32Array(rows + 2);
  const columns = { iv: column(), delta: column(), gamma: column(), theta: column(), vega: column() };
  const solved = groupGreeks(quotes, americanOf, { columns, at: 1 });
  for (const all of Object.values(columns)) expect([all[0], all[rows + 1]]).toEqual([0, 0]);
  const { iv, delta, gamma, theta, vega } = columns;
  const own = (all: Float32Array) => all.subarray(1, rows + 1);
  expect(solved).toBe(own(iv).filter((vol) => vol > 0).length);
  return { iv: own(iv), delta: own(delta), gamma: own(gamma), theta: own(theta), vega: own(vega) };
}

const quote = fc.record({
  bid: fc.oneof(fc.constant(NaN), fc.double({ min: 0, max: 12, noNaN: true })),
  spread: fc.double({ min: -0.2, max: 2, noNaN: true }),
});

test('a European column is option by option what the scalar formulas give, in order and with the same gaps', () => {
  fc.assert(
    fc.property(fc.array(quote, { minLength: 1, maxLength: 60 }), fc.constantFrom('C', 'P'), (quotes, right) => {
      const market = marketOf(0.25, 101);
      const { spot, forward, years, discount } = market;
      const strike = Float64Array.from(quotes, (_, i) => 80 + i);
      const bid = Float64Array.from(quotes, (q) => q.bid);
      const ask = Float64Array.from(quotes, (q) => q.bid + q.spread);
      const found = valuesOf({ group: groupOf('SPX', right, quotes.length), market, strike, bid, ask }, noAmerican);
      for (const [i, k] of strike.entries()) {
        const [low = NaN, high = NaN] = [bid[i], ask[i]];
        const price = high > 0 && low <= high ? (low + high) / 2 : NaN;
        const vol = price > 0 ? blackImpliedVol({ right, forward, strike: k, years, discount, price }) : NaN;
        const greeks = vol > 0 ? blackGreeks({ right, spot, forward, strike: k, years, vol, discount }) : undefined;
        expect(
          Math.abs((found.iv[i] ?? NaN) - (greeks ? vol : NaN)) < 1e-6 || (!greeks && Number.isNaN(found.iv[i])),
        ).toBe(true);
        for (const name of ['delta', 'gamma', 'theta', 'vega'] as const) {
          const expected = greeks?.[name] ?? NaN;
          if (Number.isNaN(expected)) expect(found[name][i]).toBeNaN();
          else expect(found[name][i]).toBeCloseTo(expected, 5);
        }
      }
    }),
  );
});

test('an American column finds the vols that the slow solver finds', () => {
  const market = marketOf(0.25, 100.5);
  const strike = Float64Array.of(80, 90, 95, 100, 105, 110);
  const mid = Float64Array.of(0.2, 1.1, 2.2, 4.1, 7.2, 11.3);
  const group = groupOf('SPY', 'P', 6);
  const { spot, years, rate, dividendYield } = market;
  const american = new AmericanExpiry({ right: 'P', years, rate, dividendYield });
  const { iv } = valuesOf({ group, market, strike, bid: mid, ask: mid }, () => american);
  for (const [i, k] of strike.entries()) {
    const exact = americanImpliedVol({ right: 'P', spot, strike: k, years, rate, dividendYield, price: mid[i] ?? NaN });
    expect(exact).toBeGreaterThan(0);
    expect(Math.abs((iv[i] ?? NaN) - exact)).toBeLessThan(1e-4);
  }
});

test('what the cash dividends leave of the yield grows the spot, less each on its day, into the forward', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.9, max: 1.1, noNaN: true }),
      fc.array(
        fc.record({
          years: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
          amount: fc.double({ min: 0, max: 2, noNaN: true }),
        }),
        { maxLength: 4 },
      ),
      (growth, dividends) => {
        const market = marketOf(1, SPOT * growth, dividends);
        const carry = market.rate - yieldBesides(market);
        let value = SPOT;
        let at = 0;
        for (const { years, amount } of [...dividends].sort((a, b) => a.years - b.years)) {
          value = value * Math.exp(carry * (years - at)) - amount;
          at = years;
        }
        expect(value * Math.exp(carry * (1 - at))).toBeCloseTo(market.forward, 9);
      },
    ),
  );
});
