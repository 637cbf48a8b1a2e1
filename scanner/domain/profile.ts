import * as z from 'zod';
import { inputError } from './errors.ts';
import { STRATEGIES, VERTICALS } from './strategy.ts';

/** Filters in the order in which the funnel counts them, after `strategies` and `tradeable`. */
export const RANGE_FILTERS = [
  'dte',
  'shortDelta',
  'longDelta',
  'width',
  'ivPercentile',
  'ivRank',
  'credit',
  'creditToWidth',
  'maxLoss',
  'returnOnRisk',
  'pop',
  'ev',
  'evToRisk',
  'netDelta',
  'netTheta',
  'netVega',
  'netGamma',
  'openInterest',
  'volume',
  'bidAskPercent',
  'distancePercent',
  'distanceSigma',
] as const;
export type RangeFilter = (typeof RANGE_FILTERS)[number];

/** Every stage of the funnel, in order. */
export const FUNNEL = ['strategies', 'tradeable', ...RANGE_FILTERS, 'excludeEarnings', 'excludeExDividend'] as const;
export type FunnelStage = (typeof FUNNEL)[number];

/** Measures that a profile can rank by. */
export const RANK_MEASURES = [
  'returnOnRisk',
  'annualised',
  'pop',
  'ev',
  'evToRisk',
  'credit',
  'creditToWidth',
  'liquidity',
  'netTheta',
  'distanceSigma',
] as const;
export type RankMeasure = (typeof RANK_MEASURES)[number];

const bound = z.number();

/** Inclusive on both ends; a missing end does not filter. */
export const Range = z
  .strictObject({ min: bound.optional(), max: bound.optional() })
  .refine((r) => r.min === undefined || r.max === undefined || r.min <= r.max, 'min must not be above max');
export type Range = z.infer<typeof Range>;

/** Bounds are inclusive to within this. @source finance.md "Profile" */
export const TOLERANCE = 1e-9;

/** Also for whoever decides what to load or to value before the filters are asked: it must let in what they let in. */
export function isInside(value: number, { min = -Infinity, max = Infinity }: Range): boolean {
  return value >= min - TOLERANCE && value <= max + TOLERANCE;
}

export const SymbolName = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z][A-Z0-9.\- ]{0,11}$/, 'a symbol is 1 to 12 letters, digits, dots or dashes');

const ranges = Object.fromEntries(RANGE_FILTERS.map((name) => [name, Range.default({})])) as Record<
  RangeFilter,
  z.ZodDefault<typeof Range>
>;

/** A saved filter profile, version 1. Unknown fields are refused by name. @source finance.md */
export const Profile = z.strictObject({
  version: z.literal(1),
  name: z.string().trim().min(1).max(80),
  symbols: z.array(SymbolName).max(500).default([]),
  strategies: z
    .array(z.enum(STRATEGIES))
    .min(1)
    .default([...VERTICALS]),
  autoMode: z.strictObject({ ivPercentileAtLeast: z.number().min(0).max(100) }).optional(),
  pricing: z.enum(['mid', 'natural']).default('mid'),
  greeks: z.enum(['vendor', 'model']).default('vendor'),
  ...ranges,
  excludeEarnings: z.boolean().default(false),
  excludeExDividend: z.boolean().default(false),
  feesPerLeg: z.number().min(0).max(100).default(0),
  rankBy: z.partialRecord(z.enum(RANK_MEASURES), z.number().min(-1000).max(1000)).default({ returnOnRisk: 1 }),
  /**
   * Only the best row of each symbol, or of each of its expiries (AM and PM roots apart); then `limit` applies. Absent:
   * all rows. An addition of ours to the format's version 1.
   */
  bestPer: z.enum(['symbol', 'expiry']).optional(),
  limit: z.number().int().min(1).max(10_000).default(200),
});
export type Profile = z.infer<typeof Profile>;

/** A profile as a person or a file writes it, with defaults still missing. */
export type ProfileInput = z.input<typeof Profile>;

/**
 * Validates a profile from a file, the window or a program.
 * @throws LegworkError kind `input` that names the first bad field and what was found.
 */
export function parseProfile(raw: unknown): Profile {
  const result = Profile.safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.') || 'profile';
  const problem = unknown === undefined ? (issue?.message ?? 'not a profile') : 'unknown field';
  throw inputError(field, `Profile field "${field}": ${problem}. ${advice(field, unknown !== undefined)}`);
}

const WITHOUT_DEFAULT: readonly string[] = ['profile', 'version', 'name'];

function advice(field: string, isUnknown: boolean): string {
  if (isUnknown) return 'Correct its name, or remove it.';
  return WITHOUT_DEFAULT.includes(field) ? 'Correct it.' : 'Correct it, or remove it to use the default.';
}
