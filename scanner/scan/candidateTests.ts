import { newYorkDate } from '../domain/calendar.ts';
import type { IsoDate } from '../domain/option.ts';
import type { FunnelStage, Profile, RangeFilter } from '../domain/profile.ts';
import { markInRange, type Marks } from './candidateBlock.ts';
import type { PreparedExpiry } from './preparedExpiry.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { isWithin, type ActiveRange } from './range.ts';
import type { UnderlyingFacts } from './scanRequest.ts';
import type { VerticalBlock } from './verticalBlock.ts';

/**
 * One active filter made ready for two legs of one group: decided once for the whole group, once per row, or per pair.
 * What is decided early lets the enumerator count many candidates without touching them.
 */
export type CandidateTest =
  | { stage: FunnelStage; kind: 'group'; passes: boolean }
  | { stage: FunnelStage; kind: 'short' | 'long' | 'legs'; passes: Uint8Array }
  | ({ stage: FunnelStage; kind: 'pair' } & ActiveRange);

/** What of a scan decides its tests. */
export interface TestFrame {
  profile: Profile;
  /** The profile's ranges in funnel order. */
  ranges: readonly ActiveRange[];
  /** ms since 1970 */
  asOfMs: number;
}

/** The profile's filters after `strategies` and `tradeable`, in funnel order, made ready for one group. */
export function candidateTests(group: PreparedGroup, { profile, ranges, asOfMs }: TestFrame): CandidateTest[] {
  const tests = ranges.map((range) => rangeTest(group, range));
  const { earnings, exDividends } = group.facts;
  const { expiry } = group.group;
  if (profile.excludeEarnings) {
    tests.push({ stage: 'excludeEarnings', kind: 'group', passes: !fallsWithin(earnings, asOfMs, expiry) });
  }
  if (profile.excludeExDividend) {
    tests.push({ stage: 'excludeExDividend', kind: 'group', passes: !fallsWithin(exDividends, asOfMs, expiry) });
  }
  return tests;
}

/** The filters of whole expiries that come before any that looks at legs. @param ranges in funnel order. */
export function leadingRanges(ranges: readonly ActiveRange[]): ActiveRange[] {
  const ofLegs = ranges.findIndex(({ filter }) => !isOfGroup(filter));
  return ranges.slice(0, ofLegs < 0 ? ranges.length : ofLegs);
}

/** The first of these filters that shuts out an expiry as a whole. */
export function failureOf({ market, facts }: PreparedExpiry, leading: readonly ActiveRange[]): RangeFilter | undefined {
  for (const range of leading) {
    const { filter } = range;
    if (isOfGroup(filter) && !isWithin(ofGroup(filter, market.dte, facts), range)) return filter;
  }
  return undefined;
}

/** Filters of what is the same for all of a group. */
type GroupFilter = 'dte' | 'ivPercentile' | 'ivRank';

function isOfGroup(filter: RangeFilter): filter is GroupFilter {
  return filter === 'dte' || filter === 'ivPercentile' || filter === 'ivRank';
}

/** NaN when not known. */
function ofGroup(filter: GroupFilter, dte: number, facts: UnderlyingFacts): number {
  return filter === 'dte' ? dte : (facts[filter] ?? NaN);
}

/** Whether an event falls on the quote's date, on the expiry's or between them. An unknown calendar has none. */
function fallsWithin(dates: readonly IsoDate[] | undefined, asOfMs: number, expiry: IsoDate): boolean {
  if (dates === undefined || dates.length === 0) return false;
  const today = newYorkDate(asOfMs);
  return dates.some((date) => date >= today && date <= expiry);
}

function rangeTest(group: PreparedGroup, range: ActiveRange): CandidateTest {
  const { filter: stage } = range;
  if (isOfGroup(stage)) {
    return { stage, kind: 'group', passes: isWithin(ofGroup(stage, group.market.dte, group.facts), range) };
  }
  switch (stage) {
    case 'shortDelta':
      return { stage, kind: 'short', passes: group.rowsWithin(range, group.absDelta) };
    case 'longDelta':
      return { stage, kind: 'long', passes: group.rowsWithin(range, group.absDelta) };
    case 'distancePercent':
    case 'distanceSigma':
      return { stage, kind: 'short', passes: group.rowsWithin(range, group.legs[stage].all()) };
    case 'openInterest':
    case 'volume':
    case 'bidAskPercent':
      return { stage, kind: 'legs', passes: group.rowsWithin(range, group[stage]) };
    default:
      return { stage, kind: 'pair', ...range };
  }
}

/** Marks with 1 the candidates of a block that pass one test. A missing value (NaN) passes none. */
export function markPassing(block: VerticalBlock, test: CandidateTest, to: Marks): void {
  const { count, short, long } = block;
  switch (test.kind) {
    case 'group':
      to.passes.fill(test.passes ? 1 : 0, 0, count);
      return;
    case 'short':
      return markRows(short, count, test.passes, to.passes);
    case 'long':
      return markRows(long, count, test.passes, to.passes);
    case 'legs':
      for (let i = 0; i < count; i++) {
        to.passes[i] = (test.passes[short[i] ?? 0] ?? 0) & (test.passes[long[i] ?? 0] ?? 0);
      }
      return;
    case 'pair':
      return markInRange(block, test, to);
  }
}

function markRows(rows: Int32Array, count: number, passes: Uint8Array, to: Uint8Array): void {
  for (let i = 0; i < count; i++) to[i] = passes[rows[i] ?? 0] ?? 0;
}
