import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Right } from '../../../scanner/domain/option.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { PreparedExpiry } from '../../../scanner/scan/preparedExpiry.ts';
import { testChain, type TestLeg } from './testChain.ts';

interface Quote {
  bid: number;
  ask: number;
}

/** Hundredths, so that ties, widths met exactly and prices out of order are common; a bid may be missing or crossed. */
const quote: fc.Arbitrary<Quote> = fc
  .record({ bid: fc.integer({ min: 0, max: 12 }), spread: fc.integer({ min: -1, max: 4 }) })
  .map(({ bid, spread }) => ({ bid: bid / 4, ask: Math.max(0, bid + spread) / 4 }));

/** Like a real chain's: in order, but for some noise. */
const smoothQuotes = fc
  .array(fc.record({ noise: fc.integer({ min: -3, max: 3 }), spread: fc.integer({ min: 0, max: 5 }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((all) =>
    all.map(({ noise, spread }, i) => {
      const bid = Math.max(0, i - 20 + noise / 20);
      return { bid, ask: bid + spread / 20 };
    }),
  );

/** The tolerance apart from a limit, where the last digit of a difference decides. */
const narrowQuotes = fc.array(
  fc.record({ whole: fc.integer({ min: 0, max: 8 }), nano: fc.integer({ min: -3, max: 3 }) }).map(({ whole, nano }) => {
    const bid = Math.max(0, whole / 4 + nano * 1e-9);
    return { bid, ask: bid + 0.25 };
  }),
  { minLength: 1, maxLength: 30 },
);

const quotes = fc.oneof(fc.array(quote, { minLength: 1, maxLength: 30 }), smoothQuotes, narrowQuotes);

interface Case {
  right: Right;
  isCredit: boolean;
  pricing: 'mid' | 'natural';
}

/** finance.md, `tradeable`, pair by pair: Float64 differences of prices, limits to within 1e-9. By short row. */
function triedOneByOne(legs: readonly TestLeg[], { right, isCredit, pricing }: Case): number[] {
  return legs.map((short, i) => {
    const partners = legs.filter((long, k) => {
      const isDear = right === 'P' ? i > k : i < k;
      if (i === k || isDear !== isCredit) return false;
      const isQuoted = [short, long].every(({ bid = NaN, ask = NaN }) => ask > 0 && bid >= 0 && bid <= ask);
      if (!isQuoted) return false;
      const mid = ({ bid = NaN, ask = NaN }: TestLeg) => (bid + ask) / 2;
      if (pricing === 'natural' && !((short.bid ?? NaN) > 0)) return false;
      const credit = pricing === 'mid' ? mid(short) - mid(long) : (short.bid ?? NaN) - (long.ask ?? NaN);
      const width = Math.abs(short.strike - long.strike);
      if (isCredit) return credit >= -1e-9 && credit < width - 1e-9;
      return -credit > 1e-9 && -credit < width - 1e-9;
    });
    return partners.length;
  });
}

const STRATEGY = {
  P: { credit: 'bullPut', debit: 'bearPut' },
  C: { credit: 'bearCall', debit: 'bullCall' },
} as const;

test('tradeable pairs are counted as if every pair were tried', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom<Right>('P', 'C'), quotes, gaps, (right, some, steps) => {
      let strike = 10;
      const ascending = some.map((each, i) => ({ right, strike: (strike += (steps[i] ?? 1) / 4), ...each }));
      const legs = right === 'P' ? ascending : ascending.map((leg, i) => ({ ...leg, ...some[some.length - 1 - i] }));
      const chain = testChain(legs);
      const [expiry] = prepareChain(chain, { rate: 0.045, facts: {} }, { source: 'vendor' }).expiries;
      const group = expiry?.group(right);
      if (!expiry || !group) return false;
      const { sides, market } = expiry;
      const counted = new PreparedExpiry(chain, sides, { market, facts: {}, source: 'vendor' });
      for (const pricing of ['mid', 'natural'] as const) {
        for (const isCredit of [true, false]) {
          const strategy = STRATEGY[right][isCredit ? 'credit' : 'debit'];
          const expected = triedOneByOne(legs, { right, isCredit, pricing });
          const total = expected.reduce((sum, count) => sum + count, 0);
          expect(counted.tradeable(strategy, pricing), `only counted: ${strategy} ${pricing}`).toBe(total);
          expect(Array.from(group.tradeableByShort(strategy, pricing)), `${strategy} ${pricing}`).toEqual(expected);
          expect(expiry.tradeable(strategy, pricing)).toBe(total);
        }
      }
      return true;
    }),
    { numRuns: 300 },
  );
});
