import type { IsoDate, Right } from './option.ts';

/** One option as a quote file recorded it. Absent is undefined; a bid of 0 is a real bid. */
export interface RecordedOption {
  root: string;
  expiry: IsoDate;
  right: Right;
  strike: number;
  bid?: number | undefined;
  ask?: number | undefined;
  last?: number | undefined;
  volume: number;
  openInterest: number;
  /** Fractions and signed delta as the vendor gives them; undefined where the file has 0 or nothing. */
  iv?: number | undefined;
  delta?: number | undefined;
  gamma?: number | undefined;
}

/** A whole chain from a quote file: what the headless scan reads and what the simulator can replay. */
export interface RecordedChain {
  symbol: string;
  name: string;
  /** ms since 1970. */
  asOfMs: number;
  last: number;
  bid?: number | undefined;
  ask?: number | undefined;
  options: RecordedOption[];
  /** Said on stderr: what was left out and why. */
  warnings: string[];
}
