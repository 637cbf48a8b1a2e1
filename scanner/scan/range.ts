import { RANGE_FILTERS, TOLERANCE, type Profile, type Range, type RangeFilter } from '../domain/profile.ts';

/** A filter with at least one bound. A missing value (NaN) is in no range. */
export interface ActiveRange {
  filter: RangeFilter;
  /** The bound less the tolerance; -Infinity without a minimum. */
  low: number;
  /** The bound plus the tolerance; Infinity without a maximum. */
  high: number;
}

/** The profile's active filters in funnel order. */
export function activeRanges(profile: Profile): ActiveRange[] {
  const active: ActiveRange[] = [];
  for (const filter of RANGE_FILTERS) {
    const { min, max } = profile[filter];
    if (min === undefined && max === undefined) continue;
    active.push({ filter, low: (min ?? -Infinity) - TOLERANCE, high: (max ?? Infinity) + TOLERANCE });
  }
  return active;
}

export function isWithin(value: number, { low, high }: Pick<ActiveRange, 'low' | 'high'>): boolean {
  return value >= low && value <= high;
}

/** `0.15 or more`, `20 to 60`. */
export function describeRange({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `${min} or more`;
  return max === undefined ? 'any' : `${max} or less`;
}

/**
 * Takes binary noise off a number made from decimal prices, so that 0.71 is 0.71, equal spreads tie exactly, and
 * ties break by the documented order and not by the last bit.
 */
export function clean(value: number): number {
  const scaled = value * 1e9;
  // Beyond 2^53 the scaling itself would be the noise.
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / 1e9 : value;
}
