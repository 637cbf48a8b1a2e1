import * as z from 'zod';
import { FUNNEL, Profile, RANGE_FILTERS, RANK_MEASURES } from '../../scanner/domain/profile.ts';
import type { RankedSpread, ScanSummary } from '../../scanner/domain/spread.ts';
import { STRATEGIES } from '../../scanner/domain/strategy.ts';

export const LegQuoteSchema = z.object({
  strike: z.number(),
  conId: z.number().optional(),
  bid: z.number().optional(),
  ask: z.number().optional(),
  iv: z.number().optional(),
  delta: z.number().optional(),
  openInterest: z.number().optional(),
  volume: z.number().optional(),
  quotedAtMs: z.number(),
});

export const RankedSpreadSchema = z.object({
  id: z.string(),
  symbol: z.string(),
  root: z.string(),
  strategy: z.enum(STRATEGIES),
  expiry: z.string(),
  dte: z.number(),
  right: z.enum(['C', 'P']),
  shortStrike: z.number(),
  longStrike: z.number(),
  width: z.number(),
  credit: z.number(),
  mid: z.number(),
  natural: z.number(),
  maxProfit: z.number(),
  maxLoss: z.number(),
  breakEven: z.number(),
  pop: z.number().optional(),
  touch: z.number().optional(),
  probShortOtm: z.number().optional(),
  creditToWidth: z.number(),
  returnOnRisk: z.number(),
  annualised: z.number(),
  ev: z.number().optional(),
  evLens: z.enum(['rnd', 'realised', 'history']),
  evToRisk: z.number().optional(),
  shortDelta: z.number().optional(),
  longDelta: z.number().optional(),
  netDelta: z.number().optional(),
  netGamma: z.number().optional(),
  netTheta: z.number().optional(),
  netVega: z.number().optional(),
  shortIv: z.number().optional(),
  longIv: z.number().optional(),
  openInterest: z.number(),
  volume: z.number(),
  bidAskPercent: z.number(),
  liquidity: z.number(),
  distancePercent: z.number(),
  distanceSigma: z.number().optional(),
  ivRank: z.number().optional(),
  ivPercentile: z.number().optional(),
  greeks: z.enum(['vendor', 'model']),
  short: LegQuoteSchema,
  long: LegQuoteSchema,
  callWing: z
    .object({
      shortStrike: z.number(),
      longStrike: z.number(),
      width: z.number(),
      short: LegQuoteSchema,
      long: LegQuoteSchema,
    })
    .optional(),
  upperBreakEven: z.number().optional(),
  score: z.number(),
  terms: z.array(
    z.object({
      measure: z.enum(RANK_MEASURES),
      value: z.number(),
      normalised: z.number(),
      weight: z.number(),
      share: z.number(),
    }),
  ),
}) satisfies z.ZodType<RankedSpread>;
const ScanSummarySchema = z.object({
  asOf: z.string(),
  contracts: z.number().int(),
  pairs: z.number().int(),
  survivors: z.number().int(),
  funnel: z.array(z.object({ filter: z.enum(FUNNEL), rejected: z.number().int() })),
  tookMs: z.number(),
}) satisfies z.ZodType<ScanSummary>;

/** Candidates of one filter by value, for the histogram behind its slider. */
export const HistogramSchema = z.object({
  filter: z.enum(RANGE_FILTERS),
  /** Left edge of the first bin and right edge of the last. */
  from: z.number(),
  to: z.number(),
  counts: z.array(z.number().int()),
});

/** Loading of quotes under TWS limits. */
export const LoadProgressSchema = z.object({
  running: z.boolean(),
  paused: z.boolean(),
  /** In words: `AMD 14 of 22 expiries`. */
  text: z.string(),
  quoted: z.number().int(),
  toQuote: z.number().int(),
  symbolsDone: z.number().int(),
  symbolsTotal: z.number().int(),
  messagesSent: z.number().int(),
  remainingMs: z.number().optional(),
  problems: z.array(z.object({ symbol: z.string(), message: z.string() })),
});

export const ScanHeadSchema = z.object({
  summary: ScanSummarySchema.optional(),
  histograms: z.array(HistogramSchema),
  progress: LoadProgressSchema,
  /** The filter that costs most and what easing it to the named bound would add. */
  hint: z
    .object({
      filter: z.enum(FUNNEL),
      keepsOut: z.number().int(),
      eased: z.object({ end: z.enum(['min', 'max']), bound: z.number(), adds: z.number().int() }).optional(),
    })
    .optional(),
  problem: z.string().optional(),
});
export type ScanHead = z.infer<typeof ScanHeadSchema>;
export type Histogram = z.infer<typeof HistogramSchema>;
export type LoadProgress = z.infer<typeof LoadProgressSchema>;

/** What the analysis panel needs to draw payoffs itself with scanner/math. Rates are continuous, per year. */
export const AnalysisSchema = z.object({
  spread: RankedSpreadSchema,
  spot: z.number(),
  forward: z.number(),
  rate: z.number(),
  dividendYield: z.number(),
  yearsToExpiry: z.number(),
  exercise: z.enum(['european', 'american']),
  multiplier: z.number(),
  atmIv: z.number().optional(),
  expectedMove: z.number().optional(),
  /** Cash dividends expected until its expiry, earliest first. */
  dividends: z.array(z.object({ exDate: z.string(), amount: z.number() })),
  realisedVol: z.number().optional(),
  evLenses: z.array(
    z.object({ lens: z.enum(['rnd', 'realised', 'history']), value: z.number().optional(), note: z.string() }),
  ),
  robustEdge: z.number().optional(),
});
export type Analysis = z.infer<typeof AnalysisSchema>;

/** First filter that a named pair fails, and all the others that it would fail. */
export const WhyNotSchema = z.object({
  found: z.boolean(),
  passes: z.boolean(),
  failures: z.array(
    z.object({ filter: z.enum(FUNNEL), value: z.number().optional(), bound: z.string(), text: z.string() }),
  ),
  text: z.string(),
});
export const WhyNotInput = z.object({
  profile: Profile,
  symbol: z.string(),
  root: z.string().optional(),
  expiry: z.string(),
  strategy: z.enum(STRATEGIES),
  shortStrike: z.number(),
  longStrike: z.number(),
  /** Of an iron condor or butterfly, whose shortStrike and longStrike are those of its puts. */
  callShortStrike: z.number().optional(),
  callLongStrike: z.number().optional(),
});
