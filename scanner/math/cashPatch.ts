import type { CashBlend, CashRow, Columns } from './cashRow.ts';
import { FOUR, fourWeightsAndSlopes } from './fourPoint.ts';
import { sixBends, sixDown, sixWeightsAndSlopes, WINDOW } from './sixPoint.ts';

/** Whether an option can be read: not where its vol does not matter, nor outside the columns. */
export const OUTSIDE = 0;
export const MISSING = 1;
export const INSIDE = 2;

/**
 * This many standard deviations from where exercise begins, now or just before the first dividend of a call, an option
 * between two vols is read as far from where it begins at these vols as it is from its own: there values bend. Farther away
 * it is read as far from the strike, and between them somewhat of both.
 */
const NEAR_EDGE = 1;
const FAR_FROM_EDGE = 2;

/**
 * Third difference of four rows, over the strike, beyond which they are too far from each other. Where the spot is less than
 * the strike it is less by the square of their ratio: what bends is a part of the spot, and does not show in full when it
 * bends in the middle of the four.
 */
const MOST_BEND_BY_ROW = 5e-5;
/** Third difference of the rows' edges, in columns, beyond which they are not followed. */
const MOST_EDGE_BEND = 0.5;

/** Where what each row has of these begins among a patch's numbers, and where the columns do. */
const EDGES = 0;
const FIRST_EDGES = FOUR;
const KINKS = 2 * FOUR;
const COLUMNS_FROM = 3 * FOUR;

/** What was read in each row. */
const lines = new Float64Array(FOUR);
const yWeights = new Float64Array(FOUR);
const ySlopes = new Float64Array(FOUR);
const zWeights = new Float64Array(WINDOW);
const zSlopes = new Float64Array(WINDOW);
const zBends = new Float64Array(WINDOW);

/** Where the option that was entered last is read: the column of each row, and the first of six around it. */
const positions = new Float64Array(FOUR);
const starts = new Int32Array(FOUR);
/** Whether these differ from row to row: else those of the first row are set alone. */
let isNearEdge = false;

/**
 * What `CashPatch` found at the option entered last: over the strike, by row and by column, how its column changes with its
 * row, and whether its four rows are too far from each other.
 */
export const found = { value: 0.5, byY: 0.5, byZ: 0.5, byZZ: 0.5, byZY: 0.5, positionByY: 0.5, bends: false };

/** Four rows of neighbouring vols of one strike, blended for one moment and carry. */
export class CashPatch {
  /** What the blend is called: a patch of another one is of no use. */
  readonly name: number;
  /** ln(vol) from one row to the next. */
  readonly rowStep: number;
  private readonly isCall: boolean;
  /** Columns of a standard deviation. */
  private readonly deviation: number;
  /** The columns that all four rows have. */
  private readonly first: number;
  private readonly count: number;
  /**
   * What an option needs lies side by side, by row. First the columns at and beyond which the options are exercised (NaN
   * where they never are), then those beyond which they are at any of the blended moments and carries, then those of the
   * kinks (NaN too), then the values of the columns that all four have.
   */
  private readonly values: Float64Array;
  /** Above (puts) or below (calls) this column an option is far from all that bends, whatever its row. */
  private readonly calmFrom: number;
  /** `MOST_BEND_BY_ROW` for this strike. */
  private readonly mostBend: number;
  /** By the first of six columns: 1 where any of them bends from row to row. Most patches have none. */
  private readonly bent: Uint8Array | undefined;

  /**
   * @param rows of ascending vol.
   * @param blend the weights of their parts, and what these are called.
   */
  constructor(
    rows: readonly CashRow[],
    { weights, name, isCall, deviation, spot, rowStep }: Omit<CashBlend, 'parts'> & { rowStep: number },
  ) {
    this.name = name;
    this.isCall = isCall;
    this.deviation = deviation;
    this.rowStep = rowStep;
    this.mostBend = MOST_BEND_BY_ROW * Math.min(1, spot / (rows[0]?.strike ?? NaN)) ** 2;
    const first = Math.max(...rows.map(({ columns }) => columns.first));
    const count = Math.max(0, Math.min(...rows.map(({ columns }) => columns.first + columns.count)) - first);
    this.first = first;
    this.count = count;
    this.values = new Float64Array(COLUMNS_FROM + FOUR * count);
    for (const [j, row] of rows.entries()) {
      const { edge, firstEdge, kink } = row.edges(weights, isCall);
      this.values[EDGES + j] = edge;
      this.values[FIRST_EDGES + j] = firstEdge;
      this.values[KINKS + j] = kink;
      row.blend(weights, first, this.values.subarray(COLUMNS_FROM + j), FOUR);
    }
    this.calmFrom = this.calm();
    for (let i = 0; i < count; i++) {
      if (!this.isBent(thirdDifference(this.values, COLUMNS_FROM + i * FOUR))) continue;
      this.bent ??= new Uint8Array(count);
      this.bent.fill(1, Math.max(0, i - WINDOW + 1), i + 1);
    }
  }

  get bytes(): number {
    return this.values.byteLength + (this.bent?.byteLength ?? 0);
  }

  private isBent(difference: number): boolean {
    return Math.abs(difference) > this.mostBend;
  }

  /** `calmFrom`. */
  private calm(): number {
    const bends = [...this.values.subarray(EDGES, FIRST_EDGES), ...this.values.subarray(KINKS, COLUMNS_FROM)];
    const there = bends.filter((bend) => !Number.isNaN(bend));
    const [low, high] = [Math.min(...there), Math.max(...there)];
    // Between the rows a cubic leaves the range of its four points by less than what this range is wide.
    const around = FAR_FROM_EDGE * this.deviation + (high - low);
    return this.isCall ? low - around : high + around;
  }

  /** The columns that the option entered last needs. */
  static needed(): Columns {
    const [start = NaN] = starts;
    if (!isNearEdge) return { first: start, count: WINDOW };
    const first = Math.min(...starts);
    return { first, count: Math.max(...starts) + WINDOW - first };
  }

  /**
   * Turns to an option.
   * @param position its column.
   * @param y its row, from 0 for the first of the four.
   */
  enter(position: number, y: number): typeof OUTSIDE | typeof MISSING | typeof INSIDE {
    const { values } = this;
    fourWeightsAndSlopes(y, yWeights, ySlopes);
    if (this.isCall ? position < this.calmFrom : position > this.calmFrom) return this.far(position);
    const edge = betweenRows(values, EDGES);
    // NaN where there is no edge: at one of these vols the option is never exercised.
    const distance = this.isCall ? edge - position : position - edge;
    if (distance <= 0) return OUTSIDE;
    const kink = betweenRows(values, KINKS);
    // The nearer of the two; where one of them is not, its distance is NaN.
    const fromKink = Math.abs(kink - position);
    const isKink = Number.isNaN(distance) ? !Number.isNaN(fromKink) : fromKink < distance;
    const away = isKink ? fromKink : distance;
    if (!(away < FAR_FROM_EDGE * this.deviation)) return this.far(position);
    return this.follow(position, isKink ? { bend: kink, away, bends: KINKS } : { bend: edge, away, bends: EDGES });
  }

  /** Sets that an option far from all that bends is read in the same columns of all rows. */
  private far(position: number): typeof MISSING | typeof INSIDE {
    const start = Math.floor(position) - 2;
    isNearEdge = false;
    positions[0] = position;
    starts[0] = start;
    // With a rising vol an option comes nearer to the middle.
    found.positionByY = -position * this.rowStep;
    return this.has(start) ? INSIDE : MISSING;
  }

  /** Whether it holds the six columns from this one on. */
  private has(start: number): boolean {
    return start >= this.first && start + WINDOW <= this.first + this.count;
  }

  /**
   * Sets where an option near a bend is read in each row: as far from the row's bend, on columns that are held.
   * @param bends where the rows' are among the numbers.
   */
  private follow(
    position: number,
    { bend, away, bends }: { bend: number; away: number; bends: number },
  ): typeof MISSING | typeof INSIDE {
    let entered: typeof MISSING | typeof INSIDE = INSIDE;
    let bendByY = 0;
    const { isCall, values } = this;
    isNearEdge = true;
    const share = Math.min(1, (FAR_FROM_EDGE - away / this.deviation) / (FAR_FROM_EDGE - NEAR_EDGE));
    // Where exercise hardly pays anywhere, it is anybody's guess from which column on: that leads nowhere.
    const isClear = Math.abs(thirdDifference(values, bends)) < MOST_EDGE_BEND;
    const part = isClear ? share * share * (3 - 2 * share) : 0;
    for (let j = 0; j < FOUR; j++) {
      const own = values[bends + j] ?? 0;
      const at = position + part * (own - bend);
      const around = Math.floor(at) - 2;
      const last = values[FIRST_EDGES + j] ?? NaN;
      const held = isCall ? Math.min(around, Math.floor(last) - WINDOW + 1) : Math.max(around, Math.ceil(last));
      // A row that is never exercised now has no edge.
      const start = Number.isNaN(held) ? around : held;
      positions[j] = at;
      starts[j] = start;
      bendByY += (ySlopes[j] ?? 0) * own;
      if (!this.has(start)) entered = MISSING;
    }
    found.positionByY = -position * this.rowStep - part * bendByY;
    return entered;
  }

  /** Sets value, byY, byZ and bends of `found`. */
  read(): void {
    if (isNearEdge) this.readRows();
    else this.readBlock();
  }

  /** Every row in columns of its own. */
  private readRows(): void {
    const { values, first } = this;
    let [value, byY, byZ] = [0, 0, 0];
    for (let j = 0; j < FOUR; j++) {
      const start = starts[j] ?? 0;
      sixWeightsAndSlopes((positions[j] ?? 0) - start, zWeights, zSlopes);
      const at = COLUMNS_FROM + (start - first) * FOUR + j;
      const line = sixDown(values, at, FOUR, zWeights);
      lines[j] = line;
      value += (yWeights[j] ?? 0) * line;
      byY += (ySlopes[j] ?? 0) * line;
      byZ += (yWeights[j] ?? 0) * sixDown(values, at, FOUR, zSlopes);
    }
    found.value = value;
    found.byY = byY;
    found.byZ = byZ;
    found.bends = this.isBent(thirdDifference(lines, 0));
  }

  /** All rows in the same columns: every number is looked at once. */
  private readBlock(): void {
    const { values } = this;
    const w0 = yWeights[0] ?? 0;
    const w1 = yWeights[1] ?? 0;
    const w2 = yWeights[2] ?? 0;
    const w3 = yWeights[3] ?? 0;
    const s0 = ySlopes[0] ?? 0;
    const s1 = ySlopes[1] ?? 0;
    const s2 = ySlopes[2] ?? 0;
    const s3 = ySlopes[3] ?? 0;
    const start = starts[0] ?? 0;
    sixWeightsAndSlopes((positions[0] ?? 0) - start, zWeights, zSlopes);
    let [value, byY, byZ] = [0, 0, 0];
    let at = COLUMNS_FROM + (start - this.first) * FOUR;
    for (let i = 0; i < WINDOW; i++, at += FOUR) {
      const a = values[at] ?? 0;
      const b = values[at + 1] ?? 0;
      const c = values[at + 2] ?? 0;
      const d = values[at + 3] ?? 0;
      const weight = zWeights[i] ?? 0;
      const column = w0 * a + w1 * b + w2 * c + w3 * d;
      value += weight * column;
      byY += weight * (s0 * a + s1 * b + s2 * c + s3 * d);
      byZ += (zSlopes[i] ?? 0) * column;
    }
    found.value = value;
    found.byY = byY;
    found.byZ = byZ;
    found.bends = this.bent?.[start - this.first] === 1;
  }

  /** Sets the rest of `found`, after `read`. */
  readBends(): void {
    const { values, first } = this;
    let [byZZ, byZY] = [0, 0];
    for (let j = 0; j < FOUR; j++) {
      const row = isNearEdge ? j : 0;
      const start = starts[row] ?? 0;
      const t = (positions[row] ?? 0) - start;
      sixWeightsAndSlopes(t, zWeights, zSlopes);
      sixBends(t, zBends);
      const at = COLUMNS_FROM + (start - first) * FOUR + j;
      byZZ += (yWeights[j] ?? 0) * sixDown(values, at, FOUR, zBends);
      byZY += (ySlopes[j] ?? 0) * sixDown(values, at, FOUR, zSlopes);
    }
    found.byZZ = byZZ;
    found.byZY = byZY;
  }
}

/** Of one number of each row, from this one on. */
function thirdDifference(values: Float64Array, from: number): number {
  return (values[from + 3] ?? 0) - (values[from] ?? 0) + 3 * ((values[from + 1] ?? 0) - (values[from + 2] ?? 0));
}

/** One number of each row, from this one on, at the row of the option entered. */
function betweenRows(values: Float64Array, from: number): number {
  return (
    (yWeights[0] ?? 0) * (values[from] ?? 0) +
    (yWeights[1] ?? 0) * (values[from + 1] ?? 0) +
    (yWeights[2] ?? 0) * (values[from + 2] ?? 0) +
    (yWeights[3] ?? 0) * (values[from + 3] ?? 0)
  );
}
