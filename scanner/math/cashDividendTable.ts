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
import { sixBends, sixWeightsAndSlopes, windowStart, WINDOW } from './sixPoint.ts';

/** Spots this far from the middle slice, in slices, are still read; beyond, another table must be made. */
const SLICE_REACH = 1.25;

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
  private hasBends = false;
  /** The corrections at this spot, and their first and second derivative by ln(spot) at a constant spot / strike. */
  private readonly values: Float64Array;
  private readonly bySpot: Float64Array;
  private readonly bySpotTwice: Float64Array;

  /** @param corrections what `cashCorrections` returns for the layout; read again after `refresh`. */
  constructor(corrections: Float64Array, layout: CashLayout, years: number) {
    this.layout = layout;
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
    this.hasBends = false;
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
    const { values, layout, rootYears } = this;
    const { columns } = layout;
    const middle = middleColumn(layout);
    for (let n = 0; n < count; n++) {
      const vol = vols[n] ?? 0;
      const y = Math.log(vol / CASH_VOL_LOW) / CASH_ROW_STEP;
      const row = windowStart(y, CASH_ROWS);
      const offset = (xs[n] ?? 0) / (vol * rootYears * COLUMN_STEP);
      const z = offset + middle;
      if (!(z >= 0 && z <= columns - 1)) {
        premiums[n] = NaN;
        slopes[n] = NaN;
        continue;
      }
      const column = windowStart(z, columns);
      sixWeightsAndSlopes(y - row, yWeights, ySlopes);
      sixWeightsAndSlopes(z - column, zWeights, zSlopes);
      let value = 0;
      let byY = 0;
      let byZ = 0;
      for (let j = 0; j < WINDOW; j++) {
        const at = (row + j) * columns + column;
        const line = sixSum(values, at, zWeights);
        value += (yWeights[j] ?? 0) * line;
        byY += (ySlopes[j] ?? 0) * line;
        byZ += (yWeights[j] ?? 0) * sixSum(values, at, zSlopes);
      }
      premiums[n] = value;
      slopes[n] = (byY / CASH_ROW_STEP - offset * byZ) / vol;
    }
  }

  slopesInto(x: number, vol: number, out: Float64Array): boolean {
    if (!this.hasBends) this.blendBends();
    const { columns } = this.layout;
    const y = Math.log(vol / CASH_VOL_LOW) / CASH_ROW_STEP;
    const row = windowStart(y, CASH_ROWS);
    const zByX = 1 / (vol * this.rootYears * COLUMN_STEP);
    const offset = x * zByX;
    const z = offset + middleColumn(this.layout);
    if (!(z >= 0 && z <= columns - 1)) return false;
    const column = windowStart(z, columns);
    sixWeightsAndSlopes(y - row, yWeights, ySlopes);
    sixWeightsAndSlopes(z - column, zWeights, zSlopes);
    sixBends(z - column, zBends);
    let value = 0;
    let byY = 0;
    let byZ = 0;
    let byZY = 0;
    let byZZ = 0;
    let byS = 0;
    let bySY = 0;
    let bySZ = 0;
    let bySS = 0;
    for (let j = 0; j < WINDOW; j++) {
      const at = (row + j) * columns + column;
      const weight = yWeights[j] ?? 0;
      const slope = ySlopes[j] ?? 0;
      const line = sixSum(this.values, at, zWeights);
      const lineByZ = sixSum(this.values, at, zSlopes);
      const lineByS = sixSum(this.bySpot, at, zWeights);
      value += weight * line;
      byY += slope * line;
      byZ += weight * lineByZ;
      byZY += slope * lineByZ;
      byZZ += weight * sixSum(this.values, at, zBends);
      byS += weight * lineByS;
      bySY += slope * lineByS;
      bySZ += weight * sixSum(this.bySpot, at, zSlopes);
      bySS += weight * sixSum(this.bySpotTwice, at, zWeights);
    }
    const yByVol = 1 / (vol * CASH_ROW_STEP);
    const zByVol = -offset / vol;
    // The spot moves x and the slice together, dividends and strike stay.
    out[PREMIUM] = value;
    out[BY_X] = byZ * zByX + byS;
    out[BY_XX] = byZZ * zByX * zByX + 2 * bySZ * zByX + bySS;
    out[BY_VOL] = byY * yByVol + byZ * zByVol;
    out[BY_XVOL] = zByX * (byZZ * zByVol + byZY * yByVol - byZ / vol) + bySY * yByVol + bySZ * zByVol;
    return true;
  }

  private blendBends(): void {
    const s = this.slice;
    this.blend((s - 0.5) / SLICE_STEP, (-2 * s) / SLICE_STEP, (s + 0.5) / SLICE_STEP, this.bySpot);
    const perSquare = 1 / (SLICE_STEP * SLICE_STEP);
    this.blend(perSquare, -2 * perSquare, perSquare, this.bySpotTwice);
    this.hasBends = true;
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
