/** How long the rounds of one contender took. `best` is what it can do; the others are how the machine let it. */
export interface Timing {
  best: number;
  p50: number;
  /** Of few rounds the slowest. */
  p99: number;
}

export interface Contender {
  /** Does all of its work once; what it returns is kept from being optimised away. */
  run: (round: number) => unknown;
  rounds: number;
}

/**
 * Times contenders by turns (ABAB...), so that whatever else the machine does hits all of them alike. One with more
 * rounds takes several in each turn.
 * @returns milliseconds a round, one Timing for each contender
 */
export async function interleave<const Contenders extends readonly Contender[]>(
  ...contenders: Contenders
): Promise<{ [Place in keyof Contenders]: Timing }> {
  const turns = Math.min(...contenders.map(({ rounds }) => rounds));
  const took = contenders.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [which, { run, rounds }] of contenders.entries()) {
      const until = Math.round((rounds * (turn + 1)) / turns);
      for (let round = took[which]?.length ?? 0; round < until; round++) took[which]?.push(await timeOf(run, round));
    }
  }
  return took.map(timingOf) as { [Place in keyof Contenders]: Timing };
}

async function timeOf(run: (round: number) => unknown, round: number): Promise<number> {
  const start = performance.now();
  const result = run(round);
  if (result instanceof Promise) await result;
  const ms = performance.now() - start;
  if (Number.isNaN(result)) throw new Error('a benchmark computed NaN');
  return ms;
}

/** @param took one number for each round, at least one. */
export function timingOf(took: readonly number[]): Timing {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { best: at(0), p50: at(0.5), p99: at(0.99) };
}

/** The same in another unit, for instance nanoseconds an item for milliseconds a round. */
export function scaled({ best, p50, p99 }: Timing, factor: number): Timing {
  return { best: best * factor, p50: p50 * factor, p99: p99 * factor };
}

/** Rates from milliseconds a round: the best is the highest. */
export function rates({ best, p50, p99 }: Timing, perRound: number): Timing {
  return { best: perRound / best, p50: perRound / p50, p99: perRound / p99 };
}

/** Work that was timed in parts. */
export function plus(...parts: Timing[]): Timing {
  const sum = (of: (part: Timing) => number) => parts.reduce((total, part) => total + of(part), 0);
  return { best: sum(({ best }) => best), p50: sum(({ p50 }) => p50), p99: sum(({ p99 }) => p99) };
}
