/** A grid of options on strike 1 in log spot, as far as its exercise region is concerned. */
export interface EdgeGrid {
  isCall: boolean;
  rate: number;
  dividendYield: number;
  vol: number;
  /** Cell in log spot. */
  step: number;
  /** By node. */
  spots: Float64Array;
  payoff: Float64Array;
  /** Options side by side: values are [node * lanes + lane]. */
  lanes: number;
}

/**
 * Nodes beyond the edge that hold the continued value: as many as an edge goes back in one step, where steps are about as
 * long as cells are wide.
 */
const CONTINUED = 3;
/**
 * Swept away by a dividend, an edge comes back from the deep end faster than values can bend: for so many steps there is no
 * parabola.
 */
const SETTLED = 2;
/** Held everywhere: no node is exercised. */
const NONE = -1;

/**
 * The edge of one option's exercise region, which reaches from the deep end of a grid to somewhere between two nodes.
 * Above it the option is worth more than its payoff by half the jump of the second derivative times the squared distance
 * (value and slope meet there: smooth pasting). The jump follows from the Black-Scholes equation; so where the edge lies
 * between its nodes follows from the value at the first node that is held, and what that node's equation reads beyond the
 * edge is the parabola continued, not the payoff. With the payoff there the edge sticks to nodes, and values are too low
 * by an amount that changes with every grid; with the parabola the error falls smoothly with the squared cell.
 * @source McKean (1965) for smooth pasting; Fedkiw et al. (1999), ghost cells, for the continuation.
 */
export class ExerciseEdge {
  private readonly grid: EdgeGrid;
  private readonly lane: number;
  /** From the deep end to the other. */
  private readonly way: number;
  private readonly start: number;
  private readonly end: number;
  /** Half the jump of the second derivative times step², over rate - yield * spot. */
  private readonly jump: number;
  /** The last exercised node, and the edge's distance from it in cells. */
  private node = NONE;
  private part = 0;
  /** Steps for which an edge that a dividend has swept away is back. */
  private stepsBack = SETTLED;

  constructor(grid: EdgeGrid, lane: number) {
    const { isCall, vol, step, payoff } = grid;
    this.grid = grid;
    this.lane = lane;
    this.way = isCall ? -1 : 1;
    this.start = isCall ? payoff.length - 1 : 0;
    this.end = isCall ? 0 : payoff.length - 1;
    this.jump = (this.way * step * step) / (vol * vol);
  }

  /** Back over a dividend: where the edge is before it is unknown. */
  sweep(): void {
    this.node = NONE;
    this.stepsBack = 0;
  }

  /** Where the edge is, in cells from the grid's first node; NaN where no node is exercised. */
  get position(): number {
    return this.node === NONE ? NaN : this.node + this.way * this.part;
  }

  /**
   * Finds the edge of a step whose values are `next[i] + carry * value of the node before`, seen from the deep end.
   * Writes the payoffs before it, the continued ones at its last nodes.
   * @returns the first node that is held.
   */
  find(next: Float64Array, carry: number): number {
    const { lanes, payoff } = this.grid;
    const { lane, way } = this;
    const isSettled = this.stepsBack >= SETTLED;
    const first = this.search(next, carry, isSettled);
    const node = first - way;
    if (node === this.start) {
      this.node = NONE;
      return first;
    }
    const bend = isSettled ? this.bend(node) : 0;
    const share = Math.max(0, carry);
    // The root of (1 - part)² - share * part² = excess / bend.
    const lack = bend > 0 ? Math.max(0, 1 - this.excess(first, next, carry) / bend) : 0;
    this.part = lack / (1 + Math.sqrt(Math.max(0, 1 - (1 - share) * lack)));
    this.node = node;
    this.stepsBack++;
    for (let i = this.start; i !== first; i += way) {
      const cells = Math.abs(node - i);
      const continued = cells < CONTINUED ? bend * (this.part + cells) ** 2 : 0;
      next[i * lanes + lane] = (payoff[i] ?? 0) + continued;
    }
    return first;
  }

  /**
   * The first held node. Starts from the last edge: beyond it the continued parabola rises again and would pass for held.
   * Without one the search starts from the deep end.
   */
  private search(next: Float64Array, carry: number, isSettled: boolean): number {
    const { way, start, end } = this;
    const share = isSettled ? Math.max(0, carry) : 0;
    let first = start + way;
    if (this.node !== NONE) {
      first = this.node + way;
      while (first !== start + way && this.excess(first, next, carry) > this.bend(first - way)) first -= way;
    }
    while (first !== end && this.excess(first, next, carry) <= -share * this.bend(first - way)) first += way;
    return first;
  }

  /** Value above the payoff at a node when the one before it is exercised. */
  private excess(node: number, next: Float64Array, carry: number): number {
    const { lanes, payoff } = this.grid;
    return (next[node * lanes + this.lane] ?? 0) + carry * (payoff[node - this.way] ?? 0) - (payoff[node] ?? 0);
  }

  /** Value above the payoff one cell from an edge at this node; 0 where the interest does not pay for exercise. */
  private bend(node: number): number {
    const { rate, dividendYield, spots } = this.grid;
    return Math.max(0, this.jump * (rate - dividendYield * (spots[node] ?? 0)));
  }
}
