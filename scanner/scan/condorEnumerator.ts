import { TOLERANCE, type Profile } from '../domain/profile.ts';
import { CONDORS, CONDOR_SHAPES, isCondor, type Strategy } from '../domain/strategy.ts';
import { BLOCK_SIZE, keepNearMisses, markInRange } from './candidateBlock.ts';
import { candidateTests, type CandidateTest, type TestFrame } from './candidateTests.ts';
import { CondorBlock, type CondorFrame } from './condorBlock.ts';
import { joinWings, leastCallCredit, isWholeFilter } from './condorJoin.ts';
import { allPairs, countPairs, type CondorShorts } from './condorPairs.ts';
import type { Enumeration, NearMissVisitor, ScanFrame, SpreadEnumerator } from './enumerator.ts';
import { reject } from './funnel.ts';
import type { PreparedExpiry } from './preparedExpiry.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import type { VerticalFrame } from './verticalBlock.ts';
import { visitNearVerticals } from './verticalEnumerator.ts';
import { VerticalFilter } from './verticalFilter.ts';
import { verticalPlan } from './verticalPlan.ts';
import { copyWings, thinWings, WingList, type Wings } from './wingList.ts';
import type { Workspace } from './workspace.ts';

/**
 * A bull put and a bear call of one expiry. Wings are filtered first, each by all that binds a vertical; then those
 * that are left are joined and filtered as a whole. The funnel counts in this order: `tradeable` wings, every filter
 * on wings and expiry in funnel order, `tradeable` as a whole (a credit below the wider width), every filter on the
 * whole in funnel order. So pairs of wings are counted by short strike and most are never tried.
 */
export const condorEnumerator: SpreadEnumerator = {
  strategies: CONDORS,
  candidates,
  tradeable,
  enumerate,
  block: (frame, workspace) => new CondorBlock(condorFrame(frame), workspace),
  visitNearMisses,
};

function candidates(expiry: PreparedExpiry, strategy: Strategy): number {
  const shorts = shortsOf(expiry, strategy);
  if (!shorts) return 0;
  const { putWings, callWings } = allPairs(shorts);
  return countPairs(shorts, putWings, callWings);
}

/** Both wings; the whole is told by a block. */
function tradeable(expiry: PreparedExpiry, strategy: Strategy, pricing: Profile['pricing']): number {
  const shorts = shortsOf(expiry, strategy);
  if (!shorts) return 0;
  const { puts, calls } = shorts;
  return countPairs(shorts, puts.tradeableByShort('bullPut', pricing), calls.tradeableByShort('bearCall', pricing));
}

function shortsOf(expiry: PreparedExpiry, strategy: Strategy): CondorShorts | undefined {
  const [puts, calls] = [expiry.group('P'), expiry.group('C')];
  return puts && calls && isCondor(strategy)
    ? { puts, calls, shortsMeet: CONDOR_SHAPES[strategy].shortsMeet }
    : undefined;
}

/** @throws RangeError for a strategy of another family, or an expiry without puts or calls. */
function condorFrame({ expiry, strategy, profile }: ScanFrame): CondorFrame & CondorShorts {
  const shorts = shortsOf(expiry, strategy);
  if (!shorts || !isCondor(strategy)) throw new RangeError(`${expiry.key} has no candidates of ${strategy}`);
  return { ...shorts, strategy, profile };
}

function enumerate(frame: ScanFrame, { funnel, finds, workspace }: Enumeration): number {
  const condor = condorFrame(frame);
  const { puts, calls, profile } = condor;
  let left = tradeable(frame.expiry, frame.strategy, profile.pricing);
  reject(funnel, 'tradeable', candidates(frame.expiry, frame.strategy) - left);
  const put = filterWings({ group: puts, strategy: 'bullPut', profile }, frame, workspace);
  const call = filterWings({ group: calls, strategy: 'bearCall', profile }, frame, workspace);
  for (const [k, { stage }] of put.tests.entries()) {
    const passed = countPairs(condor, put.passed[k] ?? [], call.passed[k] ?? []);
    reject(funnel, stage, left - passed);
    left = passed;
  }
  const work = put.work + call.work;
  if (left === 0) return work;
  const whole = frame.ranges.filter(({ filter }) => isWholeFilter(filter));
  const block = new CondorBlock(condor, workspace);
  const flush = (): void => {
    const before = block.count;
    keepPrices(block, workspace);
    reject(funnel, 'tradeable', before - block.count);
    for (const range of whole) {
      const priced = block.count;
      if (priced === 0) break;
      markInRange(block, range, workspace);
      block.keep(workspace.passes);
      reject(funnel, range.filter, priced - block.count);
    }
    if (block.count > 0) finds.add(block, workspace.cancellation);
    block.count = 0;
  };
  const [putWings, callWings] = [new WingList(puts, put.wings), new WingList(calls, call.wings)];
  const [first] = whole;
  const leastCredit = (i: number): number =>
    leastCallCredit(first, { width: putWings.width[i] ?? NaN, credit: putWings.credit[i] ?? NaN }, block);
  let joined = 0;
  const after = (pairs: number): void => {
    joined += pairs;
    workspace.charge(pairs);
    workspace.cancellation.after(pairs);
  };
  const leftOut = joinWings({ shorts: condor, puts: putWings, calls: callWings, block, leastCredit, flush, after });
  if (first) reject(funnel, first.filter, leftOut);
  finds.joined = joined;
  return work + joined;
}

/** The wings that pass everything that binds them, and how many pass each test by short row. */
function filterWings(
  vertical: VerticalFrame,
  frame: TestFrame,
  workspace: Workspace,
): { tests: CandidateTest[]; passed: readonly Int32Array[]; wings: Wings[]; work: number } {
  const tests = wingTests(vertical.group, frame);
  const plan = verticalPlan(vertical.group, tests);
  const filter = new VerticalFilter({ ...vertical, plan, workspace, byShort: true });
  const wings: Wings[] = [];
  filter.run((block) => wings.push(copyWings(block)));
  return { tests, passed: filter.passed, wings, work: filter.work };
}

function wingTests(group: PreparedGroup, frame: TestFrame): CandidateTest[] {
  return candidateTests(group, frame).filter(({ stage }) => !isWholeFilter(stage));
}

/** Keeps the condors that risk something: their credit is below the wider width. */
function keepPrices(block: CondorBlock, { passes }: Workspace): void {
  for (let i = 0; i < block.count; i++) {
    passes[i] = (block.credit[i] ?? NaN) < (block.width[i] ?? NaN) - TOLERANCE ? 1 : 0;
  }
  block.keep(passes);
}

/** Of an expiry with more near misses only a regular sample is joined, each of which stands for equally many. */
const MOST_NEAR_MISSES = 50_000;

function visitNearMisses(frame: ScanFrame, workspace: Workspace, visit: NearMissVisitor): void {
  const condor = condorFrame(frame);
  const { puts, calls, profile } = condor;
  const put = nearWings({ group: puts, strategy: 'bullPut', profile }, frame, workspace);
  const call = nearWings({ group: calls, strategy: 'bearCall', profile }, frame, workspace);
  const step = Math.max(1, Math.ceil(Math.sqrt((countWings(put) * countWings(call)) / MOST_NEAR_MISSES)));
  const listOf = (group: PreparedGroup, wings: Wings[] | undefined): WingList =>
    new WingList(group, thinWings(wings ?? [], step));
  const block = new CondorBlock(condor, workspace);
  const failed = new Int32Array(BLOCK_SIZE);
  const join = (putWings: WingList, callWings: WingList, stage: number): void => {
    const flush = (): void => {
      failed.fill(stage, 0, block.count);
      keepPrices(block, workspace);
      for (const range of frame.ranges) {
        if (!isWholeFilter(range.filter)) continue;
        markInRange(block, range, workspace);
        keepNearMisses(block, workspace.passes, { stage: range.filter, failed });
      }
      if (block.count > 0) visit(block, failed, step * step);
      block.count = 0;
    };
    const after = (pairs: number): void => workspace.cancellation.after(pairs);
    const leastCredit = (): number => -Infinity;
    joinWings({ shorts: condor, puts: putWings, calls: callWings, block, leastCredit, flush, after });
  };
  const [putsPass, callsPass] = [listOf(puts, put.get(-1)), listOf(calls, call.get(-1))];
  join(putsPass, callsPass, -1);
  for (const stage of new Set([...put.keys(), ...call.keys()])) {
    if (stage < 0) continue;
    const [putsFail, callsFail] = [listOf(puts, put.get(stage)), listOf(calls, call.get(stage))];
    join(putsFail, callsPass, stage);
    join(putsPass, callsFail, stage);
    join(putsFail, callsFail, stage);
  }
}

function countWings(wings: ReadonlyMap<number, readonly Wings[]>): number {
  let count = 0;
  for (const parts of wings.values()) for (const { short } of parts) count += short.length;
  return count;
}

/** Wings that fail at most one test, by its place in FUNNEL; -1 for those that fail none. */
function nearWings(vertical: VerticalFrame, frame: TestFrame, workspace: Workspace): Map<number, Wings[]> {
  const tests = wingTests(vertical.group, frame);
  const near = new Map<number, Wings[]>();
  visitNearVerticals(vertical, { tests, workspace }, (block, failed) => {
    const { count } = block;
    const stages = new Set(failed.subarray(0, count));
    const all = copyWings(block);
    for (const stage of stages) {
      const some = <Column extends Int32Array | Float64Array>(column: Column): Column =>
        column.filter((_, i) => failed[i] === stage) as Column;
      const wings = { short: some(all.short), long: some(all.long), width: some(all.width), credit: some(all.credit) };
      const known = near.get(stage);
      if (known) known.push(wings);
      else near.set(stage, [wings]);
    }
  });
  return near;
}
