import { RANK_MEASURES, type Profile, type RankMeasure } from '../domain/profile.ts';
import type { ScoreTerm } from '../domain/spread.ts';

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

/** 5th and 95th percentile of a measure over the survivors. */
export interface Spread95 {
  low: number;
  high: number;
}

/** Percentiles by linear interpolation between order statistics (the default of numpy and R); NaN is left out. */
export function percentiles(values: Float64Array): Spread95 {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? NaN;
    const above = sorted[Math.ceil(place)] ?? NaN;
    return below + (above - below) * (place - Math.floor(place));
  };
  return { low: at(0.05), high: at(0.95) };
}

/** Place in [0, 1] between the percentiles; survivors that are all alike are all at 1. */
export function normalise(value: number, { low, high }: Spread95): number {
  if (!(high > low)) return value >= low ? 1 : 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** A row's score and how it is made up; a measure that the row lacks has no term and scores nothing. */
export function scoreOf(
  terms: readonly RankTerm[],
  spreads: readonly Spread95[],
  valueOf: (term: number) => number,
): { score: number; terms: ScoreTerm[] } {
  const scored: ScoreTerm[] = [];
  for (const [k, { measure, weight }] of terms.entries()) {
    const value = valueOf(k);
    const spread = spreads[k];
    if (Number.isNaN(value) || !spread) continue;
    const normalised = normalise(value, spread);
    scored.push({ measure, value, normalised, weight, share: weight * normalised });
  }
  return { score: scored.reduce((sum, term) => sum + term.share, 0), terms: scored };
}
