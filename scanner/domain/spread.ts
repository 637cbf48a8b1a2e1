import type { FunnelStage, RankMeasure } from './profile.ts';
import type { IsoDate, Right } from './option.ts';
import type { Strategy } from './strategy.ts';

/** Where a number comes from: the broker or the file, or our own model. */
export type Source = 'vendor' | 'model';

/** One term of a score; the `share`s of a row add up to its score. */
export interface ScoreTerm {
  measure: RankMeasure;
  /** The measure itself, in its own unit. */
  value: number;
  /** The measure placed in [0, 1] between the 5th and the 95th percentile of the survivors. */
  normalised: number;
  /** Weight of the profile, scaled so that the weights' sizes add up to 1. */
  weight: number;
  /** weight * normalised */
  share: number;
}

/** A leg as quoted when the row was made. Absent is undefined, never 0 or -1. */
export interface LegQuote {
  strike: number;
  conId?: number | undefined;
  bid?: number | undefined;
  ask?: number | undefined;
  iv?: number | undefined;
  /** Signed: negative for puts. */
  delta?: number | undefined;
  openInterest?: number | undefined;
  volume?: number | undefined;
  /** When bid or ask last changed, ms since 1970. */
  quotedAtMs: number;
}

/** The second half of an iron condor or butterfly: a bear call. */
export interface CallWing {
  shortStrike: number;
  longStrike: number;
  width: number;
  short: LegQuote;
  long: LegQuote;
}

/** A spread and its measures. Prices per share, profit and loss in dollars per contract. @source finance.md */
export interface Spread {
  /** `SPY|SPY|2023-10-20|P|430|425|bullPut`, of a condor `...|P|430|425|ironCondor|460|465`: stable over generations. */
  id: string;
  symbol: string;
  root: string;
  strategy: Strategy;
  expiry: IsoDate;
  dte: number;
  right: Right;
  shortStrike: number;
  longStrike: number;
  width: number;
  /** Net credit per share; negative is a debit. At the profile's pricing. */
  credit: number;
  mid: number;
  natural: number;
  maxProfit: number;
  maxLoss: number;
  breakEven: number;
  /** [0, 1]; undefined when no IV is known. */
  pop?: number | undefined;
  /** Probability that a short strike is touched before expiry, [0, 1]; of a condor either of the two. */
  touch?: number | undefined;
  probShortOtm?: number | undefined;
  creditToWidth: number;
  returnOnRisk: number;
  annualised: number;
  /** Risk-neutral (`rnd`) unless `evLens` says otherwise; dollars per share, after fees. */
  ev?: number | undefined;
  evLens: 'rnd' | 'realised' | 'history';
  evToRisk?: number | undefined;
  shortDelta?: number | undefined;
  longDelta?: number | undefined;
  netDelta?: number | undefined;
  netGamma?: number | undefined;
  /** Per calendar day, per share. */
  netTheta?: number | undefined;
  /** Per vol point, per share. */
  netVega?: number | undefined;
  shortIv?: number | undefined;
  longIv?: number | undefined;
  /** The worse leg's. */
  openInterest: number;
  volume: number;
  bidAskPercent: number;
  liquidity: number;
  distancePercent: number;
  distanceSigma?: number | undefined;
  /** Of the underlying, 0..100. */
  ivRank?: number | undefined;
  ivPercentile?: number | undefined;
  greeks: Source;
  short: LegQuote;
  long: LegQuote;
  /** Of a condor; its right, strikes, IVs, deltas and legs are then those of the put wing, its width the wider wing's. */
  callWing?: CallWing | undefined;
  /** Of a condor, whose `breakEven` is the lower one; undefined where the credit leaves only one, then in `breakEven`. */
  upperBreakEven?: number | undefined;
}

/** A spread's score among the survivors of a scan, and how it is made up. */
export interface RowScore {
  score: number;
  terms: ScoreTerm[];
}

/** A spread that passed every filter, as it is shown. */
export interface RankedSpread extends Spread, RowScore {}

export interface FunnelCount {
  filter: FunnelStage;
  rejected: number;
}

/** What a scan says apart from its rows. */
export interface ScanSummary {
  /** ISO 8601 with New York's offset. */
  asOf: string;
  contracts: number;
  /** Candidates before filters. */
  pairs: number;
  survivors: number;
  /** One entry per stage that is active or rejected something, in funnel order. */
  funnel: FunnelCount[];
  /** Milliseconds of computing. */
  tookMs: number;
}
