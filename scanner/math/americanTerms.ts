import type { Right } from '../domain/option.ts';

/** A dividend in cash. */
export interface CashDividend {
  /** From now until the share trades without it. */
  years: number;
  /** Per share. */
  amount: number;
}

export interface AmericanInput {
  right: Right;
  spot: number;
  strike: number;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  dividendYield: number;
  /** Annual volatility. */
  vol: number;
  /** In the spot model: the share falls by the amount on its day. Those outside (0, years) are ignored. */
  dividends?: readonly CashDividend[];
}

/** What all options of one expiry and right share. */
export interface AmericanExpiryTerms {
  right: Right;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  /** Continuous; with `dividends`, what there is besides them. */
  dividendYield: number;
  /** In cash, spot model: the share falls by the amount on its day. Those outside (0, years) are ignored. */
  dividends?: readonly CashDividend[];
}

/** Value and its first two derivatives by spot, per share. */
export interface Slopes {
  price: number;
  delta: number;
  gamma: number;
}
