import type { Listing } from './universe.ts';

/** Pull of the term structure towards the long-run level, per year. */
const REVERSION = 4;
const WING_LIMIT = 2.6;
const CURVATURE = 0.035;

/** At-the-money vol for `years`, from today's 30-day level and the long-run base. @source Heston (1993), mean variance. */
export function atmVol(listing: Listing, vol30: number, years: number): number {
  const base = listing.baseVol * listing.baseVol;
  const now = vol30 * vol30;
  const decay = REVERSION * Math.max(years, 1e-4);
  return Math.sqrt(base + (now - base) * ((1 - Math.exp(-decay)) / decay));
}

/**
 * Implied vol of a strike: slope and curvature in standard deviations of moneyness, flattening in the wings so that
 * total variance never grows faster than arbitrage allows.
 */
export function smileVol(listing: Listing, atm: number, moneyness: { logMoneyness: number; years: number }): number {
  const stdDev = atm * Math.sqrt(Math.max(moneyness.years, 1 / 365));
  const z = moneyness.logMoneyness / stdDev;
  const bounded = WING_LIMIT * Math.tanh(z / WING_LIMIT);
  return atm * Math.max(0.3, 1 + listing.skew * bounded + CURVATURE * bounded * bounded);
}
