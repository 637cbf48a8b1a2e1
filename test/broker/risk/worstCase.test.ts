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

test('several expiries at once have no worst case that can be known', () => {
  const later = { ...option(95), expiry: '2023-10-20' };
  const legs = [
    { contract: option(100), quantity: -1 },
    { contract: later, quantity: 1 },
  ];
  expect(worstCaseLoss(legs, 100)).toBe(Infinity);
});
