import type { Instrument, OptionInstrument, UnderlyingInstrument } from '../core/instrument.ts';
import type { Computation, Quote } from '../core/quote.ts';
import { realisedVolAt, underlyingOptionTotals } from '../core/underlyingStatistics.ts';
import { computationFields } from './computationFields.ts';
import type { Connection } from './family.ts';
import type { Field } from './frames.ts';
import { ANSWER } from './messageIds.ts';

/** Tick types. @source ibapi ticktype.py */
const TICK = {
  bidSize: 0,
  bid: 1,
  ask: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
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
} as const;

/** Version of ticks 1, 2, 45 and 46 as live TWS sends it. */
const TICK_VERSION = 6;
const CAN_AUTO_EXECUTE = 1;
/** Tick attribute of message 21: computed from prices. */
const PRICE_BASED = 1;
/** Generic ticks change slowly: repeated at most this often. */
const SLOW_TICK_MS = 15_000;
/** Sent when nothing else has changed in the Greeks but the spot moved this share. */
const SPOT_SHARE = 0.0002;

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
  /** Last text sent per tick type. */
  readonly #sent = new Map<number, string>();
  #slowAtMs = -Infinity;
  #modelSpot = 0;

  constructor(options: QuoteLineOptions) {
    this.#options = options;
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
    const side = (type: number, price: number | undefined, size: number): void => {
      if (live && price !== undefined) this.#price(type, price, size);
      else this.#price(type, -1, 0);
    };
    side(TICK.bid, quote.bid, quote.bidSize);
    side(TICK.ask, quote.ask, quote.askSize);
  }

  #trades(quote: Quote, instrument: Instrument, nowMs: number): void {
    const { market } = this.#options.connection.core;
    if (quote.last !== undefined) {
      this.#price(TICK.last, quote.last, quote.lastSize);
      this.#text(TICK.lastTimestamp, String(Math.floor(quote.lastAtMs / 60_000) * 60));
    }
    if (quote.volume > 0) this.#size(TICK.volume, quote.volume);
    if (quote.high !== undefined) this.#price(TICK.high, quote.high, 0);
    if (quote.low !== undefined) this.#price(TICK.low, quote.low, 0);
    if (quote.open !== undefined) this.#price(TICK.open, quote.open, 0);
    if (!this.#sent.has(TICK.close)) {
      this.#price(TICK.close, Math.round(market.previousClose(instrument, nowMs) * 100) / 100, 0);
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
      if (!moved && this.#sent.get(key) === String(price)) continue;
      this.#sent.set(key, String(price));
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
    this.#size(TICK.callOpenInterest, option.right === 'C' ? interest : 0);
    this.#size(TICK.putOpenInterest, option.right === 'P' ? interest : 0);
  }

  #underlyingStatistics(underlying: UnderlyingInstrument, nowMs: number): void {
    const { market } = this.#options.connection.core;
    const generic = (type: number, value: number): void => {
      if (this.#changed(type, String(value))) this.#send(ANSWER.tickGeneric, TICK_VERSION, type, value);
    };
    if (this.#wants('106')) generic(TICK.impliedVol, market.state(underlying, nowMs).vol30);
    if (this.#wants('104')) generic(TICK.historicalVol, realisedVolAt(market, underlying, nowMs));
    if (!this.#wants('100') && !this.#wants('101')) return;
    const totals = underlyingOptionTotals(underlying, market.options.seed);
    if (this.#wants('101')) {
      this.#size(TICK.callOpenInterest, totals.callInterest);
      this.#size(TICK.putOpenInterest, totals.putInterest);
    }
    if (this.#wants('100')) {
      this.#size(TICK.callVolume, totals.callVolume);
      this.#size(TICK.putVolume, totals.putVolume);
    }
  }

  #wants(genericTick: string): boolean {
    return this.#options.genericTicks.includes(genericTick);
  }

  #changed(type: number, value: string): boolean {
    if (this.#sent.get(type) === value) return false;
    this.#sent.set(type, value);
    return true;
  }

  /** Ticks carry the message id and version first, then the request id: `[1, 6, requestId, type, ...]`. */
  #send(message: number, version: number, ...fields: Field[]): void {
    this.#options.connection.send(message, version, this.#options.requestId, ...fields);
  }

  #price(type: number, price: number, size: number): void {
    if (!this.#changed(type, `${price}/${size}`)) return;
    const mask = type === TICK.bid || type === TICK.ask ? CAN_AUTO_EXECUTE : 0;
    this.#send(ANSWER.tickPrice, TICK_VERSION, type, price, size, mask);
    const sizeType = { [TICK.bid]: TICK.bidSize, [TICK.ask]: TICK.askSize, [TICK.last]: TICK.lastSize }[type];
    if (sizeType !== undefined) this.#size(sizeType, size);
  }

  #size(type: number, size: number): void {
    if (this.#changed(type, String(size))) this.#send(ANSWER.tickSize, TICK_VERSION, type, size);
  }

  #text(type: number, text: string): void {
    if (this.#changed(type, text)) this.#send(ANSWER.tickString, TICK_VERSION, type, text);
  }

  #computation(type: number, values: Computation | undefined, price: number | undefined): void {
    if (!values && !this.#changed(type, String(price))) return;
    if (values) this.#sent.delete(type);
    const { connection, requestId } = this.#options;
    connection.send(ANSWER.optionComputation, requestId, type, PRICE_BASED, ...computationFields(values, price));
  }
}
