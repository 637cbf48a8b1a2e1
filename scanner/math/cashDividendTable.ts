import {
  CASH_REACH,
  CASH_ROW_STEP,
  CASH_ROWS,
  CASH_VOL_HIGH,
  CASH_VOL_LOW,
  COLUMN_STEP,
  middleColumn,
  SLICE_STEP,
  SLICES,
  type CashLayout,
} from './cashCorrections.ts';
import { BY_VOL, BY_X, BY_XVOL, BY_XX, PREMIUM, type PremiumTable } from './premiumTable.ts';
import { sixBends, sixWeights, sixWeightsAndSlopes, windowStart, WINDOW } from './sixPoint.ts';

/** Spots this far from the middle slice, in slices, are still read; beyond, another table must be made. */
const SLICE_REACH = 1.25;

/**
 * Six rows are read at one strike when a bend is as far from the spot as the strike, give or take this factor (then some of
 * their columns would lie on both sides of the bend).
 */
const BEND_REACH = Math.exp(4 * CASH_ROW_STEP);

/** Columns from the middle, a standard deviation: bends nearer to the money are smooth. */
const SMOOTH_REACH = 1 / COLUMN_STEP;

/** Columns per x, from one row to the next: the columns are as wide as the vol. */
const NEXT_ROW = Math.exp(-CASH_ROW_STEP);

const zWeights = new Float64Array(WINDOW);
const zSlopes = new Float64Array(WINDOW);
const zBends = new Float64Array(WINDOW);
const yWeights = new Float64Array(WINDOW);
const ySlopes = new Float64Array(WINDOW);

/**
 * Reads `cashCorrections` at one spot after the other: the slices are blended once per spot, then every option is one
 * lookup by polynomials of degree 5.
 */
export class CashDividendTable implements PremiumTable {
  readonly volLow = CASH_VOL_LOW;
  readonly volHigh = CASH_VOL_HIGH;
  readonly reach = CASH_REACH;
  private readonly layout: CashLayout;
  private readonly corrections: Float64Array;
  private rootYears: number;
  /** ln(spot / middle spot) in slices; NaN before the first spot. */
  private slice = NaN;
  private hasSpotSlopes = false;
  /** ln(spot / strike) of the layout's bends, at this spot. */
  private bends: readonly number[] = [];
  /** Column of ln(spot / strike) = 0. */
  private readonly middle: number;
  /** Of the option last entered: the first of its six rows, whether each is read at its strike, columns per x there. */
  private row = 0;
  private isAtStrike = false;
  private columnByX = 0;
  private value = 0;
  /** The corrections at this spot, and their first and second derivative by ln(spot) at a constant spot / strike. */
  private readonly values: Float64Array;
  private readonly bySpot: Float64Array;
  private readonly bySpotTwice: Float64Array;

  /** @param corrections what `cashCorrections` returns for the layout; read again after `refresh`. */
  constructor(corrections: Float64Array, layout: CashLayout, years: number) {
    this.layout = layout;
    this.middle = middleColumn(layout);
    this.corrections = corrections;
    this.rootYears = Math.sqrt(years);
    this.values = new Float64Array(corrections.length / SLICES);
    this.bySpot = new Float64Array(this.values.length);
    this.bySpotTwice = new Float64Array(this.values.length);
  }

  /** Whether a spot is near enough to the slices. */
  static isNear({ spot: middle }: CashLayout, spot: number): boolean {
    return Math.abs(Math.log(spot / middle)) <= SLICE_REACH * SLICE_STEP;
  }

  get bytes(): number {
    return 3 * this.values.byteLength;
  }

  /** After the corrections or the time to expiry have changed. */
  refresh(years: number): void {
    this.rootYears = Math.sqrt(years);
    this.slice = NaN;
  }

  /** Moves to a spot near the layout's. */
  moveTo(spot: number): void {
    const s = Math.log(spot / this.layout.spot) / SLICE_STEP;
    if (s === this.slice) return;
    this.slice = s;
    this.hasSpotSlopes = false;
    this.bends = this.layout.bends.map((bend) => bend + s * SLICE_STEP);
    this.blend(0.5 * s * (s - 1), 1 - s * s, 0.5 * s * (s + 1), this.values);
  }

  private blend(low: number, middle: number, high: number, out: Float64Array): void {
    const { corrections } = this;
    const size = out.length;
    for (let k = 0; k < size; k++) {
      out[k] =
        low * (corrections[k] ?? 0) + middle * (corrections[size + k] ?? 0) + high * (corrections[2 * size + k] ?? 0);
    }
  }

  columns(count: number, xs: Float64Array, vols: Float64Array, premiums: Float64Array, slopes: Float64Array): void {
    const { values, middle } = this;
    const { columns } = this.layout;
    for (let n = 0; n < count; n++) {
      const vol = vols[n] ?? 0;
      const x = xs[n] ?? 0;
      if (!this.enter(x, vol)) {
        premiums[n] = NaN;
        slopes[n] = NaN;
        continue;
      }
      if (this.isAtStrike) {
        const slope = this.atStrike(x);
        premiums[n] = this.value;
        slopes[n] = slope / (CASH_ROW_STEP * vol);
        continue;
      }
      const offset = x * this.columnByX;
      let start = this.row * columns;
      let value = 0;
      let byRow = 0;
      const column = windowStart(offset + middle, columns);
      sixWeightsAndSlopes(offset + middle - column, zWeights, zSlopes);
      let byColumn = 0;
      for (let j = 0; j < WINDOW; j++) {
        const line = sixSum(values, start + column, zWeights);
        value += (yWeights[j] ?? 0) * line;
        byRow += (ySlopes[j] ?? 0) * line;
        byColumn += (yWeights[j] ?? 0) * sixSum(values, start + column, zSlopes);
        start += columns;
      }
      premiums[n] = value;
      // With a rising vol the option comes nearer to the middle.
      slopes[n] = (byRow / CASH_ROW_STEP - offset * byColumn) / vol;
    }
  }

  /** Sets `value` to the premium where every row has its own columns. @returns its derivative by the row. */
  private atStrike(x: number): number {
    const { values, middle, row } = this;
    const { columns } = this.layout;
    let { columnByX } = this;
    let value = 0;
    let byRow = 0;
    for (let j = 0; j < WINDOW; j++) {
      const position = x * columnByX + middle;
      const column = this.windowAt(position, columnByX);
      sixWeights(position - column, zWeights);
      const line = sixSum(values, (row + j) * columns + column, zWeights);
      value += (yWeights[j] ?? 0) * line;
      byRow += (ySlopes[j] ?? 0) * line;
      columnByX *= NEXT_ROW;
    }
    this.value = value;
    return byRow;
  }

  /** Sets the six rows around a vol, and how they are read. @returns false when the option lies outside. */
  private enter(x: number, vol: number): boolean {
    const { middle } = this;
    const y = Math.log(vol / CASH_VOL_LOW) / CASH_ROW_STEP;
    const columnByX = 1 / (vol * this.rootYears * COLUMN_STEP);
    // The middle is a little nearer to the first column than to the last.
    if (!(Math.abs(x * columnByX) <= middle)) return false;
    this.row = windowStart(y, CASH_ROWS);
    sixWeightsAndSlopes(y - this.row, yWeights, ySlopes);
    this.columnByX = columnByX;
    this.isAtStrike = false;
    if (this.bends.length === 0 || !this.isNearBend(x)) return true;
    const columnByXInFirst = columnByX * Math.exp((y - this.row) * CASH_ROW_STEP);
    if (!(Math.abs(x * columnByXInFirst) <= middle)) return true;
    this.columnByX = columnByXInFirst;
    this.isAtStrike = true;
    return true;
  }

  private isNearBend(x: number): boolean {
    const { bends } = this;
    for (const bend of bends) {
      const ratio = bend / x;
      if (ratio < BEND_REACH && ratio > 1 / BEND_REACH) return true;
    }
    return false;
  }

  /** First of the six columns around a position, all on one side of every sharp bend if there are so many. */
  private windowAt(position: number, columnByX: number): number {
    const { bends, middle } = this;
    const { columns } = this.layout;
    const first = windowStart(position, columns);
    if (!this.layout.areSharp) return first;
    let least = 0;
    let most = columns - 1;
    for (const bend of bends) {
      const at = middle + bend * columnByX;
      if (at <= first || at >= first + WINDOW - 1 || Math.abs(at - middle) < SMOOTH_REACH) continue;
      if (at <= position) least = Math.max(least, Math.floor(at) + 1);
      else most = Math.min(most, Math.floor(at));
    }
    if (most - least < WINDOW - 1) return first;
    return Math.max(least, Math.min(first, most - WINDOW + 1));
  }

  slopesInto(x: number, vol: number, out: Float64Array): boolean {
    if (!this.enter(x, vol)) return false;
    if (!this.hasSpotSlopes) this.blendSpotSlopes();
    const { row, isAtStrike, middle } = this;
    const { columns } = this.layout;
    const yByVol = 1 / (vol * CASH_ROW_STEP);
    let zByX = this.columnByX;
    let column = 0;
    let [value, byX, byXX, byVol, byXVol] = [0, 0, 0, 0, 0];
    for (let j = 0; j < WINDOW; j++) {
      if (j === 0 || isAtStrike) {
        if (j > 0) zByX *= NEXT_ROW;
        const z = x * zByX + middle;
        column = isAtStrike ? this.windowAt(z, zByX) : windowStart(z, columns);
        sixWeightsAndSlopes(z - column, zWeights, zSlopes);
        sixBends(z - column, zBends);
      }
      const at = (row + j) * columns + column;
      const weight = yWeights[j] ?? 0;
      const slope = (ySlopes[j] ?? 0) * yByVol;
      const line = sixSum(this.values, at, zWeights);
      const lineByX = sixSum(this.values, at, zSlopes) * zByX;
      const lineByXX = sixSum(this.values, at, zBends) * zByX * zByX;
      const lineBySX = sixSum(this.bySpot, at, zSlopes) * zByX;
      // The spot moves x and the slice together, dividends and strike stay.
      const lineBySpot = lineByX + sixSum(this.bySpot, at, zWeights);
      value += weight * line;
      byX += weight * lineBySpot;
      byXX += weight * (lineByXX + 2 * lineBySX + sixSum(this.bySpotTwice, at, zWeights));
      byVol += slope * line;
      byXVol += slope * lineBySpot;
      if (isAtStrike) continue;
      byVol -= (weight * lineByX * x) / vol;
      byXVol -= (weight * ((lineByXX + lineBySX) * x + lineByX)) / vol;
    }
    out[PREMIUM] = value;
    out[BY_X] = byX;
    out[BY_XX] = byXX;
    out[BY_VOL] = byVol;
    out[BY_XVOL] = byXVol;
    return true;
  }

  private blendSpotSlopes(): void {
    const s = this.slice;
    this.blend((s - 0.5) / SLICE_STEP, (-2 * s) / SLICE_STEP, (s + 0.5) / SLICE_STEP, this.bySpot);
    const perSquare = 1 / (SLICE_STEP * SLICE_STEP);
    this.blend(perSquare, -2 * perSquare, perSquare, this.bySpotTwice);
    this.hasSpotSlopes = true;
  }
}

/** Six neighbours times their weights. */
function sixSum(table: Float64Array, at: number, weights: Float64Array): number {
  return (
    (weights[0] ?? 0) * (table[at] ?? 0) +
    (weights[1] ?? 0) * (table[at + 1] ?? 0) +
    (weights[2] ?? 0) * (table[at + 2] ?? 0) +
    (weights[3] ?? 0) * (table[at + 3] ?? 0) +
    (weights[4] ?? 0) * (table[at + 4] ?? 0) +
    (weights[5] ?? 0) * (table[at + 5] ?? 0)
  );
}
