import type { ContractBook } from './contractBook.ts';
import type { OptionInstrument, UnderlyingInstrument } from './instrument.ts';
import type { Computation } from './quote.ts';
import type { TradingCalendar } from './tradingCalendar.ts';

/** Prices hold still for this long; a finer question gets the same answer. */
export const MARKET_STEP_MS = 250;

export interface MarketOptions {
  seed: number;
  calendar: TradingCalendar;
  contracts: ContractBook;
  hours: 'always' | 'exchange';
}

/** State of one underlying at one step of the market. */
export interface UnderlyingState {
  atMs: number;
  spot: number;
  /** 30-day implied vol, a fraction. */
  vol30: number;
}

/** What a day has shown of an underlying until `untilMs`. */
export interface DaySoFar {
  untilMs: number;
  open: number;
  high: number;
  low: number;
}

/** What a quote is made from: the part of the market that its quotes look back at. */
export interface MarketView {
  readonly options: MarketOptions;
  marketMs(nowMs: number): number;
  state(underlying: UnderlyingInstrument, nowMs: number): UnderlyingState;
  stateAt(underlying: UnderlyingInstrument, atMs: number): UnderlyingState;
  daySoFar(underlying: UnderlyingInstrument, nowMs: number): DaySoFar;
  model(option: OptionInstrument, nowMs: number): Computation;
  anchorPrice(option: OptionInstrument, anchoredAtMs: number): number;
}
