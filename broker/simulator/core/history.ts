import type { Instrument } from './instrument.ts';
import type { Market } from './market.ts';
import { realisedVolAt } from './underlyingStatistics.ts';
import { dailyVolume } from './underlyingQuote.ts';
import { uniformAt } from './noise.ts';

export interface Bar {
  /** Start of an intraday bar; opening of a daily one. ms since 1970. */
  atMs: number;
  daily: boolean;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  average: number;
  count: number;
}

export type BarKind =
  'TRADES' | 'MIDPOINT' | 'BID' | 'ASK' | 'BID_ASK' | 'OPTION_IMPLIED_VOLATILITY' | 'HISTORICAL_VOLATILITY';

export interface BarRequest {
  instrument: Instrument;
  kind: BarKind;
  /** Length of a bar, ms; a day or more gives daily bars. */
  barMs: number;
  /** Length of the whole series, ms, counted back from `endMs`. */
  durationMs: number;
  endMs: number;
}

const MS_PER_DAY = 86_400_000;
const SAMPLES = 12;
const MAX_BARS = 4000;
const SESSION_MS = 6.5 * 3_600_000;
/** Sessions per calendar day, to turn a duration into a number of daily bars. */
const SESSION_SHARE = 252 / 365;

/** One value of the asked series at an instant. */
function valueAt(market: Market, { instrument, kind }: BarRequest, atMs: number): number {
  const underlying = instrument.kind === 'option' ? instrument.root.underlying : instrument;
  if (kind === 'OPTION_IMPLIED_VOLATILITY') return market.stateAt(underlying, atMs).vol30;
  if (kind === 'HISTORICAL_VOLATILITY') return realisedVolAt(market, underlying, atMs);
  if (instrument.kind === 'option') return market.modelAt(instrument, atMs).price;
  return market.stateAt(underlying, atMs).spot;
}

function barOver(market: Market, request: BarRequest, span: { fromMs: number; toMs: number; daily: boolean }): Bar {
  const samples = request.kind === 'HISTORICAL_VOLATILITY' ? 1 : SAMPLES;
  const open = valueAt(market, request, span.fromMs);
  const close = valueAt(market, request, span.toMs);
  let high = Math.max(open, close);
  let low = Math.min(open, close);
  let total = (open + close) / 2;
  for (let i = 1; i < samples; i++) {
    const value = valueAt(market, request, span.fromMs + ((span.toMs - span.fromMs) * i) / samples);
    high = Math.max(high, value);
    low = Math.min(low, value);
    total += value;
  }
  const trades = request.kind === 'TRADES' && request.instrument.kind === 'underlying';
  const volume = trades ? shares(request.instrument, market.options.seed, span) : 0;
  return {
    ...{ atMs: span.fromMs, daily: span.daily, open, high, low, close },
    ...{ volume, average: total / samples, count: Math.round(volume / 120) },
  };
}

function shares(instrument: Instrument, seed: number, span: { fromMs: number; toMs: number }): number {
  if (instrument.kind !== 'underlying') return 0;
  const noise = 0.6 + 0.8 * uniformAt(seed, instrument.conId, Math.floor(span.fromMs / 60_000));
  const share = (span.toMs - span.fromMs) / SESSION_MS;
  return Math.round(dailyVolume(instrument) * share * noise);
}

/** Bars in session hours up to `endMs`, oldest first; the last one may still be forming. */
export function historicalBars(market: Market, request: BarRequest): Bar[] {
  const daily = request.barMs >= MS_PER_DAY;
  const { calendar } = market.options;
  const bars: Bar[] = [];
  const firstDay = calendar.dayAt(request.endMs - request.durationMs);
  const wantedSessions = Math.max(1, Math.round((request.durationMs / MS_PER_DAY) * SESSION_SHARE));
  let day = calendar.nearestTradingDay(calendar.dayAt(request.endMs), -1);
  for (
    let sessions = 0;
    bars.length < MAX_BARS && sessions < wantedSessions && (daily || day >= firstDay);
    sessions++
  ) {
    const { openMs, closeMs } = calendar.session(day);
    const endMs = Math.min(closeMs, request.endMs);
    if (endMs > openMs) {
      if (daily) bars.push(barOver(market, request, { fromMs: openMs, toMs: endMs, daily }));
      else bars.push(...intraday(market, request, { openMs, endMs }).reverse());
    } else sessions--;
    day = calendar.nearestTradingDay(day - 1, -1);
  }
  const from = request.endMs - request.durationMs;
  return bars.reverse().filter((bar) => daily || bar.atMs >= from);
}

function intraday(market: Market, request: BarRequest, { openMs, endMs }: { openMs: number; endMs: number }): Bar[] {
  const bars: Bar[] = [];
  for (let fromMs = openMs; fromMs < endMs; fromMs += request.barMs) {
    const toMs = Math.min(fromMs + request.barMs, endMs);
    bars.push(barOver(market, request, { fromMs, toMs, daily: false }));
  }
  return bars;
}
