import type { SpreadStrikes } from '../../scanner/domain/spreadLegs.ts';
import { STRATEGY_SHAPES, STRATEGIES, type Strategy } from '../../scanner/domain/strategy.ts';
import { formatNumber } from './formatNumber.ts';

/** A strike without needless decimals: `100`, `102.5`. */
export function formatStrike(strike: number): string {
  return formatNumber(strike, { decimals: 0, upTo: 3 }).replaceAll(',', '');
}

/** `AMD 100/95 bull put`, `AMD 100/95 · 120/130 iron condor`: symbol, of each wing sold and bought strike, strategy. */
export function spreadName(spread: SpreadStrikes & { symbol: string; strategy: Strategy }): string {
  const wings = [spread, ...(spread.callWing === undefined ? [] : [spread.callWing])];
  const strikes = wings.map((wing) => `${formatStrike(wing.shortStrike)}/${formatStrike(wing.longStrike)}`);
  return `${spread.symbol} ${strikes.join(' · ')} ${STRATEGY_SHAPES[spread.strategy].name}`;
}

/** `98.71`, of a condor `97.65 – 122.35`. */
export function breakEvenText(spread: { breakEven?: number | undefined; upperBreakEven?: number | undefined }): string {
  const known = [spread.breakEven, spread.upperBreakEven].filter((price) => price !== undefined);
  return known.map((price) => formatNumber(price)).join(' – ');
}

/** The strategy that a word of the contract names, if it is one. */
export function asStrategy(word: string): Strategy | undefined {
  return STRATEGIES.find((strategy) => strategy === word);
}
