import { STRATEGY_SHAPES, STRATEGIES, type Strategy } from '../../scanner/domain/strategy.ts';
import { formatNumber } from './formatNumber.ts';

/** A strike without needless decimals: `100`, `102.5`. */
export function formatStrike(strike: number): string {
  return formatNumber(strike, { decimals: 0, upTo: 3 }).replaceAll(',', '');
}

/** `AMD 100/95 bull put`: symbol, sold strike, bought strike, strategy. */
export function spreadName(spread: {
  symbol: string;
  shortStrike: number;
  longStrike: number;
  strategy: Strategy;
}): string {
  const name = STRATEGY_SHAPES[spread.strategy].name;
  return `${spread.symbol} ${formatStrike(spread.shortStrike)}/${formatStrike(spread.longStrike)} ${name}`;
}

/** The strategy that a word of the contract names, if it is one of the four verticals. */
export function asStrategy(word: string): Strategy | undefined {
  return STRATEGIES.find((strategy) => strategy === word);
}
