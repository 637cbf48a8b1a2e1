import { FUNNEL, type FunnelStage, type Profile } from '../domain/profile.ts';
import type { FunnelCount } from '../domain/spread.ts';
import { activeRanges } from './range.ts';

/** Rejections by the first stage that failed. */
export class Funnel {
  readonly #rejected = new Map<FunnelStage, number>();

  reject(stage: FunnelStage, count: number): void {
    this.#rejected.set(stage, (this.#rejected.get(stage) ?? 0) + count);
  }

  /** One entry per active stage, in funnel order, and those that rejected something. */
  counts(profile: Profile): FunnelCount[] {
    const active = new Set<FunnelStage>(['strategies', 'tradeable', ...activeRanges(profile).map((r) => r.filter)]);
    if (profile.excludeEarnings) active.add('excludeEarnings');
    if (profile.excludeExDividend) active.add('excludeExDividend');
    return FUNNEL.filter((stage) => active.has(stage) || this.#rejected.has(stage)).map((filter) => ({
      filter,
      rejected: this.#rejected.get(filter) ?? 0,
    }));
  }
}
