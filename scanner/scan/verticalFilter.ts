import { BLOCK_SIZE } from './candidateBlock.ts';
import { markPassing, type CandidateTest } from './candidateTests.ts';
import { clean, TOLERANCE } from './range.ts';
import { isPrice, legPrices, type LegPrices } from './tradeable.ts';
import { VerticalBlock, type VerticalFrame } from './verticalBlock.ts';
import type { Workspace } from './workspace.ts';

export interface VerticalTask extends VerticalFrame {
  /** After `tradeable`, in the order in which they count. */
  tests: readonly CandidateTest[];
  workspace: Workspace;
  /** Whether to count by short row too. */
  byShort?: boolean;
}

/** How the first tests are taken together so that most pairs are never touched. */
interface Plan {
  /** Tests before it are passed by the group as a whole. */
  lead: number;
  /** The lead where it looks at the short leg: a row that fails takes all its pairs with it. */
  short: Uint8Array | undefined;
  /** Rows that can be bought, ascending; where the next test is of the long leg, those that pass it. */
  partners: Int32Array;
  /** Distances between the strikes that pass, where the next test is of the width. */
  width: { low: number; high: number };
  /** That test of the long leg or of the width, which rejects what is left of a short row's pairs; -1 for none. */
  rest: number;
  /** The first test that is run over blocks of candidates. */
  blocks: number;
  /** What that test allows, where it is of the credit over the width: pairs that clearly fail it go into no block. */
  creditToWidth: { low: number; high: number };
}

/**
 * Runs the tradeable pairs of a group through tests and counts what each rejects, exactly as if every pair had been
 * tried. A group or a short leg that fails takes its pairs with it, and partners beyond the widest width, or that fail
 * on delta, are what is left of the short leg's pairs: they are counted and not touched.
 */
export class VerticalFilter {
  /** Pairs by the first test that they fail: Float64[tests]. */
  readonly rejected: Float64Array;
  /** Pairs by short row that pass each test, where asked for: Int32[rows] for each. */
  readonly passed: readonly Int32Array[];
  /** Pairs that were touched one by one. */
  work = 0;
  readonly #task: VerticalTask;
  readonly #block: VerticalBlock;
  readonly #prices: LegPrices;
  readonly #strike: Float64Array;
  /** Tradeable pairs by short row. */
  readonly #tradeable: Int32Array;

  constructor(task: VerticalTask) {
    const { group, strategy, profile, tests, byShort = false } = task;
    this.#task = task;
    this.#block = new VerticalBlock(task, task.workspace.columns);
    this.#prices = legPrices(group, profile.pricing);
    this.#strike = group.strike;
    this.#tradeable = group.tradeableByShort(strategy, profile.pricing);
    this.rejected = new Float64Array(tests.length);
    this.passed = byShort ? tests.map(() => new Int32Array(group.n)) : [];
  }

  /**
   * @param onSurvivors gets every block of pairs that pass all tests; the block is filled anew afterwards.
   * @throws ScanCancelled
   */
  run(onSurvivors: (block: VerticalBlock) => void): void {
    const { group, tests } = this.#task;
    const byShort = this.#tradeable;
    const plan = this.#plan();
    const { lead, short: passes, rest } = plan;
    for (let k = 0; k < lead; k++) this.passed[k]?.set(byShort);
    if (tests[lead]?.kind === 'group') {
      this.rejected[lead] = byShort.reduce((sum, count) => sum + count, 0);
      return;
    }
    let missed = 0;
    for (let short = 0; short < group.n; short++) {
      const count = byShort[short] ?? 0;
      if (passes && passes[short] !== 1) {
        missed += count;
        continue;
      }
      if (count === 0) continue;
      if (passes) this.passed[lead]?.fill(count, short, short + 1);
      const found = this.#fill(short, plan, onSurvivors);
      if (rest < 0) continue;
      this.rejected[rest] = (this.rejected[rest] ?? 0) + count - found;
      this.passed[rest]?.fill(found, short, short + 1);
    }
    if (passes) this.rejected[lead] = missed;
    this.#flush(plan, onSurvivors);
  }

  #plan(): Plan {
    const { group, tests } = this.#task;
    const notPassed = tests.findIndex((test) => test.kind !== 'group' || !test.passes);
    const lead = notPassed < 0 ? tests.length : notPassed;
    const short = tests[lead]?.kind === 'short' ? tests[lead].passes : undefined;
    const next = short ? lead + 1 : lead;
    const test = tests[next];
    const plan = { lead, short, partners: group.quotedRows, width: ANYTHING, rest: -1, blocks: next };
    if (test?.kind === 'long') {
      plan.partners = group.quotedRows.filter((row) => test.passes[row] === 1);
      plan.rest = plan.blocks++;
    } else if (test?.kind === 'pair' && test.filter === 'width') {
      plan.width = test;
      plan.rest = plan.blocks++;
    }
    const first = tests[plan.blocks];
    const isRatio = first?.kind === 'pair' && first.filter === 'creditToWidth';
    return { ...plan, creditToWidth: isRatio ? first : ANYTHING };
  }

  /** Puts the tradeable pairs of a short row that are within reach into the block; returns how many. */
  #fill(short: number, plan: Plan, onSurvivors: (block: VerticalBlock) => void): number {
    const block = this.#block;
    const { short: shorts, long: longs, width: widths, credit: credits } = block;
    const { credit: isCredit, shortIsHigher } = block.shape;
    const { sold, bought } = this.#prices;
    const strike = this.#strike;
    const { partners } = plan;
    const { low, high } = plan.width;
    const { low: leastRatio, high: mostRatio } = plan.creditToWidth;
    const [slackBelow, slackAbove] = [slack(leastRatio), slack(mostRatio)];
    // Slack for the raw difference of two strikes.
    const reach = high + TOLERANCE;
    const price = sold[short] ?? NaN;
    const shortStrike = strike[short] ?? NaN;
    const step = shortIsHigher ? -1 : 1;
    const start = nearest(partners, short, step);
    let found = 0;
    let failed = 0;
    let place = block.count;
    let at = start;
    for (; at >= 0 && at < partners.length; at += step) {
      const long = partners[at] ?? 0;
      const width = Math.abs(shortStrike - (strike[long] ?? NaN));
      if (width > reach) break;
      const credit = price - (bought[long] ?? NaN);
      const cleaned = clean(width);
      if (!(cleaned >= low && cleaned <= high) || !isPrice(credit, width, isCredit)) continue;
      found++;
      if (credit < leastRatio * width - slackBelow || credit > mostRatio * width + slackAbove) {
        failed++;
        continue;
      }
      if (place === BLOCK_SIZE) {
        block.count = place;
        this.#flush(plan, onSurvivors);
        place = 0;
      }
      shorts[place] = short;
      longs[place] = long;
      widths[place] = cleaned;
      credits[place] = clean(credit);
      place++;
    }
    block.count = place;
    if (failed > 0) this.rejected[plan.blocks] = (this.rejected[plan.blocks] ?? 0) + failed;
    const touched = Math.abs(at - start);
    this.work += touched;
    this.#task.workspace.cancellation.after(touched);
    return found;
  }

  #flush(plan: Plan, onSurvivors: (block: VerticalBlock) => void): void {
    const { tests, workspace } = this.#task;
    const block = this.#block;
    for (let k = plan.blocks; k < tests.length && block.count > 0; k++) {
      const before = block.count;
      const test = tests[k];
      if (!test) continue;
      markPassing(block, test, workspace);
      block.keep(workspace.passes);
      this.rejected[k] = (this.rejected[k] ?? 0) + before - block.count;
      const passed = this.passed[k];
      if (passed) countRows(passed, block);
    }
    if (block.count > 0) onSurvivors(block);
    block.count = 0;
  }
}

const ANYTHING = { low: -Infinity, high: Infinity };

/** More than `clean` can change of a credit, or of a bound times a width. */
function slack(bound: number): number {
  return 1e-8 * (1 + Math.abs(bound));
}

/** Index of the first row beyond `short` in this direction. Rows ascend. */
function nearest(rows: Int32Array, short: number, step: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < short) low = middle + 1;
    else high = middle;
  }
  if (step < 0) return low - 1;
  return rows[low] === short ? low + 1 : low;
}

function countRows(counts: Int32Array, { count, short }: VerticalBlock): void {
  for (let i = 0; i < count; i++) {
    const row = short[i] ?? 0;
    counts[row] = (counts[row] ?? 0) + 1;
  }
}
