import type { ComboLeg } from '../gateway.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';

/** A held or proposed option: contracts, signed (negative is sold). */
export interface OptionLeg {
  contract: OptionContract;
  quantity: number;
}

/** Legs of a combo that is bought `combos` times, as signed options. */
export function legsOfCombo(legs: readonly ComboLeg[], combos: number): OptionLeg[] {
  return legs.map(({ contract, action, ratio }) => ({
    contract,
    quantity: (action === 'BUY' ? 1 : -1) * ratio * combos,
  }));
}

/**
 * The most that options of one root and expiry can lose at expiry, in dollars and before fees.
 * The payoff is piecewise linear, so its minimum lies at a price of 0, at a strike, or beyond the last one.
 * @param cashReceived dollars received for the legs altogether; negative when paid.
 * @returns 0 or more; Infinity when the loss has no bound, or when legs of several expiries or roots (which settle at
 *   different prices) make it unknowable at any one price.
 */
export function worstCaseLoss(legs: readonly OptionLeg[], cashReceived: number): number {
  const [first] = legs;
  if (first === undefined) return Math.max(0, -cashReceived);
  const { symbol, root, expiry } = first.contract;
  const oneExpiry = legs.every(
    ({ contract }) => contract.symbol === symbol && contract.root === root && contract.expiry === expiry,
  );
  if (!oneExpiry) return Infinity;
  const slopeAbove = legs.reduce(
    (sum, { contract, quantity }) => sum + (contract.right === 'C' ? quantity * contract.multiplier : 0),
    0,
  );
  if (slopeAbove < 0) return Infinity;
  const prices = [0, ...legs.map(({ contract }) => contract.strike)];
  const worst = Math.min(...prices.map((price) => payoff(legs, price)));
  return Math.max(0, -(worst + cashReceived));
}

function payoff(legs: readonly OptionLeg[], price: number): number {
  return legs.reduce((sum, { contract, quantity }) => {
    const inTheMoney = contract.right === 'C' ? price - contract.strike : contract.strike - price;
    return sum + quantity * contract.multiplier * Math.max(0, inTheMoney);
  }, 0);
}

/** The most that the legs can make at expiry, in dollars and before fees; Infinity when there is no bound. */
export function bestCaseProfit(legs: readonly OptionLeg[], cashReceived: number): number {
  const mirrored = legs.map(({ contract, quantity }) => ({ contract, quantity: -quantity }));
  const [first] = legs;
  if (first === undefined) return Math.max(0, cashReceived);
  const slopeAbove = mirrored.reduce(
    (sum, { contract, quantity }) => sum + (contract.right === 'C' ? quantity * contract.multiplier : 0),
    0,
  );
  if (slopeAbove < 0) return Infinity;
  const prices = [0, ...legs.map(({ contract }) => contract.strike)];
  return Math.max(0, Math.max(...prices.map((price) => payoff(legs, price))) + cashReceived);
}
