import type { Right } from '../domain/option.ts';
import { blackValue } from './black.ts';
import type { Smile } from './smile.ts';

/** One option of a position that expires with the others. */
export interface PayoffLeg {
  right: Right;
  strike: number;
  /** Units held; negative is sold. */
  quantity: number;
}

/** What the legs pay at a settlement price, per share, before the opening credit. */
export function legsPayoff(legs: readonly PayoffLeg[], price: number): number {
  let total = 0;
  for (const leg of legs) {
    total += leg.quantity * Math.max(0, leg.right === 'C' ? price - leg.strike : leg.strike - price);
  }
  return total;
}

/**
 * Expected payoff of the legs at expiry under a lognormal distribution, exactly: every piece of a piecewise linear
 * payoff is an undiscounted Black price. This is the `realised` lens when stdDev comes from realised volatility.
 * @param input forward = the distribution's mean; stdDev = volatility * sqrt(years).
 * @returns per share, undiscounted, without the opening credit.
 * @source Black (1976).
 */
export function expectedPayoffLognormal(input: {
  legs: readonly PayoffLeg[];
  forward: number;
  stdDev: number;
}): number {
  const { legs, forward, stdDev } = input;
  let total = 0;
  for (const leg of legs) total += leg.quantity * blackValue(leg.right === 'C', forward, leg.strike, stdDev, 1);
  return total;
}

/**
 * Expected payoff under the risk-neutral distribution that the smile implies (`rnd`). By Breeden and Litzenberger the
 * integral of an option's payoff over that density is its own undiscounted price at the smile's vol, so this is exact.
 * @returns per share, undiscounted, without the opening credit; NaN where the smile is empty.
 * @source Breeden and Litzenberger (1978).
 */
export function expectedPayoffSmile(input: {
  legs: readonly PayoffLeg[];
  forward: number;
  years: number;
  smile: Smile;
}): number {
  const { legs, forward, years, smile } = input;
  const rootYears = Math.sqrt(years);
  let total = 0;
  for (const leg of legs) {
    const stdDev = smile.volAt(leg.strike) * rootYears;
    total += leg.quantity * blackValue(leg.right === 'C', forward, leg.strike, stdDev, 1);
  }
  return total;
}

/**
 * Mean payoff over historical moves of the same length (`history`).
 * @param input moves = simple returns over the holding period (0.02 is +2 %); NaN ones are left out.
 * @returns per share, undiscounted, without the opening credit; NaN without moves.
 */
export function expectedPayoffHistory(input: {
  legs: readonly PayoffLeg[];
  spot: number;
  moves: Iterable<number>;
}): number {
  const { legs, spot, moves } = input;
  let total = 0;
  let count = 0;
  for (const move of moves) {
    if (!Number.isFinite(move)) continue;
    total += legsPayoff(legs, spot * (1 + move));
    count += 1;
  }
  return count > 0 ? total / count : NaN;
}
