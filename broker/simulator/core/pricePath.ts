import { normalAt } from './noise.ts';
import type { Session, TradingCalendar } from './tradingCalendar.ts';

const PRICE_MEMORY = 0.99;
const VOL_MEMORY = 0.97;
const VOL_STEP = 0.05;
/** Falling prices raise volatility. */
const LEVERAGE = -0.65;
/** Realised volatility runs below implied: the variance premium. */
const REALISED_SHARE = 0.85;
/** Share of a day's variance between one close and the next open, in exchange hours. */
const OVERNIGHT_SHARE = 0.2;
const TRADING_DAYS_PER_YEAR = 252;
/** 24 hours in 2^18 steps: a third of a second. */
const BRIDGE_LEVELS = 18;

export interface PricePathOptions {
  seed: number;
  /** Stream of the whole market, shared by all paths of one seed. */
  marketSeed: number;
  /** Share of the path's variance that is the market's, [0, 1]. */
  marketShare: number;
  /** Annual implied vol around which the vol level moves. */
  vol: number;
  calendar: TradingCalendar;
  /** `always`: the market moves around the clock; `exchange`: in session only. */
  hours: 'always' | 'exchange';
}

/**
 * Price and volatility level of one underlying as a pure function of time. Daily closes follow a mean-reverting
 * random walk from 2010 on; inside a day a Brownian bridge joins them. Nothing is stored but the daily values, so any
 * instant can be asked for in any order, and history agrees with what was streamed.
 */
export class PricePath {
  readonly #options: PricePathOptions;
  /** Per trading-day ordinal: log price over base, and log vol over base, at the close. */
  readonly #logPrice: number[] = [0];
  readonly #logVol: number[] = [0];

  constructor(options: PricePathOptions) {
    this.#options = options;
  }

  /** Log of price over its base level at `ms`. */
  logPriceAt(ms: number): number {
    return this.#at(ms, 0);
  }

  /** Log of 30-day implied vol over its base level at `ms`. */
  logVolAt(ms: number): number {
    return this.#at(ms, 1);
  }

  #at(ms: number, channel: 0 | 1): number {
    const { calendar } = this.#options;
    const before = calendar.previousClose(ms);
    const next = calendar.currentOrNext(ms);
    const ordinal = calendar.ordinal(before.day);
    if (ordinal < 0) return 0;
    const series = channel === 0 ? this.#logPrice : this.#logVol;
    this.#growTo(ordinal + 1);
    const from = series[ordinal] ?? 0;
    const to = series[ordinal + 1] ?? from;
    const stdDev = channel === 0 ? this.#dailyStdDev(ordinal) : VOL_STEP;
    return this.#bridge({ from, to, stdDev, ordinal, channel, at: this.#dayShare(ms, before, next) });
  }

  /** Where `ms` lies between two closes in market time, [0, 1]. */
  #dayShare(ms: number, before: Session, next: Session): number {
    if (this.#options.hours === 'always') return (ms - before.closeMs) / (next.closeMs - before.closeMs);
    if (ms < next.openMs) return 0;
    return OVERNIGHT_SHARE + (1 - OVERNIGHT_SHARE) * ((ms - next.openMs) / (next.closeMs - next.openMs));
  }

  #dailyStdDev(ordinal: number): number {
    const level = this.#options.vol * Math.exp(this.#logVol[ordinal] ?? 0);
    return (REALISED_SHARE * level) / Math.sqrt(TRADING_DAYS_PER_YEAR);
  }

  #normal(day: number, node: number, channel: 0 | 1): number {
    const { seed, marketSeed, marketShare } = this.#options;
    const own = Math.sqrt(1 - marketShare) * normalAt(seed, day, node);
    const price = Math.sqrt(marketShare) * normalAt(marketSeed, day, node) + own;
    if (channel === 0) return price;
    return LEVERAGE * price + Math.sqrt(1 - LEVERAGE * LEVERAGE) * normalAt(seed ^ 0x7f4a7c15, day, node);
  }

  #growTo(ordinal: number): void {
    while (this.#logPrice.length <= ordinal) {
      const last = this.#logPrice.length - 1;
      const price = this.#normal(last, 0, 0);
      this.#logPrice.push(PRICE_MEMORY * (this.#logPrice[last] ?? 0) + this.#dailyStdDev(last) * price);
      this.#logVol.push(VOL_MEMORY * (this.#logVol[last] ?? 0) + VOL_STEP * this.#normal(last, 0, 1));
    }
  }

  /** Midpoint displacement down to the asked instant. @source Lévy's construction of Brownian motion. */
  #bridge(span: { from: number; to: number; stdDev: number; ordinal: number; channel: 0 | 1; at: number }): number {
    let { from, to } = span;
    let low = 0;
    let high = 1;
    let node = 1;
    for (let level = 0; level < BRIDGE_LEVELS; level++) {
      const length = high - low;
      const middle = (low + high) / 2;
      const value =
        (from + to) / 2 + span.stdDev * Math.sqrt(length / 4) * this.#normal(span.ordinal, node, span.channel);
      if (span.at < middle) {
        high = middle;
        to = value;
        node = 2 * node;
      } else {
        low = middle;
        from = value;
        node = 2 * node + 1;
      }
    }
    return from + (to - from) * ((span.at - low) / (high - low));
  }
}
