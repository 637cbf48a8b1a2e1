import { textHash } from './noise.ts';
import { optionQuote } from './optionQuote.ts';
import { computationAt, optionModel } from './optionModel.ts';
import type { Instrument, OptionInstrument, UnderlyingInstrument } from './instrument.ts';
import { MARKET_STEP_MS } from './marketView.ts';
import type { DaySoFar, MarketOptions, MarketView, UnderlyingState } from './marketView.ts';
import { PricePath } from './pricePath.ts';
import type { Computation, Quote } from './quote.ts';
import { forwardAt, settlementInstant } from './rates.ts';
import type { Forward } from './rates.ts';
import { dayNumber } from './tradingCalendar.ts';
import { daySoFar, marketDay, underlyingQuote } from './underlyingQuote.ts';

const DAY_SO_FAR_MS = 60_000;
const ORIGIN = { logPrice: 0, logVol: 0 };

/** The moving market: a pure function of seed and time, computed for what is asked and cached for one step. */
export class Market implements MarketView {
  readonly options: MarketOptions;
  readonly #paths = new Map<string, PricePath>();
  readonly #states = new Map<UnderlyingInstrument, UnderlyingState>();
  readonly #days = new Map<UnderlyingInstrument, DaySoFar>();
  readonly #origins = new Map<UnderlyingInstrument, { logPrice: number; logVol: number }>();
  readonly #anchors = new Map<number, number>();
  readonly #closes = new Map<number, { atMs: number; price: number }>();
  readonly #forwards = new Map<string, { atMs: number; forward: Forward }>();

  constructor(options: MarketOptions) {
    this.options = options;
  }

  /** False when the session is closed: no quotes and no fills. */
  isOpen(nowMs: number): boolean {
    return this.options.hours === 'always' || this.options.calendar.isOpen(nowMs);
  }

  /** The market's own time: the last step, or the last close while the exchange is shut. */
  marketMs(nowMs: number): number {
    const { calendar, hours } = this.options;
    const shut = hours === 'exchange' && !calendar.isOpen(nowMs);
    return shut ? calendar.previousClose(nowMs).closeMs : Math.floor(nowMs / MARKET_STEP_MS) * MARKET_STEP_MS;
  }

  /** Price path of an underlying; those that follow an index share its path. */
  path(underlying: UnderlyingInstrument): PricePath {
    const { listing } = underlying;
    const leader = listing.follows ? this.options.contracts.underlying(listing.follows) : undefined;
    const owner = leader?.listing ?? listing;
    let path = this.#paths.get(owner.symbol);
    if (!path) {
      const { seed, calendar, hours } = this.options;
      path = new PricePath({
        seed: (seed ^ textHash(owner.symbol)) | 0,
        marketSeed: (seed ^ textHash('the market')) | 0,
        marketShare: owner.marketShare,
        vol: owner.baseVol,
        calendar,
        hours,
      });
      this.#paths.set(owner.symbol, path);
    }
    return path;
  }

  /** Spot and vol level at the market's time of `nowMs`. */
  state(underlying: UnderlyingInstrument, nowMs: number): UnderlyingState {
    const atMs = this.marketMs(nowMs);
    const known = this.#states.get(underlying);
    if (known?.atMs === atMs) return known;
    const state = this.stateAt(underlying, atMs);
    this.#states.set(underlying, state);
    return state;
  }

  /** The same at any instant, past or present; not cached. */
  stateAt(underlying: UnderlyingInstrument, atMs: number): UnderlyingState {
    const path = this.path(underlying);
    const { basePrice, baseVol, anchoredAtMs } = underlying.listing;
    const origin = anchoredAtMs === undefined ? ORIGIN : this.#origin(underlying, anchoredAtMs);
    const level = basePrice * Math.exp(path.logPriceAt(atMs) - origin.logPrice);
    const vol30 = baseVol * Math.exp(path.logVolAt(atMs) - origin.logVol);
    return { atMs, spot: Math.round(level * 100) / 100, vol30 };
  }

  /** Where the path stood when a recorded market was taken over. */
  #origin(underlying: UnderlyingInstrument, anchoredAtMs: number): { logPrice: number; logVol: number } {
    let origin = this.#origins.get(underlying);
    if (!origin) {
      const path = this.path(underlying);
      const atMs = this.marketMs(anchoredAtMs);
      origin = { logPrice: path.logPriceAt(atMs), logVol: path.logVolAt(atMs) };
      this.#origins.set(underlying, origin);
    }
    return origin;
  }

  /** Open, high and low of the day, a minute old at most. */
  daySoFar(underlying: UnderlyingInstrument, nowMs: number): DaySoFar {
    const minute = Math.floor(this.marketMs(nowMs) / DAY_SO_FAR_MS) * DAY_SO_FAR_MS;
    let day = this.#days.get(underlying);
    if (day?.untilMs !== minute) {
      day = daySoFar(this, underlying, minute);
      this.#days.set(underlying, day);
    }
    return day;
  }

  forward(option: OptionInstrument, nowMs: number): Forward {
    const { underlying, root } = option.root;
    const state = this.state(underlying, nowMs);
    const key = `${underlying.conId}|${root}|${option.expiry}`;
    const known = this.#forwards.get(key);
    if (known?.atMs === state.atMs) return known.forward;
    const forward = this.forwardFrom(option, state);
    this.#forwards.set(key, { atMs: state.atMs, forward });
    return forward;
  }

  /** Forward of an option's expiry from a given state of its underlying. */
  forwardFrom(option: OptionInstrument, state: UnderlyingState): Forward {
    const settlementDay = dayNumber(option.expiry);
    return forwardAt({
      listing: option.root.underlying.listing,
      spot: state.spot,
      nowMs: state.atMs,
      today: this.options.calendar.dayAt(state.atMs),
      settlementDay,
      settlementMs: this.settlementMs(option),
    });
  }

  /** Model value and Greeks of an option now. */
  model(option: OptionInstrument, nowMs: number): Computation {
    return optionModel(option, this.state(option.root.underlying, nowMs), this.forward(option, nowMs));
  }

  /** The same at any instant; not cached. */
  modelAt(option: OptionInstrument, atMs: number): Computation {
    const state = this.stateAt(option.root.underlying, atMs);
    return optionModel(option, state, this.forwardFrom(option, state));
  }

  /** Model value when a recorded market was taken over; cached, since it never changes. */
  anchorPrice(option: OptionInstrument, anchoredAtMs: number): number {
    let price = this.#anchors.get(option.conId);
    if (price === undefined) {
      price = this.modelAt(option, this.marketMs(anchoredAtMs)).price;
      this.#anchors.set(option.conId, price);
    }
    return price;
  }

  /** Values implied by a price other than the model's; undefined where no vol explains it. */
  computation(option: OptionInstrument, price: number, nowMs: number): Computation | undefined {
    const state = this.state(option.root.underlying, nowMs);
    return computationAt(option, price, { state, forward: this.forward(option, nowMs) });
  }

  /** The quote as the exchange last showed it, also while shut; see `isOpen`. */
  quote(instrument: Instrument, nowMs: number): Quote {
    if (instrument.kind === 'underlying') return underlyingQuote(this, instrument, nowMs);
    return optionQuote(this, instrument, nowMs);
  }

  /** When the option's value is fixed, ms since 1970. */
  settlementMs(option: OptionInstrument): number {
    return settlementInstant(option.root.settlement, dayNumber(option.expiry));
  }

  /** True once the last trading session of the option has closed. */
  isExpired(option: OptionInstrument, nowMs: number): boolean {
    return nowMs >= settlementInstant('pm', dayNumber(option.lastTradeDate));
  }

  /** Previous session's closing value: a share's last price, an option's model value. */
  previousClose(instrument: Instrument, nowMs: number): number {
    const underlying = instrument.kind === 'option' ? instrument.root.underlying : instrument;
    const { session } = marketDay(this, this.marketMs(nowMs));
    const { closeMs } = this.options.calendar.previousClose(session.closeMs - 1);
    const known = this.#closes.get(instrument.conId);
    if (known?.atMs === closeMs) return known.price;
    const price =
      instrument.kind === 'option' ? this.modelAt(instrument, closeMs).price : this.stateAt(underlying, closeMs).spot;
    this.#closes.set(instrument.conId, { atMs: closeMs, price });
    return price;
  }
}
