import { FUNNEL, type FunnelStage, type Profile } from '../domain/profile.ts';
import type { FunnelCount } from '../domain/spread.ts';
import { activeRanges } from './range.ts';

/** Rejections by the first stage that failed, one number for each of FUNNEL. Plain data that crosses threads. */
export type Rejections = number[];

export function newRejections(): Rejections {
  return NONE.slice();
}

const NONE: Rejections = FUNNEL.map(() => 0);

const STAGE_INDEX = Object.fromEntries(FUNNEL.map((stage, i) => [stage, i])) as Record<FunnelStage, number>;

export function reject(rejections: Rejections, stage: FunnelStage, count: number): void {
  const index = STAGE_INDEX[stage];
  rejections[index] = (rejections[index] ?? 0) + count;
}

/** Adds those of a strategy in an expiry, or of a whole shard. */
export function addRejections(to: Rejections, from: Rejections): void {
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
