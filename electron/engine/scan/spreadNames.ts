import { dateWords, nameWords, strikeWords } from '../../../broker/orders/words.ts';
import { inputError } from '../../../scanner/domain/errors.ts';
import type { IsoDate } from '../../../scanner/domain/option.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { spreadLegs, strategyOfLegs, type SpreadStrikes } from '../../../scanner/domain/spreadLegs.ts';
import { STRATEGIES, STRATEGY_SHAPES, type Strategy } from '../../../scanner/domain/strategy.ts';

/** What a row's id says. */
export interface SpreadName extends SpreadStrikes {
  symbol: string;
  root: string;
  expiry: IsoDate;
  strategy: Strategy;
}

/**
 * Reads `SPY|SPY|2023-10-20|P|430|425|bullPut` and `...|P|430|425|ironCondor|460|465`.
 * @throws LegworkError input/invalid, also for strikes that do not make the strategy: an order follows from them.
 */
export function readSpreadId(id: string): SpreadName {
  const [symbol, root, expiry, right, short, long, strategy, callShort, callLong, ...rest] = id.split('|');
  const known = STRATEGIES.find((name) => name === strategy);
  if (!symbol || !root || !expiry || (right !== 'P' && right !== 'C') || known === undefined || rest.length > 0) {
    throw inputError('spreadId', `"${id}" does not name a spread. Choose a row of the scan.`);
  }
  const callWing =
    callShort === undefined ? undefined : { shortStrike: Number(callShort), longStrike: Number(callLong) };
  const strikes: SpreadStrikes = { right, shortStrike: Number(short), longStrike: Number(long), callWing };
  const legs = spreadLegs(strikes);
  if (strategyOfLegs(legs) !== known || !legs.every(({ strike }) => strike > 0)) {
    throw inputError('spreadId', `The strikes of "${id}" do not make ${nameWords(known)}. Choose a row of the scan.`);
  }
  return { symbol, root, expiry, ...strikes, strategy: known };
}

/** `SPY 460/465 bear call 20 Oct 2023`, `SPY 430/425 · 460/465 iron condor 20 Oct 2023`. */
export function spreadTitle(row: SpreadStrikes & Pick<RankedSpread, 'symbol' | 'strategy' | 'expiry'>): string {
  const strikes = strikeWords(spreadLegs(row), row.strategy);
  return `${row.symbol} ${strikes} ${STRATEGY_SHAPES[row.strategy].name} ${dateWords(row.expiry)}`;
}
