import { RANK_MEASURES, TOLERANCE, type Profile, type RankMeasure } from '../domain/profile.ts';
import type { RowScore, ScoreTerm } from '../domain/spread.ts';
import { Cancellation } from './cancellation.ts';
import { OrderStatistics } from './orderStatistic.ts';

/** The measures that a profile ranks by, with weights scaled so that their sizes add up to 1. */
export interface RankTerm {
  measure: RankMeasure;
  weight: number;
}

/** Terms in the order of RANK_MEASURES; a weight of 0 is no term. */
export function rankTerms(profile: Profile): RankTerm[] {
  const weighted = RANK_MEASURES.map((measure) => ({ measure, weight: profile.rankBy[measure] ?? 0 })).filter(
    ({ weight }) => weight !== 0,
  );
  const total = weighted.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  return weighted.map(({ measure, weight }) => ({ measure, weight: weight / total }));
}

/** 5th and 95th percentile of a measure over the survivors; NaN when none of them has it. */
export interface Spread95 {
  low: number;
  high: number;
}

/** What every shard needs to know of all the others to score its survivors. Crosses threads. */
export interface Ranking {
  /** One for each rank term. */
  spreads: Spread95[];
  /** Key of the last survivor that can be among the best `limit`. */
  threshold: number;
}

/** A survivor's values of the rank terms, one column per term: Float64[survivors], NaN where it has none. */
export type RankColumns = readonly Float64Array[];

/**
 * Percentiles over the survivors of all shards, and the key that a survivor needs to come among the best.
 * @param parts of the survivors: a set of columns each, in the order of `rankTerms`.
 * @throws ScanCancelled
 * @source finance.md "Profile", rankBy
 */
export function rankShards(
  parts: readonly RankColumns[],
  profile: Profile,
  { isCancelled }: { isCancelled?: (() => boolean) | undefined } = {},
): Ranking {
  const cancellation = new Cancellation(isCancelled);
  const terms = rankTerms(profile);
  const measures = terms.map((_, k) => {
    const columns = parts.flatMap((part) => part[k] ?? []);
    return new OrderStatistics(columns, cancellation);
  });
  const spreads = measures.map(percentiles);
  const [only] = terms;
  const total = parts.reduce((sum, [first]) => sum + (first?.length ?? 0), 0);
  if (total <= profile.limit || profile.bestPer || !only) return { spreads, threshold: -Infinity };
  if (terms.length > 1) {
    const keys = parts.map((columns) =>
      rankKeys({ terms, spreads, columns, count: columns[0]?.length ?? 0 }, cancellation),
    );
    return { spreads, threshold: new OrderStatistics(keys, cancellation).at(total - profile.limit)[0] };
  }
  const [values] = measures;
  if (!values || values.known <= profile.limit) return { spreads, threshold: -Infinity };
  const [value] = values.at(only.weight > 0 ? values.known - profile.limit : profile.limit - 1);
  return { spreads, threshold: withoutNoise(value * Math.sign(only.weight)) };
}

/** Percentiles by linear interpolation between order statistics (the default of numpy and R). */
export function percentiles(values: OrderStatistics): Spread95 {
  const { known } = values;
  const at = (share: number): number => {
    const place = share * (known - 1);
    const below = Math.floor(place);
    const [low, high] = values.at(below);
    return place === below ? low : low + (high - low) * (place - below);
  };
  return known === 0 ? { low: NaN, high: NaN } : { low: at(0.05), high: at(0.95) };
}

/**
 * Place in [0, 1] between the percentiles. Percentiles that differ by noise alone, not more than 1e-9, are one: all
 * that is not below is at 1, so survivors that are all alike are.
 */
function normalise(value: number, { low, high }: Spread95): number {
  if (!(high - low > TOLERANCE)) return value >= low - TOLERANCE ? 1 : 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** How survivors are scored: terms, their percentiles and the survivors' values. */
export interface Scoring {
  terms: readonly RankTerm[];
  spreads: readonly Spread95[];
  columns: RankColumns;
  /** Survivors, which without a term have no column. */
  count: number;
}

/**
 * Sort keys, best the greatest: with one measure the measure itself, also beyond the percentiles; with several the
 * score. A survivor that lacks a measure has -Infinity and comes after those that have them all.
 * @returns Float64[survivors]
 * @throws ScanCancelled
 */
export function rankKeys({ terms, spreads, columns, count }: Scoring, cancellation: Cancellation): Float64Array {
  const keys = new Float64Array(count);
  for (const [k, { weight }] of terms.entries()) {
    const column = columns[k];
    const spread = spreads[k];
    if (!column || !spread) continue;
    const sign = Math.sign(weight);
    cancellation.inParts(keys.length, (from, to) => {
      if (terms.length === 1) for (let i = from; i < to; i++) keys[i] = (column[i] ?? NaN) * sign;
      else {
        for (let i = from; i < to; i++) {
          const value = column[i] ?? NaN;
          if (Number.isNaN(value)) keys[i] = NaN;
          else keys[i] = (keys[i] ?? NaN) + weight * normalise(value, spread);
        }
      }
    });
  }
  cancellation.inParts(keys.length, (from, to) => {
    for (let i = from; i < to; i++) keys[i] = withoutNoise(keys[i] ?? NaN);
  });
  return keys;
}

/** Veltkamp's factor: rounds a number to 53 - 14 bits. */
const SPLIT = 2 ** 14 + 1;

/**
 * Equal numbers that were computed in another order tie all the same: rounded to 1e-12, above 1 relatively. A missing
 * one comes last.
 */
function withoutNoise(key: number): number {
  if (Number.isNaN(key)) return -Infinity;
  if (Math.abs(key) < 1) return Math.round(key * 1e12) / 1e12;
  const scaled = key * SPLIT;
  return scaled - (scaled - key);
}

const NOTHING_KNOWN: Spread95 = { low: NaN, high: NaN };

/**
 * A row's score and how it is made up; a measure that the row lacks has no term and scores nothing.
 * @param row its values of the terms, from one place on; NaN where it has none.
 */
export function scoreOf(
  terms: readonly RankTerm[],
  spreads: readonly Spread95[],
  { values, at }: { values: Float64Array; at: number },
): RowScore {
  let score = 0;
  let missing = 0;
  // Mapped and not pushed: an array that grows takes room for sixteen terms more, in every row.
  const scored = terms.map(({ measure, weight }, k): ScoreTerm => {
    const value = values[at + k] ?? NaN;
    const normalised = normalise(value, spreads[k] ?? NOTHING_KNOWN);
    const share = weight * normalised;
    if (Number.isNaN(value)) missing++;
    else score += share;
    return { measure, value, normalised, weight, share };
  });
  return { score, terms: missing > 0 ? scored.filter(({ value }) => !Number.isNaN(value)) : scored };
}
