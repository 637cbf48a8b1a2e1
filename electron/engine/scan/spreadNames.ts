import { dateWords } from '../../../broker/orders/words.ts';
import { inputError } from '../../../scanner/domain/errors.ts';
import type { IsoDate, Right } from '../../../scanner/domain/option.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { STRATEGY_SHAPES, VERTICAL_SHAPES, VERTICALS, type Strategy } from '../../../scanner/domain/strategy.ts';

/** What a row's id says. */
export interface SpreadName {
  symbol: string;
  root: string;
  expiry: IsoDate;
  right: Right;
  shortStrike: number;
  longStrike: number;
  strategy: Strategy;
}

/** Reads `SPY|SPY|2023-10-20|P|430|425|bullPut`. @throws LegworkError input/invalid. */
export function readSpreadId(id: string): SpreadName {
  const [symbol, root, expiry, right, short, long, strategy, ...rest] = id.split('|');
  const known = VERTICALS.find((name) => name === strategy);
  const strikes = [Number(short), Number(long)] as const;
  if (!symbol || !root || !expiry || known === undefined || rest.length > 0 || !strikes.every((strike) => strike > 0)) {
    throw inputError('spreadId', `"${id}" does not name a spread. Choose a row of the scan.`);
  }
  if (right !== VERTICAL_SHAPES[known].right) {
    throw inputError('spreadId', `"${id}" names a ${known} with right ${right ?? 'missing'}.`);
  }
  return { symbol, root, expiry, right, shortStrike: strikes[0], longStrike: strikes[1], strategy: known };
}

/** `SPY 460/465 bear call 20 Oct 2023`: the strike that gives the spread its name first. */
export function spreadTitle(
  row: Pick<RankedSpread, 'symbol' | 'strategy' | 'shortStrike' | 'longStrike' | 'expiry'>,
): string {
  const { credit, name } = STRATEGY_SHAPES[row.strategy];
  const strikes = credit ? [row.shortStrike, row.longStrike] : [row.longStrike, row.shortStrike];
  return `${row.symbol} ${strikes.join('/')} ${name} ${dateWords(row.expiry)}`;
}
