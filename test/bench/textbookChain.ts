import type { LoopGroup } from './doubleLoop.ts';
import { crrImpliedVol, textbookImpliedVol, type TextbookOption } from './textbook.ts';

const TREE_STEPS = 256;

/** A vol for one option of a chain from its mid, one solver or the other. */
export type VolSolver = (option: Omit<TextbookOption, 'vol'>, mid: number) => number;

export const newtonVol: VolSolver = textbookImpliedVol;
export const treeVol: VolSolver = (option, mid) => crrImpliedVol(option, mid, TREE_STEPS);

/**
 * A part of the chain's options, evenly spread, for a solver too slow to be given all.
 * @returns what solves the part, and how many times the part goes into the whole.
 */
export function volSample(
  groups: readonly LoopGroup[],
  { count, rate, solve }: { count: number; rate: number; solve: VolSolver },
): { run: () => number; times: number } {
  const open = groups.flatMap(({ isCall, spot, years, options }) =>
    years > 0 ? options.map(({ strike, mid }) => ({ isCall, spot, years, rate, strike, mid })) : [],
  );
  const step = Math.max(1, Math.floor(open.length / count));
  const some = open.filter((_, i) => i % step === 0);
  return {
    run: () => some.reduce((sum, { mid, ...option }) => sum + solve(option, mid), 0),
    times: open.length / some.length,
  };
}
