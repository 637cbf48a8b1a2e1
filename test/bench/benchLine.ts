import type { Timing } from './timing.ts';

/** One line of `npm run bench`: our figure beside a named peer or bound, measured in the same run. */
export interface BenchLine {
  /**
   * Goal of performance.md: `G1` to `G9`, with a letter where a goal has several lines (`G5a`), and with a peer's name
   * where the goal is measured beside several peers (`G1:numba`).
   */
  id: string;
  name: string;
  value: number;
  unit: string;
  /** What it is compared with: a program or an algorithm by name, or why there is none. */
  peer: string;
  /** In the same unit; null where the peer is not installed or failed. */
  peerValue: number | null;
  /** value / peerValue; null where there is no peerValue. */
  ratio: number | null;
  /** In words: `<= 38 ns`. */
  goal: string;
  /** Of the goal, which every peer of a goal shares; not of the peer. */
  met: boolean;
}

/** What only the table shows: how the rounds of both sides were spread, in the line's unit. */
export interface MeasuredLine extends BenchLine {
  spread?: { p50: number; p99: number } | undefined;
  peerP50?: number | undefined;
}

/** Where Debian's Python peers can be run: an interpreter, or in words why there is none. */
export type PeerRunner = { python: string } | { absent: string };

export interface BenchOptions {
  /** False for lines that nobody asked for, neither them nor their peers: they need not be measured. */
  wants: (id: string) => boolean;
  runner: PeerRunner;
  /** Told of what costs a line its peer; the run goes on and ends with an error. */
  fail: (problem: string) => void;
  /** Told what is measured now. */
  progress: (text: string) => void;
}

/** Each test/bench/*Bench.ts exports one of these as `lines`. */
export type MeasureLines = (options: BenchOptions) => MeasuredLine[] | Promise<MeasuredLine[]>;

export interface Goal {
  bound: '<=' | '<' | '>=';
  limit: number;
  unit: string;
  /** What must hold besides the figure, in words that follow a comma: `p99 error <= 1e-12 vol`. */
  besides?: { text: string; met: boolean };
}

export function goalText({ bound, limit, unit, besides }: Goal): string {
  return `${bound} ${limit} ${unit}${besides === undefined ? '' : `, ${besides.text}`}`;
}

/** False for NaN: what was not measured is not met. */
export function meets(value: number, { bound, limit, besides }: Goal): boolean {
  const inside = bound === '>=' ? value >= limit : bound === '<=' ? value <= limit : value < limit;
  return inside && besides?.met !== false;
}

/** A line of timed work. Both timings are in the goal's unit. */
export function timedLine(line: {
  id: string;
  name: string;
  ours: Timing;
  peer: string;
  /** Undefined where the peer is a bound that was not measured. */
  theirs: Timing | undefined;
  goal: Goal;
}): MeasuredLine {
  const { id, name, ours, peer, theirs, goal } = line;
  return {
    ...{ id, name, value: ours.best, unit: goal.unit, peer },
    peerValue: theirs?.best ?? null,
    ratio: theirs === undefined ? null : ours.best / theirs.best,
    goal: goalText(goal),
    met: meets(ours.best, goal),
    spread: ours,
    peerP50: theirs?.p50,
  };
}
