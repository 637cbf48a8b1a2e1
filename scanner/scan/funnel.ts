import { FUNNEL, type FunnelStage, type Profile } from '../domain/profile.ts';
import type { FunnelCount } from '../domain/spread.ts';
import { activeRanges } from './range.ts';

/** Float64[FUNNEL.length]: rejections by the first stage that failed. Plain numbers, so that they cross threads. */
export type Rejections = Float64Array<ArrayBuffer>;

/**
 * Rejections of one strategy in one expiry: a place in FUNNEL and a count, one pair after the other. Of the thousands
 * that a scan adds up, most have two.
 */
export type RejectionCounts = number[];

export function newRejections(): Rejections {
  return new Float64Array(FUNNEL.length);
}

const STAGE_INDEX = Object.fromEntries(FUNNEL.map((stage, i) => [stage, i])) as Record<FunnelStage, number>;

export function reject(rejections: RejectionCounts, stage: FunnelStage, count: number): void {
  if (count === 0) return;
  const index = STAGE_INDEX[stage];
  let at = 0;
  while (at < rejections.length && rejections[at] !== index) at += 2;
  if (at === rejections.length) rejections.push(index, count);
  else rejections[at + 1] = (rejections[at + 1] ?? 0) + count;
}

/** Counts into those of a whole scan. */
export function rejectIn(rejections: Rejections, stage: FunnelStage, count: number): void {
  const index = STAGE_INDEX[stage];
  rejections[index] = (rejections[index] ?? 0) + count;
}

/** Adds those of a strategy in an expiry. */
export function addRejections(to: Rejections, from: RejectionCounts): void {
  for (let at = 0; at < from.length; at += 2) {
    const index = from[at] ?? 0;
    to[index] = (to[index] ?? 0) + (from[at + 1] ?? 0);
  }
}

/** Adds those of another shard. */
export function addFunnels(to: Rejections, from: Rejections): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + (from[i] ?? 0);
}

/** One entry per active stage, in funnel order, and those that rejected something. */
export function funnelCounts(rejections: Rejections, profile: Profile): FunnelCount[] {
  const active = new Set<FunnelStage>(['strategies', 'tradeable', ...activeRanges(profile).map((r) => r.filter)]);
  if (profile.excludeEarnings) active.add('excludeEarnings');
  if (profile.excludeExDividend) active.add('excludeExDividend');
  return FUNNEL.map((filter, i) => ({ filter, rejected: rejections[i] ?? 0 })).filter(
    ({ filter, rejected }) => active.has(filter) || rejected > 0,
  );
}
