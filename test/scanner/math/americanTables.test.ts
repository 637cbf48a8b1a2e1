import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { americanPrice } from '../../../scanner/math/american.ts';
import { AmericanExpiry, type AmericanExpiryTerms } from '../../../scanner/math/americanExpiry.ts';
import { AmericanTables } from '../../../scanner/math/americanTables.ts';

const put = { right: 'P', years: 0.25, rate: 0.05, dividendYield: 0.01 } as const;
const cash: AmericanExpiryTerms = { ...put, dividendYield: 0, dividends: [{ years: 0.15, amount: 0.5 }] };

/** The same expiry a while later: its dividends have come as much nearer. */
function later(terms: AmericanExpiryTerms, { age, carry }: { age: number; carry: number }): AmericanExpiryTerms {
  const passed = age * terms.years;
  const dividends = (terms.dividends ?? []).map((d) => ({ ...d, years: d.years - passed }));
  return { ...terms, years: terms.years - passed, dividendYield: terms.dividendYield + carry, dividends };
}

describe('tables kept by key', () => {
  test('the same terms give the same expiry, other terms or keys another', () => {
    const tables = new AmericanTables();
    const first = tables.expiry('SPY|P', put);
    expect(tables.expiry('SPY|P', { ...put })).toBe(first);
    expect(tables.expiry('QQQ|P', put)).not.toBe(first);
    const longer = tables.expiry('SPY|P', { ...put, years: 0.5 }).price(100, 100, 0.3);
    expect(longer).toBeCloseTo(new AmericanExpiry({ ...put, years: 0.5 }).price(100, 100, 0.3), 12);
  });

  test.each([
    { terms: put, carry: 0.0014 },
    { terms: { ...put, years: 1.5, dividendYield: 0.02 }, carry: 0.0014 },
    { terms: { ...put, years: 0.03 }, carry: 0.009 },
    { terms: { ...put, years: 1, rate: 0.03, dividendYield: 0.031 }, carry: 0.0005 },
    { terms: { ...put, right: 'C' }, carry: 0.0009 },
    { terms: { ...put, right: 'C', years: 1, rate: 0.03, dividendYield: 0.06 }, carry: 0.0023 },
    { terms: { ...put, right: 'C', years: 1, rate: 0.03, dividendYield: 0.03 }, carry: 0.0005 },
    { terms: { ...put, right: 'C', years: 1, rate: -0.005, dividendYield: 0.02 }, carry: 0.0004 },
  ] as const)(
    'a blend is within 0.1 cent of a fresh table on a 100-strike, over the whole range: %o',
    ({ terms, carry }) => {
      const tables = new AmericanTables();
      tables.expiry('key', terms);
      const bytes: number[] = [];
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 0.049, noNaN: true }),
          fc.double({ min: -1, max: 1, noNaN: true }),
          (age, part) => {
            const now = later(terms, { age, carry: part * carry });
            const kept = tables.expiry('key', now);
            bytes.push(tables.bytes);
            const fresh = new AmericanExpiry(now);
            for (const vol of [0.08, 0.15, 0.3, 0.6, 1]) {
              for (let z = -3; z <= 3; z += 0.5) {
                const strike = Math.min(300, Math.max(33, 100 * Math.exp(z * vol * Math.sqrt(terms.years))));
                const gap = Math.abs(kept.price(100, strike, vol) - fresh.price(100, strike, vol));
                expect(gap).toBeLessThan(1e-5 * strike);
              }
            }
          },
        ),
        { numRuns: 12 },
      );
      // Nothing was thrown away and made anew: the first table and its three neighbours are all there is.
      expect(Math.max(...bytes)).toBeLessThan(75_000);
    },
  );

  test.each([
    ['P', 0],
    ['P', 1e-4],
    ['P', 5e-4],
    ['P', 2e-3],
    ['C', 0],
    ['C', 5e-4],
    ['C', -0.005],
  ] as const)(
    '%s at a rate of %d, where exercise pays by next to nothing: as good as fresh tables, however the yield moves',
    (right, rate) => {
      const yields = fc.array(fc.double({ min: -0.003, max: 0.003, noNaN: true }), { minLength: 3, maxLength: 3 });
      fc.assert(
        fc.property(fc.double({ min: 0.05, max: 1.5, noNaN: true }), yields, (years, moves) => {
          const tables = new AmericanTables();
          for (const dividendYield of moves.flatMap((to) => [to, 0.9 * to, 0])) {
            const terms = { ...put, right, years, rate, dividendYield };
            const kept = tables.expiry('key', terms);
            const fresh = new AmericanExpiry(terms);
            for (const vol of [0.08, 0.15, 0.3, 0.6]) {
              for (let z = -3; z <= 3; z += 0.5) {
                const strike = Math.min(300, Math.max(33, 100 * Math.exp(z * vol * Math.sqrt(years))));
                const gap = Math.abs(kept.price(100, strike, vol) - fresh.price(100, strike, vol));
                expect(gap).toBeLessThan(1e-5 * strike);
              }
            }
          }
        }),
        { numRuns: 12 },
      );
    },
  );

  // Read from tables of up to 5 % earlier these were 0.3 to 1.1 cents off.
  test.each([
    ['C', 2.1, 0, 0.6, 381, 1.12],
    ['C', 2.4, 0.001, 0.6, 486, 1],
    ['C', 1.57, 0.08, 0.6, 291, 1.25],
    ['C', 2.83, 0.045, 0.2, 384.5, 0.364],
  ] as const)(
    'a share of 450, %s of %f years at a rate of %f and a yield of %f: within 0.25 cent while it ages',
    (right, years, rate, dividendYield, strike, vol) => {
      const tables = new AmericanTables();
      for (let age = 0; age < 0.05; age += 0.0025) {
        const now = later({ right, years, rate, dividendYield }, { age, carry: 0 });
        const found = tables.expiry('key', now).price(450, strike, vol);
        expect(Math.abs(found - americanPrice({ ...now, spot: 450, strike, vol }))).toBeLessThan(0.0025);
      }
    },
  );

  test('with cash dividends within 0.03 cent, over the spots that a table serves', () => {
    const tables = new AmericanTables();
    tables.expiry('key', cash).price(100, 100, 0.3);
    for (const [age, carry, spot] of [
      [0.01, 0.0003, 100],
      [0.04, -0.0004, 97.5],
      [0.049, 0.0002, 103],
    ] as const) {
      const now = later(cash, { age, carry });
      const kept = tables.expiry('key', now);
      const fresh = new AmericanExpiry(now);
      for (const vol of [0.15, 0.3, 0.6]) {
        for (const strike of [80, 90, 100, 110, 120]) {
          expect(Math.abs(kept.price(spot, strike, vol) - fresh.price(spot, strike, vol))).toBeLessThan(3e-6 * strike);
        }
      }
    }
  });

  test('a dividend that passes, another rate and another amount make new tables', () => {
    const tables = new AmericanTables();
    tables.expiry('key', cash).price(100, 100, 0.3);
    for (const terms of [
      later(cash, { age: 0.7, carry: 0 }),
      { ...cash, rate: 0.03 },
      { ...cash, dividends: [{ years: 0.15, amount: 2 }] },
      { ...cash, dividends: [] },
    ]) {
      const fresh = new AmericanExpiry(terms).price(100, 104, 0.3);
      expect(tables.expiry('key', terms).price(100, 104, 0.3)).toBeCloseTo(fresh, 12);
    }
  });

  test('a table may be given up in the middle, and is made in full the next time', () => {
    const stop = new Error('stop');
    let asked = 0;
    const ask = (): void => {
      if (++asked === 20) throw stop;
    };
    const tables = new AmericanTables({ ask });
    expect(() => tables.expiry('key', put)).toThrow(stop);
    expect(tables.bytes).toBe(0);
    expect(tables.expiry('key', put).price(100, 105, 0.3)).toBe(new AmericanExpiry(put).price(100, 105, 0.3));
    expect(asked).toBeGreaterThan(60);
  });

  test('bytes are those of the tables that there are, whenever they were made', () => {
    const tables = new AmericanTables();
    const alone = new AmericanTables();
    alone.expiry('a', cash).price(100, 100, 0.3);
    const first = tables.expiry('a', cash);
    expect(tables.bytes).toBe(0);
    tables.expiry('b', put);
    const puts = tables.bytes;
    first.price(100, 100, 0.3);
    expect(tables.bytes).toBe(puts + alone.bytes);
    tables.expiry('b', { ...put, right: 'C', dividendYield: 0 });
    expect(tables.bytes).toBe(alone.bytes);
    tables.expiry('a', later(cash, { age: 0.7, carry: 0 })).price(100, 100, 0.3);
    tables.expiry('a', cash);
    expect(tables.bytes).toBe(0);
  });

  test('what is not worth anything takes no room, and what is not used goes first', () => {
    const tables = new AmericanTables({ maxBytes: 150_000 });
    tables.expiry('call', { ...put, right: 'C', dividendYield: 0 }).price(100, 100, 0.3);
    tables.expiry('minute', { ...put, years: 2e-6 }).price(100, 100, 0.3);
    expect(tables.bytes).toBe(0);
    for (let i = 0; i < 12; i++) {
      tables.expiry(`put ${i}`, { ...put, years: 0.2 + i });
      tables.expiry('put 0', { ...put, years: 0.2 });
    }
    expect(tables.bytes).toBeLessThanOrEqual(150_000);
    const kept = tables.expiry('put 0', { ...put, years: 0.2 });
    expect(tables.expiry('put 0', { ...put, years: 0.2 })).toBe(kept);
  });
});
