/** One line of `npm run bench`: our figure beside a named peer or bound, measured in the same run. */
export interface BenchLine {
  /** Goal of performance.md: `G1` to `G9`, with a letter where a goal has several lines (`G5a`). */
  id: string;
  name: string;
  value: number;
  unit: string;
  /** What it is compared with: a program or an algorithm by name. */
  peer: string;
  /** In the same unit; null where the peer is not installed. */
  peerValue: number | null;
  /** value / peerValue; null where the peer is not installed. */
  ratio: number | null;
  /** In words: `<= 38 ns`. */
  goal: string;
  met: boolean;
}

export interface BenchOptions {
  /** False for lines that nobody asked for: they need not be measured. */
  wants: (id: string) => boolean;
  /** True when Debian's Python peers may be installed and run. */
  peers: boolean;
}

/** Each test/bench/*Bench.ts exports one of these as `lines`. */
export type MeasureLines = (options: BenchOptions) => BenchLine[] | Promise<BenchLine[]>;
