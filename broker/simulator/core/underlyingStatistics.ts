import { realisedVol } from '../../../scanner/volatility/realisedVol.ts';
import type { UnderlyingInstrument } from './instrument.ts';
import type { Market } from './market.ts';
import { textHash, uniformAt } from './noise.ts';

const REALISED_DAYS = 30;

/** Closes of the sessions finished at `nowMs`, enough for a realised vol, oldest first. */
function recentCloses(market: Market, underlying: UnderlyingInstrument, nowMs: number): number[] {
  const { calendar } = market.options;
  const closes: number[] = [];
  let { day } = calendar.previousClose(market.marketMs(nowMs));
  while (closes.length <= REALISED_DAYS) {
    closes.push(market.stateAt(underlying, calendar.session(day).closeMs).spot);
    day = calendar.nearestTradingDay(day - 1, -1);
  }
  return closes.reverse();
}

/** 30-session realised vol, annual, a fraction. */
export function realisedVolAt(market: Market, underlying: UnderlyingInstrument, nowMs: number): number {
  return realisedVol(recentCloses(market, underlying, nowMs), REALISED_DAYS) ?? 0;
}

/** Contracts over all expiries of an underlying. */
export function underlyingOptionTotals(underlying: UnderlyingInstrument, seed: number) {
  const { liquidity, symbol } = underlying.listing;
  const noise = (stream: number): number => 0.7 + 0.6 * uniformAt(seed ^ textHash(symbol), stream);
  const base = 12e6 * liquidity ** 6;
  return {
    callInterest: Math.round(base * noise(1)),
    putInterest: Math.round(base * 1.2 * noise(2)),
    callVolume: Math.round(base * 0.08 * noise(3)),
    putVolume: Math.round(base * 0.09 * noise(4)),
  };
}
