import type { Histogram } from '../../electron/contract/scan.ts';
import type { Range } from '../../scanner/domain/profile.ts';
import type { FilterSpec } from './filterSpecs.ts';

export type Side = 'min' | 'max';

/** A range with one side set or, with undefined, cleared; the other side is kept. */
export function withBound(range: Range, side: Side, value: number | undefined): Range {
  const min = side === 'min' ? value : range.min;
  const max = side === 'max' ? value : range.max;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** True when the sides are in order, as the profile demands. */
export function isOrdered(range: Range): boolean {
  return range.min === undefined || range.max === undefined || range.min <= range.max;
}

export function isSet(range: Range): boolean {
  return range.min !== undefined || range.max !== undefined;
}

/** Where a value lies on the histogram's axis, 0 to 1, kept inside. */
export function positionOf(histogram: Pick<Histogram, 'from' | 'to'>, value: number): number {
  const span = histogram.to - histogram.from;
  return span > 0 ? Math.min(1, Math.max(0, (value - histogram.from) / span)) : 0;
}

/**
 * The bound that a handle at `position` (0 to 1) means, on the filter's step.
 * @returns undefined at the end of the axis on the handle's own side: there it filters nothing.
 */
export function boundAt(
  { step, scale }: Pick<FilterSpec, 'step' | 'scale'>,
  histogram: Pick<Histogram, 'from' | 'to'>,
  { side, position }: { side: Side; position: number },
): number | undefined {
  if (side === 'min' ? position <= 0 : position >= 1) return undefined;
  const raw = histogram.from + position * (histogram.to - histogram.from);
  return Number(((Math.round((raw * scale) / step) * step) / scale).toFixed(8));
}

/** One arrow key: a step from where the bound is, or from the end of the axis when it is not set. */
export function stepBound({ step, scale }: Pick<FilterSpec, 'step' | 'scale'>, from: number, steps: number): number {
  return Number((((Math.round((from * scale) / step) + steps) * step) / scale).toFixed(8));
}

/** Length of a rejected count's underline, 0 to 1, on a log scale against the largest. */
export function logShare(count: number, largest: number): number {
  return largest > 0 ? Math.log1p(count) / Math.log1p(largest) : 0;
}
