import { newYorkDate } from '../domain/calendar.ts';
import type { IsoDate } from '../domain/option.ts';
import type { FunnelStage, Profile } from '../domain/profile.ts';
import { distancePercent, distanceSigma, MEASURES, type Measure } from './measures.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { activeRanges, isWithin, type ActiveRange } from './range.ts';
import type { Vertical } from './vertical.ts';

/**
 * One active filter made ready for one group: decided once for the whole group, once per row, or per pair. What is
 * decided early lets the enumerator count a whole block of candidates without touching them.
 */
export type CandidateTest =
  | { stage: FunnelStage; kind: 'group'; passes: boolean }
  | { stage: FunnelStage; kind: 'short' | 'long' | 'legs'; passes: Uint8Array }
  | { stage: FunnelStage; kind: 'pair'; measure: Measure; low: number; high: number };

/** The profile's filters after `strategies` and `tradeable`, in funnel order, made ready for one group. */
export function candidateTests(group: PreparedGroup, profile: Profile, asOfMs: number): CandidateTest[] {
  return [...candidateTestsInOrder(group, profile, asOfMs)];
}

/**
 * The same up to the first that the group as a whole fails, when only group tests stand before it: nothing of the
 * group can come further, so the rest need not be made.
 */
export function leadingTests(group: PreparedGroup, profile: Profile, asOfMs: number): CandidateTest[] {
  const tests: CandidateTest[] = [];
  let isLeading = true;
  for (const test of candidateTestsInOrder(group, profile, asOfMs)) {
    tests.push(test);
    isLeading &&= test.kind === 'group';
    if (isLeading && test.kind === 'group' && !test.passes) break;
  }
  return tests;
}

function* candidateTestsInOrder(group: PreparedGroup, profile: Profile, asOfMs: number): Generator<CandidateTest> {
  for (const range of activeRanges(profile)) yield rangeTest(group, range);
  const { earnings, exDividends } = group.facts;
  const { expiry } = group.group;
  if (profile.excludeEarnings) {
    yield { stage: 'excludeEarnings', kind: 'group', passes: !fallsWithin(earnings, asOfMs, expiry) };
  }
  if (profile.excludeExDividend) {
    yield { stage: 'excludeExDividend', kind: 'group', passes: !fallsWithin(exDividends, asOfMs, expiry) };
  }
}

/** Whether an event falls on the quote's date, on the expiry's or between them. An unknown calendar has none. */
function fallsWithin(dates: readonly IsoDate[] | undefined, asOfMs: number, expiry: IsoDate): boolean {
  if (dates === undefined || dates.length === 0) return false;
  const today = newYorkDate(asOfMs);
  return dates.some((date) => date >= today && date <= expiry);
}

function rangeTest(group: PreparedGroup, range: ActiveRange): CandidateTest {
  const { filter: stage, low, high } = range;
  const row = (kind: 'short' | 'long' | 'legs', valueAt: (i: number) => number): CandidateTest => {
    const passes = new Uint8Array(group.n);
    for (let i = 0; i < group.n; i++) passes[i] = isWithin(valueAt(i), range) ? 1 : 0;
    return { stage, kind, passes };
  };
  switch (stage) {
    case 'dte':
      return { stage, kind: 'group', passes: isWithin(group.market.dte, range) };
    case 'ivPercentile':
    case 'ivRank':
      return { stage, kind: 'group', passes: isWithin(group.facts[stage] ?? NaN, range) };
    case 'shortDelta':
      return row('short', (i) => Math.abs(group.delta[i] ?? NaN));
    case 'longDelta':
      return row('long', (i) => Math.abs(group.delta[i] ?? NaN));
    case 'distancePercent':
      return row('short', (i) => distancePercent(group, i));
    case 'distanceSigma':
      return row('short', (i) => distanceSigma(group, i));
    case 'openInterest':
    case 'volume':
    case 'bidAskPercent':
      return row('legs', (i) => group[stage][i] ?? NaN);
    default:
      return { stage, kind: 'pair', measure: MEASURES[stage], low, high };
  }
}

/** Whether a candidate passes one test. A missing value (NaN) passes none. */
export function passesTest(test: CandidateTest, vertical: Vertical): boolean {
  switch (test.kind) {
    case 'pair': {
      const value = test.measure(vertical);
      return value >= test.low && value <= test.high;
    }
    case 'short':
      return test.passes[vertical.short] === 1;
    case 'long':
      return test.passes[vertical.long] === 1;
    case 'legs':
      return test.passes[vertical.short] === 1 && test.passes[vertical.long] === 1;
    case 'group':
      return test.passes;
  }
}

/** Index of the first test from `start` on that the candidate fails; -1 when it passes them all. */
export function firstFailure(tests: readonly CandidateTest[], vertical: Vertical, start: number): number {
  for (let k = start; k < tests.length; k++) {
    const test = tests[k];
    if (test && !passesTest(test, vertical)) return k;
  }
  return -1;
}
