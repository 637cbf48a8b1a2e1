import { newYorkDate } from '../../../scanner/domain/calendar.ts';
import type { Instrument, OptionInstrument, UnderlyingInstrument } from '../core/instrument.ts';
import type { Computation, Quote } from '../core/quote.ts';
import type { Listing } from '../core/universe.ts';
import { dividendsOf } from '../core/rates.ts';
import { realisedVolAt, underlyingOptionTotals } from '../core/underlyingStatistics.ts';
import { computationFields } from './computationFields.ts';
import type { Connection } from './family.ts';
import { ANSWER } from './messageIds.ts';
import { SIDE, TickStream } from './tickStream.ts';

/** Tick types. @source ibapi ticktype.py */
const TICK = {
  high: 6,
  low: 7,
  volume: 8,
  close: 9,
  bidOption: 10,
  askOption: 11,
  lastOption: 12,
  modelOption: 13,
  open: 14,
  historicalVol: 23,
  impliedVol: 24,
  callOpenInterest: 27,
  putOpenInterest: 28,
  callVolume: 29,
  putVolume: 30,
  lastTimestamp: 45,
  dividends: 59,
} as const;

/** Tick attribute of message 21: computed from prices. */
const PRICE_BASED = 1;
/** Generic ticks change slowly: repeated at most this often. */
const SLOW_TICK_MS = 15_000;
/** Sent when nothing else has changed in the Greeks but the spot moved this share. */
const SPOT_SHARE = 0.0002;

/** `0.83,0.92,20130219,0.23`: past and coming twelve months, date and amount of the next; `,,,` for none. */
function dividendText(listing: Listing, nowMs: number): string {
  const { perYear, next } = dividendsOf(listing, newYorkDate(nowMs));
  return next ? [perYear, perYear, next.exDate.replaceAll('-', ''), next.amount].join(',') : ',,,';
}

export interface QuoteLineOptions {
  connection: Connection;
  requestId: number;
  instrument: Instrument;
  genericTicks: readonly string[];
  /** Shows the last session's quote while the exchange is shut. */
  frozen: boolean;
}

/** One subscribed contract: sends what has changed since it was last looked at. */
export class QuoteLine {
  readonly #options: QuoteLineOptions;
  readonly #ticks: TickStream;
  #slowAtMs = -Infinity;
  #modelSpot = 0;

  constructor(options: QuoteLineOptions) {
    this.#options = options;
    this.#ticks = new TickStream(options.connection, options.requestId);
  }

  update(nowMs: number): void {
    const { connection, instrument, frozen } = this.#options;
    const { market } = connection.core;
    const open = market.isOpen(nowMs);
    const quote = market.quote(instrument, nowMs);
    this.#sides(quote, open || frozen);
    this.#trades(quote, instrument, nowMs);
    if (instrument.kind === 'option') this.#greeks(instrument, quote, { nowMs, live: open || frozen });
    if (nowMs - this.#slowAtMs >= SLOW_TICK_MS) {
      this.#slowAtMs = nowMs;
      if (instrument.kind === 'option') this.#optionInterest(instrument, quote);
      else this.#underlyingStatistics(instrument, nowMs);
    }
  }

  #sides(quote: Quote, live: boolean): void {
    const { instrument } = this.#options;
    if (instrument.kind === 'underlying' && instrument.listing.secType === 'IND') return;
    this.#ticks.side(SIDE.bid, live ? quote.bid : undefined, quote.bidSize);
    this.#ticks.side(SIDE.ask, live ? quote.ask : undefined, quote.askSize);
  }

  #trades(quote: Quote, instrument: Instrument, nowMs: number): void {
    const { market } = this.#options.connection.core;
    if (quote.last !== undefined) {
      this.#ticks.price(SIDE.last, quote.last, quote.lastSize);
      this.#ticks.text(TICK.lastTimestamp, String(Math.floor(quote.lastAtMs / 60_000) * 60));
    }
    if (quote.volume > 0) this.#ticks.size(TICK.volume, quote.volume);
    if (quote.high !== undefined) this.#ticks.price(TICK.high, quote.high, 0);
    if (quote.low !== undefined) this.#ticks.price(TICK.low, quote.low, 0);
    if (quote.open !== undefined) this.#ticks.price(TICK.open, quote.open, 0);
    if (!this.#ticks.has(TICK.close)) {
      this.#ticks.price(TICK.close, Math.round(market.previousClose(instrument, nowMs) * 100) / 100, 0);
    }
  }

  /** Model values only when they have moved enough to matter; those of bid, ask and last with their own price. */
  #greeks(option: OptionInstrument, quote: Quote, { nowMs, live }: { nowMs: number; live: boolean }): void {
    const { market } = this.#options.connection.core;
    if (!live) {
      this.#computation(TICK.modelOption, undefined, undefined);
      return;
    }
    const { spot } = market.state(option.root.underlying, nowMs);
    const moved = Math.abs(spot / this.#modelSpot - 1) > SPOT_SHARE;
    if (moved) this.#modelSpot = spot;
    const sides: [number, number | undefined][] = [
      [TICK.bidOption, quote.bid],
      [TICK.askOption, quote.ask],
      [TICK.lastOption, quote.last],
    ];
    for (const [type, price] of sides) {
      if (price === undefined) continue;
      const key = -type;
      if (!this.#ticks.changed(key, String(price)) && !moved) continue;
      this.#computation(type, price > 0 ? market.computation(option, price, nowMs) : undefined, price);
    }
    if (moved) {
      const model = market.model(option, nowMs);
      this.#computation(TICK.modelOption, model, model.price);
    }
  }

  #optionInterest(option: OptionInstrument, quote: Quote): void {
    if (!this.#wants('101')) return;
    const interest = quote.openInterest ?? 0;
    this.#ticks.size(TICK.callOpenInterest, option.right === 'C' ? interest : 0);
    this.#ticks.size(TICK.putOpenInterest, option.right === 'P' ? interest : 0);
  }

  #underlyingStatistics(underlying: UnderlyingInstrument, nowMs: number): void {
    const { market } = this.#options.connection.core;
    if (this.#wants('106')) this.#ticks.generic(TICK.impliedVol, market.state(underlying, nowMs).vol30);
    if (this.#wants('104')) this.#ticks.generic(TICK.historicalVol, realisedVolAt(market, underlying, nowMs));
    if (this.#wants('456')) this.#ticks.text(TICK.dividends, dividendText(underlying.listing, nowMs));
    if (!this.#wants('100') && !this.#wants('101')) return;
    const totals = underlyingOptionTotals(underlying, market.options.seed);
    if (this.#wants('101')) {
      this.#ticks.size(TICK.callOpenInterest, totals.callInterest);
      this.#ticks.size(TICK.putOpenInterest, totals.putInterest);
    }
    if (this.#wants('100')) {
      this.#ticks.size(TICK.callVolume, totals.callVolume);
      this.#ticks.size(TICK.putVolume, totals.putVolume);
    }
  }

  #wants(genericTick: string): boolean {
    return this.#options.genericTicks.includes(genericTick);
  }

  #computation(type: number, values: Computation | undefined, price: number | undefined): void {
    if (!values && !this.#ticks.changed(type, String(price))) return;
    if (values) this.#ticks.forget(type);
    const { connection, requestId } = this.#options;
    connection.send(ANSWER.optionComputation, requestId, type, PRICE_BASED, ...computationFields(values, price));
  }
}
