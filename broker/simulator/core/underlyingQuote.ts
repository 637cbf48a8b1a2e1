import type { UnderlyingInstrument } from './instrument.ts';
import type { Market } from './market.ts';
import { textHash, uniformAt } from './noise.ts';
import type { Quote } from './quote.ts';
import type { Session } from './tradingCalendar.ts';

const CENTS = 100;
const HIGH_LOW_SAMPLES = 24;

/** Shares traded on a usual day. */
export function dailyVolume(underlying: UnderlyingInstrument): number {
  const { listing } = underlying;
  return listing.secType === 'IND' ? 0 : Math.round((2e9 * listing.liquidity ** 4) / Math.sqrt(listing.basePrice) / 8);
}

/** Share of a usual day's volume that has traded at `atMs`, [0, 1]: busy at the open and the close. */
export function volumeShare(session: Session, atMs: number): number {
  const share = Math.min(1, Math.max(0, (atMs - session.openMs) / (session.closeMs - session.openMs)));
  return share < 0.5 ? 0.6 * Math.sqrt(share / 2) * 1.666 : 0.5 + 0.5 * (2 * share - 1) ** 1.5;
}

/** First and last instant of the day that `atMs` belongs to in this market. */
export function marketDay(market: Market, atMs: number): { fromMs: number; session: Session } {
  const { calendar, hours } = market.options;
  const day = calendar.dayAt(atMs);
  const session = calendar.isTradingDay(day)
    ? calendar.session(day)
    : calendar.session(calendar.nearestTradingDay(day, -1));
  const fromMs =
    hours === 'always' ? calendar.previousClose(Math.min(atMs, session.closeMs - 1)).closeMs : session.openMs;
  return { fromMs, session };
}

/** Highest and lowest of the day so far, from evenly spaced points of the path. */
function dayRange(
  market: Market,
  underlying: UnderlyingInstrument,
  span: { fromMs: number; toMs: number; spot: number },
) {
  let high = span.spot;
  let low = span.spot;
  const step = Math.max(60_000, (span.toMs - span.fromMs) / HIGH_LOW_SAMPLES);
  for (let at = span.fromMs; at < span.toMs; at += step) {
    const { spot } = market.stateAt(underlying, at);
    high = Math.max(high, spot);
    low = Math.min(low, spot);
  }
  return { high, low };
}

/** A stock's, ETF's or index's quote. Indexes have a last price and nothing to trade. */
export function underlyingQuote(market: Market, underlying: UnderlyingInstrument, nowMs: number): Quote {
  const { listing, conId } = underlying;
  const { spot, atMs } = market.state(underlying, nowMs);
  const seed = market.options.seed ^ textHash(listing.symbol);
  const step = Math.floor(atMs / 1000);
  const { fromMs, session } = marketDay(market, atMs);
  const range = dayRange(market, underlying, { fromMs, toMs: atMs, spot });
  const common = {
    last: spot,
    lastSize: listing.secType === 'IND' ? 0 : 1 + Math.floor(8 * uniformAt(seed, step, 3) ** 3) * 100,
    lastAtMs: atMs,
    open: market.stateAt(underlying, Math.min(atMs, session.openMs)).spot,
    ...range,
  };
  if (listing.secType === 'IND') {
    return { ...common, bid: undefined, ask: undefined, bidSize: 0, askSize: 0, volume: 0 };
  }
  const spreadCents = Math.max(1, Math.round(listing.basePrice * CENTS * 0.00025 * (1.3 - listing.liquidity) ** 2));
  const spotCents = Math.round(spot * CENTS);
  const bidCents = spotCents - Math.floor(spreadCents * uniformAt(seed, step, conId) * 0.999);
  return {
    ...common,
    bid: bidCents / CENTS,
    ask: (bidCents + spreadCents) / CENTS,
    bidSize: 100 * (1 + Math.floor(20 * listing.liquidity * uniformAt(seed, step, 1) ** 2)),
    askSize: 100 * (1 + Math.floor(20 * listing.liquidity * uniformAt(seed, step, 2) ** 2)),
    volume: Math.round(dailyVolume(underlying) * volumeShare(session, atMs)),
  };
}
