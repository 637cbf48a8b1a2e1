import { LANES } from './gridMoment.ts';

/** [node * LANES + lane], the payoffs [node]. */
export interface GridNumbers {
  values: Float64Array;
  /** Those of the step that is being made. */
  next: Float64Array;
  payoff: Float64Array;
}

/** The nodes of a sweep in the order in which they are done. */
export interface Sweep {
  first: number;
  count: number;
  /** 1 or -1. */
  way: number;
  /** By what the node before is multiplied. */
  carry: number;
}

/** By what the values of the node below, of the node itself and of the one above are multiplied. */
export interface SweepWeights {
  down: number;
  here: number;
  up: number;
}

/** What sweeps over numbers in memory of its own. */
export interface GridKernel {
  /** Room for a grid of so many nodes, one and the same for all grids; undefined when there is not enough. */
  gridNumbers(nodes: number): GridNumbers | undefined;
  /** As those of `GridSweeps`. @param grid of `gridNumbers`. */
  eliminate(grid: GridNumbers, sweep: Sweep, weights: SweepWeights): void;
  substitute(grid: GridNumbers, sweep: Sweep): void;
}

/** The numbers of a grid, and the two sweeps over all of its nodes that every step in time takes. */
export class GridSweeps implements GridNumbers {
  values: Float64Array;
  next: Float64Array;
  readonly payoff: Float64Array;
  private readonly kernel: GridKernel | 'plain';

  /**
   * @param nodes of which a step's sweeps leave out the first and the last.
   * @param kernel in whose memory the numbers lie, if they fit: there they stand until the next grid is made.
   */
  constructor(nodes: number, kernel: GridKernel | 'plain') {
    const inKernel = kernel === 'plain' ? undefined : kernel.gridNumbers(nodes);
    this.values = inKernel?.values ?? new Float64Array(nodes * LANES);
    this.next = inKernel?.next ?? new Float64Array(nodes * LANES);
    this.payoff = inKernel?.payoff ?? new Float64Array(nodes);
    this.kernel = inKernel ? kernel : 'plain';
  }

  /** Makes the next values the present ones. */
  swap(): void {
    [this.values, this.next] = [this.next, this.values];
  }

  /** next = weighted values + carry * next of the node before, which begins with nothing. */
  eliminate(sweep: Sweep, weights: SweepWeights): void {
    if (this.kernel === 'plain') this.plainEliminate(sweep, weights);
    else this.kernel.eliminate(this, sweep, weights);
  }

  /** next = next + carry * next of the node before, and never below the payoff. */
  substitute(sweep: Sweep): void {
    if (this.kernel === 'plain') this.plainSubstitute(sweep);
    else this.kernel.substitute(this, sweep);
  }

  // Four lanes side by side: no one waits for another.

  private plainEliminate({ first, count, way, carry }: Sweep, { down, here, up }: SweepWeights): void {
    const { values: v, next } = this;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = first * LANES, left = count; left > 0; left--, k += way * LANES) {
      a = here * (v[k] ?? 0) + down * (v[k - 4] ?? 0) + up * (v[k + 4] ?? 0) + carry * a;
      b = here * (v[k + 1] ?? 0) + down * (v[k - 3] ?? 0) + up * (v[k + 5] ?? 0) + carry * b;
      c = here * (v[k + 2] ?? 0) + down * (v[k - 2] ?? 0) + up * (v[k + 6] ?? 0) + carry * c;
      d = here * (v[k + 3] ?? 0) + down * (v[k - 1] ?? 0) + up * (v[k + 7] ?? 0) + carry * d;
      next[k] = a;
      next[k + 1] = b;
      next[k + 2] = c;
      next[k + 3] = d;
    }
  }

  private plainSubstitute({ first, count, way, carry }: Sweep): void {
    const { next, payoff } = this;
    let k = first * LANES;
    const before = k - way * LANES;
    let a = next[before] ?? 0;
    let b = next[before + 1] ?? 0;
    let c = next[before + 2] ?? 0;
    let d = next[before + 3] ?? 0;
    for (let i = first, left = count; left > 0; left--, i += way, k += way * LANES) {
      const least = payoff[i] ?? 0;
      a = (next[k] ?? 0) + carry * a;
      b = (next[k + 1] ?? 0) + carry * b;
      c = (next[k + 2] ?? 0) + carry * c;
      d = (next[k + 3] ?? 0) + carry * d;
      if (a < least) a = least;
      if (b < least) b = least;
      if (c < least) c = least;
      if (d < least) d = least;
      next[k] = a;
      next[k + 1] = b;
      next[k + 2] = c;
      next[k + 3] = d;
    }
  }
}
