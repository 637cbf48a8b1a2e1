import type { Profile } from '../domain/profile.ts';
import { VERTICALS, VERTICAL_SHAPES, type VerticalShape } from '../domain/strategy.ts';
import { firstFailure, passesTest, type CandidateTest } from './candidateTests.ts';
import type { CandidateFrame, EnumerationTask, NearMissVisitor, SpreadEnumerator } from './enumerator.ts';
import { reject } from './funnel.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { TOLERANCE } from './range.ts';
import { canSell, isPrice, legPrices, newVertical, setVertical } from './vertical.ts';

/** Two strikes of one group: n(n-1)/2 candidates for each strategy. */
export const verticalEnumerator: SpreadEnumerator = {
  strategies: VERTICALS,
  candidates: ({ n }) => (n * (n - 1)) / 2,
  enumerate,
  visitNearMisses,
};

interface PairSource {
  group: PreparedGroup;
  shape: VerticalShape;
  pricing: Profile['pricing'];
  /** Widest distance between the strikes that is looked at; all by default. */
  reach?: number;
}

/** Calls `visit` for every tradeable pair with this short leg, nearest first, with the long row and the net credit. */
function forEachTradeable(
  { group, shape, pricing, reach = Infinity }: PairSource,
  short: number,
  visit: (long: number, credit: number) => void,
): void {
  if (!canSell(group, short, pricing)) return;
  const { sold, bought } = legPrices(group, pricing);
  const price = sold[short] ?? NaN;
  const strike = group.strike[short] ?? NaN;
  const step = shape.shortIsHigher ? -1 : 1;
  for (let long = short + step; long >= 0 && long < group.n; long += step) {
    const width = Math.abs(strike - (group.strike[long] ?? NaN));
    if (width > reach) break;
    if (group.isQuoted[long] !== 1) continue;
    const credit = price - (bought[long] ?? NaN);
    if (isPrice(credit, width, shape.credit)) visit(long, credit);
  }
}

/** Tradeable pairs by short row, and in all. They depend on quotes and pricing only, so a re-filter reuses them. */
interface TradeableCounts {
  byShort: Int32Array;
  total: number;
}

const countsOfGroup = new WeakMap<PreparedGroup, Map<string, TradeableCounts>>();

function tradeableCounts({ group, strategy, profile }: EnumerationTask): TradeableCounts {
  const cached = countsOfGroup.get(group) ?? new Map<string, TradeableCounts>();
  countsOfGroup.set(group, cached);
  const key = `${strategy}|${profile.pricing}`;
  const known = cached.get(key);
  if (known) return known;
  const byShort = new Int32Array(group.n);
  let total = 0;
  const pairs = { group, shape: VERTICAL_SHAPES[strategy], pricing: profile.pricing };
  for (let short = 0; short < group.n; short++) {
    let count = 0;
    forEachTradeable(pairs, short, () => count++);
    byShort[short] = count;
    total += count;
  }
  const counts = { byShort, total };
  cached.set(key, counts);
  return counts;
}

function enumerate(task: EnumerationTask): number {
  const { group, strategy, profile, tests, funnel, survivors } = task;
  const counts = tradeableCounts(task);
  reject(funnel, 'tradeable', verticalEnumerator.candidates(group) - counts.total);
  const lead = leadingCount(tests);
  const failed = tests[lead];
  if (failed?.kind === 'group') {
    reject(funnel, failed.stage, counts.total);
    return 0;
  }
  const shortTest = failed?.kind === 'short' ? failed : undefined;
  const vertical = newVertical(group, strategy, profile.feesPerLeg);
  const width = widthWindow(tests, shortTest ? lead + 1 : lead);
  const pairs = { group, shape: vertical.shape, pricing: profile.pricing, reach: width?.reach ?? Infinity };
  const rejected = new Int32Array(tests.length);
  let touched = 0;
  for (let short = 0; short < group.n; short++) {
    const count = counts.byShort[short] ?? 0;
    if (count === 0) continue;
    if (shortTest && shortTest.passes[short] !== 1) {
      reject(funnel, shortTest.stage, count);
      continue;
    }
    const before = touched;
    forEachTradeable(pairs, short, (long, credit) => {
      touched++;
      setVertical(vertical, short, long, credit);
      const failure = firstFailure(tests, vertical, lead);
      if (failure < 0) survivors.add(task.groupIndex, short, long);
      else rejected[failure] = (rejected[failure] ?? 0) + 1;
    });
    if (width) rejected[width.index] = (rejected[width.index] ?? 0) + count - (touched - before);
  }
  for (const [k, test] of tests.entries()) if (rejected[k]) reject(funnel, test.stage, rejected[k]);
  return touched;
}

/**
 * When `width` is the next test at `index`, every tradeable partner farther than its maximum fails there and nowhere
 * before: they are counted as a block, not touched.
 */
function widthWindow(tests: readonly CandidateTest[], index: number): { index: number; reach: number } | undefined {
  const test = tests[index];
  if (test?.kind !== 'pair' || test.stage !== 'width' || test.high === Infinity) return undefined;
  // Slack for the raw difference of two strikes; the test itself decides at the edge.
  return { index, reach: test.high + TOLERANCE };
}

/** Index of the first test that is not a group's passed one. */
function leadingCount(tests: readonly CandidateTest[]): number {
  const index = tests.findIndex((test) => test.kind !== 'group' || !test.passes);
  return index < 0 ? tests.length : index;
}

function visitNearMisses({ group, strategy, profile, tests }: CandidateFrame, visit: NearMissVisitor): void {
  if (tests.filter((test) => test.kind === 'group' && !test.passes).length > 1) return;
  const byShort = tests.filter((test) => test.kind === 'group' || test.kind === 'short');
  const vertical = newVertical(group, strategy, profile.feesPerLeg);
  const pairs = { group, shape: vertical.shape, pricing: profile.pricing };
  for (let short = 0; short < group.n; short++) {
    vertical.short = short;
    if (byShort.filter((test) => !passesTest(test, vertical)).length > 1) continue;
    forEachTradeable(pairs, short, (long, credit) => {
      setVertical(vertical, short, long, credit);
      const failure = firstFailure(tests, vertical, 0);
      if (failure < 0) visit(vertical, undefined);
      else if (firstFailure(tests, vertical, failure + 1) < 0) visit(vertical, tests[failure]);
    });
  }
}
