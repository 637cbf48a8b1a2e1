import type { Profile } from '../domain/profile.ts';
import { STRATEGIES, STRATEGY_SHAPES, type StrategyShape } from '../domain/strategy.ts';
import { firstFailure, passesTest, type CandidateTest } from './candidateTests.ts';
import type { CandidateFrame, EnumerationTask, NearMissVisitor, SpreadEnumerator } from './enumerator.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { canSell, isPrice, legPrices, newVertical, setVertical } from './vertical.ts';

/** Two strikes of one group: n(n-1)/2 candidates for each strategy. */
export const verticalEnumerator: SpreadEnumerator = {
  strategies: STRATEGIES,
  candidates: ({ n }) => (n * (n - 1)) / 2,
  enumerate,
  visitNearMisses,
};

/** Calls `visit` for every tradeable pair with this short leg; `visit` gets the long row and the net credit. */
export function forEachTradeable(
  { group, shape, pricing }: { group: PreparedGroup; shape: StrategyShape; pricing: Profile['pricing'] },
  short: number,
  visit: (long: number, credit: number) => void,
): void {
  if (!canSell(group, short, pricing)) return;
  const { sold, bought } = legPrices(group, pricing);
  const price = sold[short] ?? NaN;
  const strike = group.strike[short] ?? NaN;
  const from = shape.shortIsHigher ? 0 : short + 1;
  const to = shape.shortIsHigher ? short : group.n;
  for (let long = from; long < to; long++) {
    if (group.isQuoted[long] !== 1) continue;
    const credit = price - (bought[long] ?? NaN);
    if (isPrice(credit, Math.abs(strike - (group.strike[long] ?? NaN)), shape.credit)) visit(long, credit);
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
  const pairs = { group, shape: STRATEGY_SHAPES[strategy], pricing: profile.pricing };
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
  funnel.reject('tradeable', verticalEnumerator.candidates(group) - counts.total);
  const lead = leadingCount(tests);
  const failed = tests[lead];
  if (failed?.kind === 'group') {
    funnel.reject(failed.stage, counts.total);
    return 0;
  }
  const shortTest = failed?.kind === 'short' ? failed : undefined;
  const vertical = newVertical(group, strategy, profile.feesPerLeg);
  const pairs = { group, shape: vertical.shape, pricing: profile.pricing };
  const rejected = new Int32Array(tests.length);
  let touched = 0;
  for (let short = 0; short < group.n; short++) {
    const count = counts.byShort[short] ?? 0;
    if (count === 0) continue;
    if (shortTest && shortTest.passes[short] !== 1) {
      funnel.reject(shortTest.stage, count);
      continue;
    }
    forEachTradeable(pairs, short, (long, credit) => {
      touched++;
      setVertical(vertical, short, long, credit);
      const failure = firstFailure(tests, vertical, lead);
      if (failure < 0) survivors.add(group.index, short, long);
      else rejected[failure] = (rejected[failure] ?? 0) + 1;
    });
  }
  for (const [k, test] of tests.entries()) if (rejected[k]) funnel.reject(test.stage, rejected[k]);
  return touched;
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
