import type { Profile } from '../domain/profile.ts';
import { isVertical, VERTICALS, VERTICAL_SHAPES, type Strategy } from '../domain/strategy.ts';
import { BLOCK_SIZE, keepNearMisses } from './candidateBlock.ts';
import { candidateTests, markPassing, type CandidateTest } from './candidateTests.ts';
import type { Enumeration, NearMissVisitor, ScanFrame, SpreadEnumerator } from './enumerator.ts';
import { reject } from './funnel.ts';
import type { PreparedExpiry } from './preparedExpiry.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { VerticalBlock, type VerticalFrame } from './verticalBlock.ts';
import { VerticalFilter } from './verticalFilter.ts';
import { verticalPlan } from './verticalPlan.ts';
import type { Workspace } from './workspace.ts';

/** Two strikes of one right: n(n-1)/2 candidates for each strategy. */
export const verticalEnumerator: SpreadEnumerator = {
  strategies: VERTICALS,
  candidates,
  tradeable,
  enumerate,
  block: (frame, { columns }) => new VerticalBlock(verticalFrame(frame), columns),
  visitNearMisses,
};

function candidates(expiry: PreparedExpiry, strategy: Strategy): number {
  const n = isVertical(strategy) ? expiry.rows(VERTICAL_SHAPES[strategy].right) : 0;
  return (n * (n - 1)) / 2;
}

function tradeable(expiry: PreparedExpiry, strategy: Strategy, pricing: Profile['pricing']): number {
  return isVertical(strategy) ? expiry.tradeable(strategy, pricing) : 0;
}

function groupOf(expiry: PreparedExpiry, strategy: Strategy): PreparedGroup | undefined {
  return isVertical(strategy) ? expiry.group(VERTICAL_SHAPES[strategy].right) : undefined;
}

/** @throws RangeError for a strategy of another family, or a right that the expiry does not have. */
function verticalFrame({ expiry, strategy, profile }: ScanFrame): VerticalFrame {
  const group = groupOf(expiry, strategy);
  if (!group || !isVertical(strategy)) throw new RangeError(`${expiry.key} has no candidates of ${strategy}`);
  return { group, strategy, profile };
}

function enumerate(frame: ScanFrame, { funnel, finds, workspace }: Enumeration): number {
  const vertical = verticalFrame(frame);
  const { group } = vertical;
  const plan = workspace.planOf(group, () => verticalPlan(group, candidateTests(group, frame)));
  const filter = new VerticalFilter({ ...vertical, plan, workspace });
  filter.run((block) => finds.add(block, workspace.cancellation));
  const { expiry, strategy, profile } = frame;
  reject(funnel, 'tradeable', candidates(expiry, strategy) - tradeable(expiry, strategy, profile.pricing));
  for (const [k, { stage }] of plan.tests.entries()) reject(funnel, stage, filter.rejected[k] ?? 0);
  return filter.work;
}

function visitNearMisses(frame: ScanFrame, workspace: Workspace, visit: NearMissVisitor): void {
  const vertical = verticalFrame(frame);
  const tests = candidateTests(vertical.group, frame);
  visitNearVerticals(vertical, { tests, workspace }, (block, failed) => visit(block, failed, 1));
}

/** Visits every tradeable pair of a group that fails at most one of the tests; `failed` as in NearMissVisitor. */
export function visitNearVerticals(
  vertical: VerticalFrame,
  { tests, workspace }: { tests: readonly CandidateTest[]; workspace: Workspace },
  visit: (block: VerticalBlock, failed: Int32Array) => void,
): void {
  const failed = new Int32Array(BLOCK_SIZE);
  const plan = verticalPlan(vertical.group, nearMissTests(tests, vertical.group.n));
  const near = new VerticalFilter({ ...vertical, plan, workspace });
  near.run((block) => {
    failed.fill(-1, 0, block.count);
    for (const test of tests) {
      markPassing(block, test, workspace);
      keepNearMisses(block, workspace.passes, { stage: test.stage, failed });
    }
    if (block.count > 0) visit(block, failed);
  });
}

/** Rows of which every pair fails two tests are left out from the start. */
function nearMissTests(tests: readonly CandidateTest[], rows: number): CandidateTest[] {
  const viable = (kind: 'short' | 'long'): CandidateTest => {
    const passes = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      const failures = tests.filter((test) => {
        if (test.kind === 'group') return !test.passes;
        return (test.kind === kind || test.kind === 'legs') && test.passes[row] !== 1;
      });
      passes[row] = failures.length <= 1 ? 1 : 0;
    }
    return { stage: 'tradeable', kind, passes };
  };
  return [viable('short'), viable('long')];
}
