import type { Right } from './option.ts';
import type { RankedSpread } from './spread.ts';
import {
  CONDOR_SHAPES,
  CONDORS,
  VERTICAL_SHAPES,
  VERTICALS,
  type Strategy,
  type VerticalStrategy,
} from './strategy.ts';

/** One leg as it is when the spread is opened. */
export interface SpreadLeg {
  right: Right;
  strike: number;
  /** True for a leg that opening the spread sells. */
  sold: boolean;
}

/** What of a row names its contracts. */
export type SpreadStrikes = Pick<RankedSpread, 'right' | 'shortStrike' | 'longStrike'> & {
  callWing?: { shortStrike: number; longStrike: number } | undefined;
};

/** `SPY|SPY|2023-10-20|P|430|425|bullPut`, of a condor `...|P|430|425|ironCondor|460|465`. */
export function spreadId(
  spread: SpreadStrikes & Pick<RankedSpread, 'symbol' | 'root' | 'expiry' | 'strategy'>,
): string {
  const { symbol, root, expiry, right, shortStrike, longStrike, strategy, callWing } = spread;
  const calls = callWing ? `|${callWing.shortStrike}|${callWing.longStrike}` : '';
  return `${symbol}|${root}|${expiry}|${right}|${shortStrike}|${longStrike}|${strategy}${calls}`;
}

/** The legs of a spread: of each wing the sold one first, the put wing of a condor first. */
export function spreadLegs({ right, shortStrike, longStrike, callWing }: SpreadStrikes): SpreadLeg[] {
  const wing = (of: Right, short: number, long: number): SpreadLeg[] => [
    { right: of, strike: short, sold: true },
    { right: of, strike: long, sold: false },
  ];
  const first = wing(right, shortStrike, longStrike);
  return callWing === undefined ? first : [...first, ...wing('C', callWing.shortStrike, callWing.longStrike)];
}

/**
 * The strategy that legs of one root and expiry make when opened, one of each, in any order.
 * @returns undefined for every other shape: a lone leg, a strangle, a spread turned around that has no name here.
 */
export function strategyOfLegs(legs: readonly SpreadLeg[]): Strategy | undefined {
  if (legs.length === 2) return verticalOf(legs);
  const puts = legs.filter(({ right }) => right === 'P');
  const calls = legs.filter(({ right }) => right === 'C');
  if (legs.length !== 4 || verticalOf(puts) !== 'bullPut' || verticalOf(calls) !== 'bearCall') return undefined;
  const [shortPut = NaN] = strikesOf(puts, true);
  const [shortCall = NaN] = strikesOf(calls, true);
  if (shortPut > shortCall) return undefined;
  return CONDORS.find((name) => CONDOR_SHAPES[name].shortsMeet === (shortPut === shortCall));
}

function verticalOf(legs: readonly SpreadLeg[]): VerticalStrategy | undefined {
  const [short, ...moreSold] = strikesOf(legs, true);
  const [long, ...moreBought] = strikesOf(legs, false);
  const [first] = legs;
  if (first === undefined || short === undefined || long === undefined) return undefined;
  // Also false for a strike that is no number.
  if (!(Math.abs(short - long) > 0)) return undefined;
  if (moreSold.length > 0 || moreBought.length > 0 || legs.some(({ right }) => right !== first.right)) return undefined;
  return VERTICALS.find((name) => {
    const { right, shortIsHigher } = VERTICAL_SHAPES[name];
    return right === first.right && shortIsHigher === short > long;
  });
}

function strikesOf(legs: readonly SpreadLeg[], sold: boolean): number[] {
  return legs.filter((leg) => leg.sold === sold).map(({ strike }) => strike);
}

/**
 * Distance between the strikes of a spread, of a condor that of its wider wing: all that its two sides together can
 * ever be worth, since only one of them ends in the money.
 * @returns undefined where the legs make no strategy, held or turned around.
 */
export function widthOfLegs(legs: readonly SpreadLeg[]): number | undefined {
  const turned = legs.map((leg) => ({ ...leg, sold: !leg.sold }));
  if (strategyOfLegs(legs) === undefined && strategyOfLegs(turned) === undefined) return undefined;
  const widths = (['P', 'C'] as const).map((right) => {
    const [one, other] = legs.filter((leg) => leg.right === right);
    return one === undefined || other === undefined ? 0 : Math.abs(one.strike - other.strike);
  });
  return Math.max(...widths);
}
