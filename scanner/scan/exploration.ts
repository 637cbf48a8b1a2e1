import { RANGE_FILTERS, type FunnelStage, type Profile, type Range, type RangeFilter } from '../domain/profile.ts';
import { candidateTests } from './candidateTests.ts';
import { isLeftOut, isRequested } from './eligibility.ts';
import type { SpreadEnumerator } from './enumerator.ts';
import { filterValue } from './measures.ts';
import type { PreparedChain } from './preparedChain.ts';
import type { Hint, Histogram } from './scanRequest.ts';
import { ValueSample } from './valueSample.ts';

/** What surrounds the survivors: how the candidates lie along every filter, and which filter costs most. */
export interface Exploration {
  histograms: Histogram[];
  hint: Hint | undefined;
}

/**
 * For every filter, the candidates that pass all the other filters: what its slider would let in or shut out.
 * @param isCancelled asked between groups; what is known by then is returned.
 */
export function explore(
  prepared: PreparedChain,
  profile: Profile,
  { enumerators, isCancelled }: { enumerators: readonly SpreadEnumerator[]; isCancelled: () => boolean },
): Exploration {
  const samples = new Map(RANGE_FILTERS.map((filter) => [filter, new ValueSample()]));
  const nearMisses = new Map<FunnelStage, ValueSample>();
  for (const group of prepared.groups) {
    if (isCancelled()) break;
    const tests = candidateTests(group, profile, prepared.asOfMs);
    for (const enumerator of enumerators) {
      for (const strategy of enumerator.strategies) {
        if (!isRequested(strategy, group, profile) || isLeftOut(strategy, group, profile)) continue;
        enumerator.visitNearMisses({ group, strategy, profile, tests }, (vertical, failed) => {
          if (!failed) for (const [filter, sample] of samples) sample.add(() => filterValue(filter, vertical));
          else {
            const misses = nearMisses.get(failed.stage) ?? new ValueSample();
            nearMisses.set(failed.stage, misses);
            const { stage } = failed;
            misses.add(() => (isRange(stage) ? filterValue(stage, vertical) : NaN));
            if (isRange(stage)) samples.get(stage)?.add(() => filterValue(stage, vertical));
          }
        });
      }
    }
  }
  const histograms = [...samples].flatMap(([filter, sample]) => {
    const bins = sample.histogram();
    return bins ? [{ filter, ...bins }] : [];
  });
  return { histograms, hint: costliest(nearMisses, profile) };
}

function isRange(stage: FunnelStage): stage is RangeFilter {
  return (RANGE_FILTERS as readonly FunnelStage[]).includes(stage);
}

/** The filter that alone keeps most candidates out, and a bound that would let in half of them. */
function costliest(nearMisses: ReadonlyMap<FunnelStage, ValueSample>, profile: Profile): Hint | undefined {
  let worst: { filter: FunnelStage; misses: ValueSample } | undefined;
  for (const [filter, misses] of nearMisses) {
    if (!worst || misses.seen > worst.misses.seen) worst = { filter, misses };
  }
  if (!worst) return undefined;
  const { filter, misses } = worst;
  const eased = isRange(filter) ? easedBound(profile[filter], misses) : undefined;
  return { filter, keepsOut: misses.seen, ...(eased && { eased }) };
}

/** On the side of the range that keeps more out: the bound at which about half of those would come in. */
function easedBound(range: Range, misses: ValueSample): Hint['eased'] {
  const below = misses.values.filter((value) => range.min !== undefined && value < range.min).sort((a, b) => b - a);
  const above = misses.values.filter((value) => range.max !== undefined && value > range.max).sort((a, b) => a - b);
  const [side, end] = below.length >= above.length ? [below, 'min' as const] : [above, 'max' as const];
  const median = side[Math.ceil(side.length / 2) - 1];
  if (median === undefined) return undefined;
  const bound = roundOutward(median, end === 'min' ? Math.floor : Math.ceil);
  const adds = side.filter((value) => (end === 'min' ? value >= bound : value <= bound)).length * misses.stride;
  return { end, bound, adds };
}

/** To two significant digits, away from the range, so that the named bound lets in what it promises. */
function roundOutward(value: number, round: (value: number) => number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((round(value / unit) * unit).toPrecision(12));
}
