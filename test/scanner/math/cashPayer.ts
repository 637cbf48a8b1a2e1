import fc from 'fast-check';
import type { AmericanExpiryTerms } from '../../../scanner/math/americanExpiry.ts';

/** A payer's options of some weeks to two years: what it pays, when, and what the share yields besides. */
export const payer = fc.record({
  right: fc.constantFrom('C' as const, 'P' as const),
  years: fc.double({ min: 0.03, max: 1.8, noNaN: true }),
  rate: fc.constantFrom(0.02, 0.045, 0.055),
  dividendYield: fc.constantFrom(-0.004, 0, 0.0005, 0.003),
  firstAt: fc.double({ min: 0.01, max: 0.24, noNaN: true }),
  amount: fc.double({ min: 0.4, max: 5.5, noNaN: true }),
});
export interface Payer {
  right: 'C' | 'P';
  years: number;
  rate: number;
  dividendYield: number;
  firstAt: number;
  amount: number;
}

export function termsOf({ right, years, rate, dividendYield, firstAt, amount }: Payer): AmericanExpiryTerms {
  const dividends = Array.from({ length: 8 }, (_, quarter) => ({ years: firstAt + 0.25 * quarter, amount }));
  return { right, years, rate, dividendYield, dividends };
}

/** The strike that is so deep, of a share of 450. */
export function strikeOf({ right, years }: Payer, { vol, depth }: { vol: number; depth: number }): number {
  const sign = right === 'C' ? 1 : -1;
  return 450 * Math.exp(-sign * depth * vol * Math.sqrt(years));
}

export const deviate = fc.record({
  vol: fc.double({ min: 0.1, max: 0.75, noNaN: true }),
  /** ln(spot / strike) in standard deviations: from 2.5 out of the money to 3.5 in it. */
  depth: fc.double({ min: -2.5, max: 3.5, noNaN: true }),
  move: fc.double({ min: -0.036, max: 0.036, noNaN: true }),
});

/** For properties that solve much: one that fails says so at once, instead of looking for a smaller example for an hour. */
export function slowRuns(numRuns: number): { numRuns: number; endOnFailure: true } {
  return { numRuns, endOnFailure: true };
}
