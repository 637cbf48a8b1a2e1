import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestCaseProfit, worstCaseLoss } from '../../../broker/risk/worstCase.ts';
import type { OptionLeg } from '../../../broker/risk/worstCase.ts';
import { option } from '../orders/orderFixtures.ts';

const anyLegs: fc.Arbitrary<OptionLeg[]> = fc.array(
  fc.record({
    contract: fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom('C' as const, 'P' as const))
      .map(([strike, right]) => option(5 * strike, right)),
    quantity: fc.integer({ min: -4, max: 4 }).filter((count) => count !== 0),
  }),
  { minLength: 1, maxLength: 5 },
);

/** By brute force: every price on a grid that holds all strikes, far beyond the last one. */
function valueAt(legs: readonly OptionLeg[], price: number): number {
  return legs.reduce((sum, { contract: { right, strike }, quantity }) => {
    return sum + 100 * quantity * Math.max(0, right === 'C' ? price - strike : strike - price);
  }, 0);
}

test('worst and best case are those of every price at expiry', () => {
  fc.assert(
    fc.property(anyLegs, fc.integer({ min: -5000, max: 5000 }), (legs, cash) => {
      const values = Array.from({ length: 2001 }, (_, i) => valueAt(legs, 5 * i) + cash);
      const rising = valueAt(legs, 10_000) - valueAt(legs, 9_000);
      const loss = worstCaseLoss(legs, cash);
      const profit = bestCaseProfit(legs, cash);
      if (rising < 0) expect(loss).toBe(Infinity);
      else expect(loss).toBeCloseTo(Math.max(0, -Math.min(...values)), 6);
      if (rising > 0) expect(profit).toBe(Infinity);
      else expect(profit).toBeCloseTo(Math.max(0, ...values), 6);
    }),
  );
});

test('finance.md: a credit vertical loses (W - C) m, a debit vertical D m', () => {
  const bullPut = [
    { contract: option(100), quantity: -1 },
    { contract: option(95), quantity: 1 },
  ];
  expect(worstCaseLoss(bullPut, 129)).toBeCloseTo((5 - 1.29) * 100, 9);
  expect(bestCaseProfit(bullPut, 129)).toBeCloseTo(129, 9);
  const bearPut = bullPut.map(({ contract, quantity }) => ({ contract, quantity: -quantity }));
  expect(worstCaseLoss(bearPut, -210)).toBeCloseTo(210, 9);
  expect(bestCaseProfit(bearPut, -210)).toBeCloseTo(290, 9);
});

test('a condor loses one side only: whatever the price at expiry, the other one is worthless', () => {
  const strikes = fc.uniqueArray(fc.integer({ min: 10, max: 60 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(strikes, fc.boolean(), fc.integer({ min: 0, max: 400 }), (some, meets, cash) => {
      const [longPut = 0, shortPut = 0, upper = 0, longCall = 0] = some.sort((a, b) => a - b);
      const shortCall = meets ? shortPut : upper;
      const condor = [
        { contract: option(shortPut, 'P'), quantity: -1 },
        { contract: option(longPut, 'P'), quantity: 1 },
        { contract: option(shortCall, 'C'), quantity: -1 },
        { contract: option(longCall, 'C'), quantity: 1 },
      ];
      const wider = Math.max(shortPut - longPut, longCall - shortCall);
      expect(worstCaseLoss(condor, cash)).toBeCloseTo(Math.max(0, 100 * wider - cash), 9);
      expect(bestCaseProfit(condor, cash)).toBeCloseTo(cash, 9);
      // Cent by cent, which the corners need not be.
      let worst = Infinity;
      for (let price = 0; price < 80; price += 0.25) worst = Math.min(worst, valueAt(condor, price) + cash);
      expect(worstCaseLoss(condor, cash)).toBeCloseTo(Math.max(0, -worst), 9);
    }),
    { numRuns: 60 },
  );
});

test('roots that settle at different prices have no worst case either', () => {
  const legs = [
    { contract: { ...option(100), symbol: 'SPX', root: 'SPX' }, quantity: -1 },
    { contract: { ...option(95), symbol: 'SPX', root: 'SPXW' }, quantity: 1 },
  ];
  expect(worstCaseLoss(legs, 100)).toBe(Infinity);
});

test('several expiries at once have no worst case that can be known', () => {
  const later = { ...option(95), expiry: '2023-10-20' };
  const legs = [
    { contract: option(100), quantity: -1 },
    { contract: later, quantity: 1 },
  ];
  expect(worstCaseLoss(legs, 100)).toBe(Infinity);
});
