/** Options that one march carries: same vol, time and rates, dividends of their own. */
export const LANES = 4;

/** Where the nodes of a grid in log spot are. */
export interface GridAxis {
  isCall: boolean;
  /** ln(spot / strike) at the first node, and from one to the next. */
  first: number;
  step: number;
  /** Spot over strike, by node. */
  spots: Float64Array;
}

/** What a grid found for one moment: the value over the strike of each lane's option, and where it is exercised. */
export class GridMoment {
  private readonly axis: GridAxis;
  private readonly values: Float64Array;
  private readonly edges: Float64Array;

  /**
   * @param values [node * LANES + lane].
   * @param edges where each lane's exercise region ends, in cells from the first node; NaN where nothing is exercised.
   */
  constructor(axis: GridAxis, values: Float64Array, edges: Float64Array) {
    this.axis = axis;
    this.values = values;
    this.edges = edges;
  }

  /** The same after the grid has gone on and written over its values. */
  copy(): GridMoment {
    return new GridMoment(this.axis, this.values.slice(), this.edges.slice());
  }

  /** ln(spot / strike) at and beyond which the option is exercised at once; NaN where it never is. */
  edge(lane: number): number {
    return this.axis.first + (this.edges[lane] ?? NaN) * this.axis.step;
  }

  /**
   * Value over the strike, by four-point interpolation; at the ends of the grid the option is linear in the spot.
   * @param x ln(spot / strike).
   */
  at(x: number, lane: number): number {
    const position = this.positionOf(x);
    if (this.isExercised(position, lane)) return Math.abs(Math.exp(x) - 1);
    return position >= 0 ? this.between(position, lane) : this.before(Math.exp(x), lane);
  }

  /** The same. @param spot over the strike; 0 too. */
  atSpot(spot: number, lane: number): number {
    const position = this.positionOf(Math.log(spot));
    if (this.isExercised(position, lane)) return Math.abs(spot - 1);
    return position >= 0 ? this.between(position, lane) : this.before(spot, lane);
  }

  /** In cells from the first node. */
  private positionOf(x: number): number {
    return (x - this.axis.first) / this.axis.step;
  }

  private isExercised(position: number, lane: number): boolean {
    const edge = this.edges[lane] ?? NaN;
    return this.axis.isCall ? position >= edge : position <= edge;
  }

  private between(position: number, lane: number): number {
    const { spots } = this.axis;
    const v = this.values;
    const i = Math.min(spots.length - 3, Math.max(1, Math.floor(position)));
    const u = position - i;
    const k = i * LANES + lane;
    return (
      (-(u * (u - 1) * (u - 2)) / 6) * (v[k - LANES] ?? 0) +
      (((u + 1) * (u - 1) * (u - 2)) / 2) * (v[k] ?? 0) -
      (((u + 1) * u * (u - 2)) / 2) * (v[k + LANES] ?? 0) +
      (((u + 1) * u * (u - 1)) / 6) * (v[k + 2 * LANES] ?? 0)
    );
  }

  /** Below the first node: calls are worthless there, puts linear. */
  private before(spot: number, lane: number): number {
    const [lowest = 0, next = 1] = this.axis.spots;
    const value = this.values[lane] ?? 0;
    const slope = ((this.values[LANES + lane] ?? 0) - value) / (next - lowest);
    return Math.max(0, value + slope * (spot - lowest));
  }
}
