/** 'C' is a call, 'P' a put. */
export type Right = 'C' | 'P';

/** A calendar date in New York, `YYYY-MM-DD`. Compares correctly as text. */
export type IsoDate = string;

export type ExerciseStyle = 'european' | 'american';

/** `am`: settles at the open of the expiry date (SPX, NDX, RUT). `pm`: at its close. */
export type Settlement = 'am' | 'pm';

/** What one listed option is, without its quotes. */
export interface OptionContract {
  /** Underlying symbol, for instance `SPX`. */
  symbol: string;
  /** Trading class, for instance `SPXW`. Roots never mix in a spread. */
  root: string;
  expiry: IsoDate;
  right: Right;
  /** In the strike's currency. */
  strike: number;
  /** Shares or units per contract, 100 for standard options. */
  multiplier: number;
  /** TWS contract id; absent for contracts that come from a file. */
  conId?: number;
}

const EUROPEAN_SYMBOLS: ReadonlySet<string> = new Set(['SPX', 'XSP', 'NDX', 'XND', 'RUT', 'MRUT', 'VIX', 'DJX', 'XEO']);
const AM_SETTLED_ROOTS: ReadonlySet<string> = new Set(['SPX', 'NDX', 'RUT', 'VIX', 'VIXW', 'DJX']);

/** Index options are European, equity and ETF options American. @source finance.md, Cboe product pages. */
export function exerciseStyle(symbol: string): ExerciseStyle {
  return EUROPEAN_SYMBOLS.has(symbol) ? 'european' : 'american';
}

/** @source Cboe: SPX, NDX, RUT monthlies and VIX are AM-settled; their weekly roots and all others PM-settled. */
export function settlementOf(root: string): Settlement {
  return AM_SETTLED_ROOTS.has(root) ? 'am' : 'pm';
}

/** True for cash-settled indexes, whose underlying is not a share and cannot be traded. */
export function isIndex(symbol: string): boolean {
  return EUROPEAN_SYMBOLS.has(symbol);
}
