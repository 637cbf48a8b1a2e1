/** Model values of one option at one price. @see finance.md for signs and units. */
export interface Computation {
  iv: number;
  delta: number;
  gamma: number;
  /** Per vol point. */
  vega: number;
  /** Per calendar day. */
  theta: number;
  /** Option price the values belong to. */
  price: number;
  /** Present value of dividends until expiry. */
  dividends: number;
  spot: number;
}

/** One instrument's market. Absent is undefined; a bid of 0 is a real bid. */
export interface Quote {
  bid: number | undefined;
  ask: number | undefined;
  bidSize: number;
  askSize: number;
  last: number | undefined;
  lastSize: number;
  /** When `last` was traded, ms since 1970. */
  lastAtMs: number;
  volume: number;
  /** The day's own, underlyings only. */
  open?: number | undefined;
  high?: number | undefined;
  low?: number | undefined;
  /** Contracts; options only. */
  openInterest?: number | undefined;
}

/** Middle of a two-sided quote; undefined when a side is missing. */
export function midOf(quote: Quote): number | undefined {
  return quote.bid === undefined || quote.ask === undefined ? undefined : (quote.bid + quote.ask) / 2;
}
