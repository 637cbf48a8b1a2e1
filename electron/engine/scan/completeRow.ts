import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { isCondor } from '../../../scanner/domain/strategy.ts';

/** Fields without which a row is no row; all others may be unknown. */
const REQUIRED = [
  ...['dte', 'shortStrike', 'longStrike', 'width', 'credit', 'mid', 'natural', 'maxProfit', 'maxLoss', 'breakEven'],
  ...['creditToWidth', 'returnOnRisk', 'annualised', 'openInterest', 'volume', 'bidAskPercent', 'liquidity'],
  ...['distancePercent', 'score'],
] as (keyof RankedSpread)[];

/**
 * True when every required number is one. A row that fails would be refused by the contract and end the whole stream;
 * it is left out instead, and said.
 */
export function isComplete(row: RankedSpread): boolean {
  const { short, long, callWing, upperBreakEven, strategy } = row;
  if (!REQUIRED.every((field) => Number.isFinite(row[field])) || ![short, long].every(hasStrike)) return false;
  if (!isCondor(strategy)) return true;
  if (callWing === undefined || Number.isNaN(upperBreakEven)) return false;
  const { shortStrike, longStrike, width } = callWing;
  const numbers = [shortStrike, longStrike, width];
  return numbers.every(Number.isFinite) && [callWing.short, callWing.long].every(hasStrike);
}

function hasStrike({ strike, quotedAtMs }: RankedSpread['short']): boolean {
  return Number.isFinite(strike) && Number.isFinite(quotedAtMs);
}
