import {
  FUNNEL,
  RANGE_FILTERS,
  type FunnelStage,
  type Profile,
  type Range,
  type RangeFilter,
} from '../domain/profile.ts';
import { STRATEGIES } from '../domain/strategy.ts';
import { Cancellation } from './cancellation.ts';
import { BLOCK_SIZE, type CandidateBlock } from './candidateBlock.ts';
import { isLeftOut } from './eligibility.ts';
import { OrderStatistics } from './orderStatistic.ts';
import type { PreparedChain } from './preparedChain.ts';
import { activeRanges } from './range.ts';
import type { Hint, Histogram } from './scanRequest.ts';
import type { ShardOptions } from './shard.ts';
import { enumeratorOf } from './strategyScan.ts';
import { histogram, together, ValueSample, type Sampled, type Together } from './valueSample.ts';
import { Workspace } from './workspace.ts';

/** What surrounds the survivors: how the candidates lie along every filter, and which filter costs most. */
export interface Exploration {
  histograms: Histogram[];
  hint: Hint | undefined;
}

/** What one shard saw. Plain data that crosses threads. */
export interface ShardSamples {
  /** Of the survivors every filter's value, a column for each of RANGE_FILTERS. */
  passing: Sampled;
  /** Of the candidates that fail one filter alone that filter's value, by its place in FUNNEL; the rest is undefined. */
  missing: (Sampled | undefined)[];
}

/**
 * Samples the candidates that fail at most one filter among the expiries of a shard.
 * @throws ScanCancelled
 */
export function exploreShard(
  prepared: PreparedChain,
  profile: Profile,
  { isCancelled }: ShardOptions = {},
): ShardSamples {
  const { asOfMs } = prepared;
  const ranges = activeRanges(profile);
  const workspace = new Workspace(new Cancellation(isCancelled));
  const sampler = new NearMissSampler();
  for (const expiry of prepared.expiries) {
    for (const strategy of STRATEGIES) {
      if (!profile.strategies.includes(strategy) || isLeftOut(strategy, expiry.facts, profile)) continue;
      const enumerator = enumeratorOf(strategy);
      if (enumerator.candidates(expiry, strategy) === 0) continue;
      const frame = { expiry, strategy, profile, ranges, asOfMs };
      enumerator.visitNearMisses(frame, workspace, (block, failed, weight) => sampler.add(block, failed, weight));
    }
  }
  return sampler.samples();
}

class NearMissSampler {
  readonly #passing = new ValueSample(RANGE_FILTERS.length);
  readonly #missing: (ValueSample | undefined)[] = FUNNEL.map(() => undefined);
  readonly #takes = new Uint8Array(BLOCK_SIZE);
  readonly #copies = new Int32Array(BLOCK_SIZE);
  readonly #values = new Float64Array(BLOCK_SIZE);

  /** Takes its share of the block's candidates, each of which stands for `weight`; the block keeps only these. */
  add(block: CandidateBlock, failed: Int32Array, weight: number): void {
    const copies = this.#copies;
    let kept = 0;
    for (let i = 0; i < block.count; i++) {
      const stage = failed[i] ?? -1;
      const sample = stage < 0 ? this.#passing : (this.#missing[stage] ??= new ValueSample(1));
      const taken = sample.take(weight);
      this.#takes[i] = taken > 0 ? 1 : 0;
      if (taken === 0) continue;
      failed[kept] = stage;
      copies[kept++] = taken;
    }
    block.keep(this.#takes);
    if (block.count === 0) return;
    for (const [column, filter] of RANGE_FILTERS.entries()) {
      const stage = FUNNEL.indexOf(filter);
      const missing = this.#missing[stage]?.columns[0];
      const passing = this.#passing.columns[column];
      block.measure(filter, this.#values, 0);
      for (let i = 0; i < block.count; i++) {
        const wanted = failed[i] === -1 ? passing : failed[i] === stage ? missing : undefined;
        for (let copy = copies[i] ?? 0; wanted && copy > 0; copy--) wanted.push(this.#values[i] ?? NaN);
      }
    }
    this.#passing.thin();
    for (const sample of this.#missing) sample?.thin();
  }

  samples(): ShardSamples {
    return { passing: this.#passing.sampled(), missing: this.#missing.map((sample) => sample?.sampled()) };
  }
}

/**
 * For every filter the candidates that pass all the other filters, which its slider would let in or shut out, and the
 * filter that costs most.
 */
export function explorationOf(shards: readonly ShardSamples[], profile: Profile): Exploration {
  const missing = FUNNEL.map((_, stage) => shards.flatMap((shard) => shard.missing[stage] ?? []));
  const histograms = RANGE_FILTERS.flatMap((filter, column) => {
    const survivors = shards.map(({ passing }) => ({ sampled: passing, column }));
    const misses = (missing[FUNNEL.indexOf(filter)] ?? []).map((sampled) => ({ sampled, column: 0 }));
    const bins = histogram(together([...survivors, ...misses]));
    return bins ? [{ filter, ...bins }] : [];
  });
  return { histograms, hint: costliest(missing, profile) };
}

function isRange(stage: FunnelStage): stage is RangeFilter {
  return (RANGE_FILTERS as readonly FunnelStage[]).includes(stage);
}

/** The filter that alone keeps most candidates out, of equals the first; and a bound that would let in half of them. */
function costliest(missing: readonly (readonly Sampled[])[], profile: Profile): Hint | undefined {
  let worst: { filter: FunnelStage; keepsOut: number; misses: readonly Sampled[] } | undefined;
  for (const [stage, filter] of FUNNEL.entries()) {
    const misses = missing[stage] ?? [];
    const keepsOut = misses.reduce((sum, { seen }) => sum + seen, 0);
    if (keepsOut > (worst?.keepsOut ?? 0)) worst = { filter, keepsOut, misses };
  }
  if (!worst) return undefined;
  const { filter, keepsOut, misses } = worst;
  const sample = together(misses.map((sampled) => ({ sampled, column: 0 })));
  const eased = isRange(filter) ? easedBound(profile[filter], sample) : undefined;
  return { filter, keepsOut, ...(eased && { eased }) };
}

/** On the side of the range that keeps more out: the bound at which about half of those would come in. */
function easedBound({ min = NaN, max = NaN }: Range, { values, stride }: Together): Hint['eased'] {
  const below = valuesBeyond(values, min, -1);
  const above = valuesBeyond(values, max, 1);
  const [side, end] = below.length >= above.length ? [below, 'min' as const] : [above, 'max' as const];
  if (side.length === 0) return undefined;
  const nearer = Math.ceil(side.length / 2) - 1;
  const place = end === 'min' ? side.length - 1 - nearer : nearer;
  const [median] = new OrderStatistics([side], new Cancellation()).at(place);
  const bound = roundOutward(median, end === 'min' ? Math.floor : Math.ceil);
  let adds = 0;
  for (const value of side) if (end === 'min' ? value >= bound : value <= bound) adds += stride;
  return { end, bound, adds };
}

/** Those below (`sign` -1) or above (1) a bound; none beyond NaN. */
function valuesBeyond(values: Float64Array, bound: number, sign: 1 | -1): Float64Array {
  const beyond = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if ((value - bound) * sign > 0) beyond[count++] = value;
  return beyond.subarray(0, count);
}

/** To two significant digits, away from the range, so that the named bound lets in what it promises. */
function roundOutward(value: number, round: (value: number) => number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((round(value / unit) * unit).toPrecision(12));
}
