import { BLOCK_SIZE } from './candidateBlock.ts';
import { markPassing } from './candidateTests.ts';
import { clean, isWithin } from './range.ts';
import { isPrice } from './tradeable.ts';
import { VerticalBlock, type VerticalFrame } from './verticalBlock.ts';
import type { VerticalPlan } from './verticalPlan.ts';
import type { Workspace } from './workspace.ts';

export interface VerticalTask extends VerticalFrame {
  /** Of the group. */
  plan: VerticalPlan;
  workspace: Workspace;
  /** Whether to count by short row too. */
  byShort?: boolean;
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
    const { group, plan, byShort = false } = task;
    this.#task = task;
    this.#block = new VerticalBlock(task, task.workspace.columns);
    this.rejected = plan.tests.map(() => 0);
    this.passed = byShort ? plan.tests.map(() => new Int32Array(group.n)) : [];
  }

  /**
   * @param onSurvivors gets every block of pairs that pass all tests; the block is filled anew afterwards.
   * @throws ScanCancelled
   */
  run(onSurvivors: (block: VerticalBlock) => void): void {
    const { group, strategy, profile, plan } = this.#task;
    const { tests, lead, short, rest } = plan;
    const byShort = group.tradeableByShort(strategy, profile.pricing);
    const total = group.tradeableTotals(profile.pricing)[this.#block.isCredit ? 'credit' : 'debit'];
    for (let k = 0; k < lead; k++) this.passed[k]?.set(byShort);
    if (tests[lead]?.kind === 'group') {
      this.rejected[lead] = total;
      return;
    }
    const { pairs, within } = this.#fill(byShort, onSurvivors);
    if (short) this.rejected[lead] = total - pairs;
    if (rest >= 0) this.rejected[rest] = pairs - within;
    this.#flush(onSurvivors);
  }

  /**
   * Puts the tradeable pairs within reach of each short row into the block.
   * @param byShort tradeable pairs by short row.
   * @returns the tradeable pairs of all short rows, and how many of them are within reach.
   */
  #fill(byShort: Int32Array, onSurvivors: (block: VerticalBlock) => void): { pairs: number; within: number } {
    const block = this.#block;
    const { plan, workspace } = this.#task;
    const { short: passes, toShort, partners, width: inWidth, creditToWidth: ratio } = plan;
    const { credit: isCredit, shortIsHigher } = block.shape;
    const { sold, bought } = block.prices;
    const { short: shorts, long: longs, width: widths, credit: credits } = block;
    const { strike } = block.group;
    const step = shortIsHigher ? -1 : 1;
    // Nearly every width is clearly inside or beyond.
    const [clearlyFrom, clearlyTo] = [inWidth.low + inWidth.slackBelow, inWidth.high - inWidth.slackAbove];
    const widest = inWidth.high + inWidth.slackAbove;
    let [pairs, within, failed, place, filled] = [0, 0, 0, 0, 0];
    for (let short = plan.fromShort; short < toShort; short++) {
      if (passes && passes[short] !== 1) continue;
      const count = byShort[short] ?? 0;
      if (count === 0) continue;
      while (place < partners.length && (partners[place] ?? 0) < short) place++;
      const start = shortIsHigher ? place - 1 : place + Number(partners[place] === short);
      const price = sold[short] ?? NaN;
      const shortStrike = strike[short] ?? NaN;
      let found = 0;
      let at = start;
      for (; at >= 0 && at < partners.length; at += step) {
        const long = partners[at] ?? 0;
        const width = Math.abs(shortStrike - (strike[long] ?? NaN));
        if (width > widest) break;
        const credit = price - (bought[long] ?? NaN);
        if (!isPrice(credit, width, isCredit)) continue;
        if (!(width > clearlyFrom && width < clearlyTo) && !isWithin(clean(width), inWidth)) continue;
        found++;
        if (credit < ratio.low * width - ratio.slackBelow || credit > ratio.high * width + ratio.slackAbove) {
          failed++;
          continue;
        }
        if (filled === BLOCK_SIZE) {
          block.count = filled;
          this.#flush(onSurvivors);
          filled = 0;
        }
        shorts[filled] = short;
        longs[filled] = long;
        widths[filled] = clean(width);
        credits[filled++] = clean(credit);
      }
      pairs += count;
      within += found;
      if (this.passed.length > 0) this.#countShort(short, count, found);
      const touched = Math.abs(at - start);
      this.work += touched;
      workspace.cancellation.after(touched);
    }
    block.count = filled;
    if (failed > 0) this.rejected[plan.blocks] = (this.rejected[plan.blocks] ?? 0) + failed;
    return { pairs, within };
  }

  #countShort(short: number, pairs: number, within: number): void {
    const { lead, short: passes, rest } = this.#task.plan;
    if (passes) this.passed[lead]?.fill(pairs, short, short + 1);
    if (rest >= 0) this.passed[rest]?.fill(within, short, short + 1);
  }

  #flush(onSurvivors: (block: VerticalBlock) => void): void {
    const { plan, workspace } = this.#task;
    const block = this.#block;
    for (let k = plan.blocks; k < plan.tests.length && block.count > 0; k++) {
      const before = block.count;
      const test = plan.tests[k];
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

function countRows(counts: Int32Array, { count, short }: VerticalBlock): void {
  for (let i = 0; i < count; i++) {
    const row = short[i] ?? 0;
    counts[row] = (counts[row] ?? 0) + 1;
  }
}
