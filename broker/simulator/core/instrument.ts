import type { PriceIncrement } from '../../../scanner/domain/money.ts';
import type { IsoDate, Right, Settlement } from '../../../scanner/domain/option.ts';
import type { RecordedTape } from './recordedTape.ts';
import type { Listing } from './universe.ts';

/** A market rule as TWS numbers it. */
export interface MarketRule {
  id: number;
  increments: readonly PriceIncrement[];
}

const CENT: MarketRule = { id: 26, increments: [{ lowEdge: 0, increment: 0.01 }] };
const NICKEL_DIME: MarketRule = {
  id: 109,
  increments: [
    { lowEdge: 0, increment: 0.05 },
    { lowEdge: 3, increment: 0.1 },
  ],
};
const PENNY_NICKEL: MarketRule = {
  id: 110,
  increments: [
    { lowEdge: 0, increment: 0.01 },
    { lowEdge: 3, increment: 0.05 },
  ],
};
const PENNY_ALL: MarketRule = { id: 239, increments: [{ lowEdge: 0, increment: 0.01 }] };
const NICKEL: MarketRule = { id: 32, increments: [{ lowEdge: 0, increment: 0.05 }] };

export const MARKET_RULES: ReadonlyMap<number, MarketRule> = new Map(
  [CENT, NICKEL_DIME, PENNY_NICKEL, PENNY_ALL, NICKEL].map((rule) => [rule.id, rule]),
);

export function optionRule(tick: Listing['tick']): MarketRule {
  if (tick === 'penny-all') return PENNY_ALL;
  return tick === 'penny' ? PENNY_NICKEL : NICKEL_DIME;
}

/** Combos move by the class's smallest increment at every price. @source Cboe complex order book increments. */
export function comboRule(tick: Listing['tick']): MarketRule {
  return tick === 'nickel' ? NICKEL : PENNY_ALL;
}

/** A stock, ETF or index. */
export interface UnderlyingInstrument {
  kind: 'underlying';
  conId: number;
  listing: Listing;
}

/** One option root of an underlying: all its contracts share rules, multiplier and settlement. */
export interface OptionRoot {
  root: string;
  underlying: UnderlyingInstrument;
  settlement: Settlement;
  multiplier: number;
  /** Position in the contract ids; see contractIds.ts. */
  classIndex: number;
  /** First exchange is SMART. */
  exchanges: readonly string[];
  /** Recorded quotes and vols, where the root comes from a quote file. */
  tape?: RecordedTape;
}

export interface OptionInstrument {
  kind: 'option';
  conId: number;
  root: OptionRoot;
  /** Day it settles, New York. */
  expiry: IsoDate;
  /** Last day it trades: the day before `expiry` for AM settlement. TWS names contracts by this date. */
  lastTradeDate: IsoDate;
  right: Right;
  strike: number;
}

export type Instrument = UnderlyingInstrument | OptionInstrument;

/** Price increments of single-leg orders and quotes. */
export function ruleOf(instrument: Instrument): MarketRule {
  return instrument.kind === 'option' ? optionRule(instrument.root.underlying.listing.tick) : CENT;
}

export function multiplierOf(instrument: Instrument): number {
  return instrument.kind === 'option' ? instrument.root.multiplier : 1;
}

export function listingOf(instrument: Instrument): Listing {
  return instrument.kind === 'option' ? instrument.root.underlying.listing : instrument.listing;
}

const EQUITY_OPTION_EXCHANGES = [
  'SMART', 'AMEX', 'BATS', 'BOX', 'CBOE', 'CBOE2', 'EDGX', 'EMERALD', 'GEMINI', 'ISE', 'MEMX', 'MERCURY', 'MIAX',
  'NASDAQBX', 'NASDAQOM', 'PEARL', 'PHLX', 'PSE', 'SAPPHIRE',
] as const; // prettier-ignore

/** Where the options of an underlying trade, SMART first. */
export function optionExchanges(listing: Listing): readonly string[] {
  if (listing.secType === 'STK') return EQUITY_OPTION_EXCHANGES;
  return listing.symbol === 'NDX' ? ['SMART', 'PHLX', 'ISE'] : ['SMART', 'CBOE'];
}
