import type { UnderlyingInstrument } from './instrument.ts';
import type { DaySoFar, MarketView } from './marketView.ts';
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
export function marketDay(market: MarketView, atMs: number): { fromMs: number; session: Session } {
  const { calendar, hours } = market.options;
  const day = calendar.dayAt(atMs);
  const session = calendar.isTradingDay(day)
    ? calendar.session(day)
    : calendar.session(calendar.nearestTradingDay(day, -1));
  const fromMs =
    hours === 'always' ? calendar.previousClose(Math.min(atMs, session.closeMs - 1)).closeMs : session.openMs;
  return { fromMs, session };
}

/** From evenly spaced points of the path. */
export function daySoFar(market: MarketView, underlying: UnderlyingInstrument, untilMs: number): DaySoFar {
  const { fromMs, session } = marketDay(market, untilMs);
  const open = market.stateAt(underlying, Math.min(untilMs, session.openMs)).spot;
  let high = open;
  let low = open;
  const step = Math.max(60_000, (untilMs - fromMs) / HIGH_LOW_SAMPLES);
  for (let at = fromMs; at < untilMs; at += step) {
    const { spot } = market.stateAt(underlying, at);
    high = Math.max(high, spot);
    low = Math.min(low, spot);
  }
  return { untilMs, open, high, low };
}

/** A stock's, ETF's or index's quote. Indexes have a last price and nothing to trade. */
export function underlyingQuote(market: MarketView, underlying: UnderlyingInstrument, nowMs: number): Quote {
  const { listing, conId } = underlying;
  const { spot, atMs } = market.state(underlying, nowMs);
  const seed = market.options.seed ^ textHash(listing.symbol);
  const step = Math.floor(atMs / 1000);
  const { session } = marketDay(market, atMs);
  const day = market.daySoFar(underlying, nowMs);
  const common = {
    last: spot,
    lastSize: listing.secType === 'IND' ? 0 : 1 + Math.floor(8 * uniformAt(seed, step, 3) ** 3) * 100,
    lastAtMs: atMs,
    open: day.open,
    high: Math.max(day.high, spot),
    low: Math.min(day.low, spot),
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
