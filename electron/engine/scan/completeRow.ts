import type { RankedSpread } from '../../../scanner/domain/spread.ts';

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
  return REQUIRED.every((field) => Number.isFinite(row[field])) && [row.short, row.long].every(hasStrike);
}

function hasStrike({ strike, quotedAtMs }: RankedSpread['short']): boolean {
  return Number.isFinite(strike) && Number.isFinite(quotedAtMs);
}
