import { BLOCK_SIZE } from './candidateBlock.ts';
import { markPassing, type CandidateTest } from './candidateTests.ts';
import { clean } from './range.ts';
import { isPrice } from './tradeable.ts';
import { VerticalBlock, type VerticalFrame } from './verticalBlock.ts';
import type { Workspace } from './workspace.ts';

export interface VerticalTask extends VerticalFrame {
  /** After `tradeable`, in the order in which they count. */
  tests: readonly CandidateTest[];
  workspace: Workspace;
  /** Whether to count by short row too. */
  byShort?: boolean;
}

/** A range, and how near to a bound of it a raw difference of prices or strikes must be cleaned before it is told. */
interface Bounds {
  low: number;
  high: number;
  slackBelow: number;
  slackAbove: number;
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
  width: Bounds;
  /** That test of the long leg or of the width, which rejects what is left of a short row's pairs; -1 for none. */
  rest: number;
  /** The first test that is run over blocks of candidates. */
  blocks: number;
  /** Where that test is of the credit over the width, pairs that clearly fail it go into no block. */
  creditToWidth: Bounds;
}

/**
 * Runs the tradeable pairs of a group through tests and counts what each rejects, exactly as if every pair had been
 * tried. A group or a short leg that fails takes its pairs with it, and partners beyond the widest width, or that fail
 * on delta, are what is left of the short leg's pairs: they are counted and not touched.
 */
export class VerticalFilter {
  /** Pairs by the first test that they fail, one for each test. */
  readonly rejected: number[];
  /** Pairs by short row that pass each test, where asked for: Int32[rows] for each. */
  readonly passed: readonly Int32Array[];
  /** Pairs that were touched one by one. */
  work = 0;
  readonly #task: VerticalTask;
  readonly #block: VerticalBlock;

  constructor(task: VerticalTask) {
    const { group, tests, byShort = false } = task;
    this.#task = task;
    this.#block = new VerticalBlock(task, task.workspace.columns);
    this.rejected = tests.map(() => 0);
    this.passed = byShort ? tests.map(() => new Int32Array(group.n)) : [];
  }

  /**
   * @param onSurvivors gets every block of pairs that pass all tests; the block is filled anew afterwards.
   * @throws ScanCancelled
   */
  run(onSurvivors: (block: VerticalBlock) => void): void {
    const { group, strategy, profile, tests } = this.#task;
    const byShort = group.tradeableByShort(strategy, profile.pricing);
    const total = group.tradeableTotals(profile.pricing)[this.#block.isCredit ? 'credit' : 'debit'];
    const plan = this.#plan();
    const { lead, short: passes, partners, rest } = plan;
    for (let k = 0; k < lead; k++) this.passed[k]?.set(byShort);
    if (tests[lead]?.kind === 'group') {
      this.rejected[lead] = total;
      return;
    }
    let [pairs, within, place] = [0, 0, 0];
    for (let short = 0; short < byShort.length; short++) {
      if (passes && passes[short] !== 1) continue;
      const count = byShort[short] ?? 0;
      if (count === 0) continue;
      while (place < partners.length && (partners[place] ?? 0) < short) place++;
      const found = this.#fill({ short, place }, plan, onSurvivors);
      pairs += count;
      within += found;
      if (passes) this.passed[lead]?.fill(count, short, short + 1);
      if (rest >= 0) this.passed[rest]?.fill(found, short, short + 1);
    }
    if (passes) this.rejected[lead] = total - pairs;
    if (rest >= 0) this.rejected[rest] = pairs - within;
    this.#flush(plan, onSurvivors);
  }

  #plan(): Plan {
    const { group, tests } = this.#task;
    const notPassed = tests.findIndex((test) => test.kind !== 'group' || !test.passes);
    const lead = notPassed < 0 ? tests.length : notPassed;
    const short = tests[lead]?.kind === 'short' ? tests[lead].passes : undefined;
    const next = short ? lead + 1 : lead;
    const test = tests[next];
    const ofLong = test?.kind === 'long' ? test.passes : undefined;
    const ofWidth = test?.kind === 'pair' && test.filter === 'width' ? test : undefined;
    const isTaken = ofLong !== undefined || ofWidth !== undefined;
    const blocks = isTaken ? next + 1 : next;
    const first = tests[blocks];
    return {
      lead,
      short,
      partners: ofLong ? group.quotedRows.filter((row) => ofLong[row] === 1) : group.quotedRows,
      width: ofWidth ? boundsOf(ofWidth) : ANYTHING,
      rest: isTaken ? next : -1,
      blocks,
      creditToWidth: first?.kind === 'pair' && first.filter === 'creditToWidth' ? boundsOf(first) : ANYTHING,
    };
  }

  /**
   * Puts the tradeable pairs of a short row that are within reach into the block; returns how many there are.
   * @param place of the first partner that is not before the short row.
   */
  #fill(
    { short, place: first }: { short: number; place: number },
    plan: Plan,
    onSurvivors: (block: VerticalBlock) => void,
  ): number {
    const block = this.#block;
    const { short: shorts, long: longs, width: widths, credit: credits } = block;
    const { credit: isCredit, shortIsHigher } = block.shape;
    const { sold, bought } = block.prices;
    const { strike } = block.group;
    const { partners, width: inWidth, creditToWidth: ratio } = plan;
    const price = sold[short] ?? NaN;
    const shortStrike = strike[short] ?? NaN;
    const step = shortIsHigher ? -1 : 1;
    const start = shortIsHigher ? first - 1 : first + Number(partners[first] === short);
    let found = 0;
    let failed = 0;
    let place = block.count;
    let at = start;
    for (; at >= 0 && at < partners.length; at += step) {
      const long = partners[at] ?? 0;
      const width = Math.abs(shortStrike - (strike[long] ?? NaN));
      if (width > inWidth.high + inWidth.slackAbove) break;
      const credit = price - (bought[long] ?? NaN);
      if (!isPrice(credit, width, isCredit) || !isWithin(width, inWidth)) continue;
      found++;
      if (credit < ratio.low * width - ratio.slackBelow || credit > ratio.high * width + ratio.slackAbove) {
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
      widths[place] = clean(width);
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

const ANYTHING = boundsOf({ low: -Infinity, high: Infinity });

function boundsOf({ low, high }: { low: number; high: number }): Bounds {
  return { low, high, slackBelow: slack(low), slackAbove: slack(high) };
}

/** More than `clean` can change of a width or a credit, or of a bound times a width. */
function slack(bound: number): number {
  return Number.isFinite(bound) ? 1e-8 * (1 + Math.abs(bound)) : 0;
}

/** Whether a raw difference is in a range once it is cleaned, which is needed near a bound only. */
function isWithin(value: number, { low, high, slackBelow, slackAbove }: Bounds): boolean {
  if (value > low + slackBelow && value < high - slackAbove) return true;
  const cleaned = clean(value);
  return cleaned >= low && cleaned <= high;
}

function countRows(counts: Int32Array, { count, short }: VerticalBlock): void {
  for (let i = 0; i < count; i++) {
    const row = short[i] ?? 0;
    counts[row] = (counts[row] ?? 0) + 1;
  }
}
