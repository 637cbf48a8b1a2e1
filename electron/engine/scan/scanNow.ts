import { wholeSecond } from '../../../scanner/chain/valuationTime.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import type { ScanPool } from '../../../scanner/pool/scanPool.ts';
import type { ScanResult } from '../../../scanner/scan/scanRequest.ts';
import type { ChainFeed } from './chainFeed.ts';
import type { UnderlyingFacts } from './underlyingFacts.ts';

export interface ScanNowDeps {
  feed: ChainFeed;
  facts: UnderlyingFacts;
  pool: ScanPool;
  /** New York time as the broker says it, ms since 1970. */
  nowMs: () => number;
  /** Continuous, per year. */
  rate: () => number;
}

export interface ScanQuestion {
  profile: Profile;
  withHistograms: boolean;
}

/**
 * Scans the chain as it is now. Clock and spots of the valuation move in steps (`liveInstant`, `ValuationSpots`), so that
 * the workers compute again only what a quote, a step or the profile has changed.
 * @throws ScanCancelled on abort.
 */
export function scanNow(
  { profile, withHistograms }: ScanQuestion,
  { feed, facts, pool, nowMs, rate }: ScanNowDeps,
  signal: AbortSignal,
): Promise<ScanResult> {
  const { symbols } = profile;
  // The same question twice within a second costs the workers nothing.
  const now = wholeSecond(nowMs());
  const dividends = Object.fromEntries(symbols.map((symbol) => [symbol, facts.dividends(symbol)]));
  const valuation = { nowMs: now, live: true, spots: feed.spots(symbols, now), rate: rate(), dividends };
  return pool.scan({ chain: feed.chain(), profile, ...valuation, facts: facts.all(symbols), withHistograms }, signal);
}
