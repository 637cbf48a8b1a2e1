import { boundaryAtExpiry, ExerciseBoundary, type BoundaryAccuracy, type PutTerms } from './exerciseBoundary.ts';
import { gaussLegendre } from './gaussLegendre.ts';
import { sixBends, sixSlopes, sixWeights, windowStart, WINDOW } from './sixPoint.ts';

const TABLE_ACCURACY: BoundaryAccuracy = {
  nodes: 10,
  quadrature: gaussLegendre(15),
  iterations: 30,
  tolerance: 1e-7,
  premiumQuadrature: gaussLegendre(25),
};

/** Distance above the boundary in standard deviations, 0 to 7.5; beyond, the premium is under 1e-12 of the strike. */
const Z_STEP = 0.25;
const Z_COUNT = 31;
/** ln(vol), from 2 % to 500 %. */
export const TABLE_VOL_LOW = 0.02;
export const TABLE_VOL_HIGH = 5;
const Y_LOW = Math.log(TABLE_VOL_LOW);
const Y_COUNT = 33;
const Y_STEP = (Math.log(TABLE_VOL_HIGH) - Y_LOW) / (Y_COUNT - 1);
/** ln of nothing: what stands in the table where the premium underflows. */
const LOG_NOTHING = -80;

/** Premium over the strike and its derivatives by x = ln(spot / strike) and by vol. */
export interface TablePremium {
  value: number;
  byX: number;
  byXX: number;
  byVol: number;
  byXVol: number;
}

const zWeights = new Float64Array(WINDOW);
const zSlopes = new Float64Array(WINDOW);
const zBends = new Float64Array(WINDOW);
const yWeights = new Float64Array(WINDOW);
const ySlopes = new Float64Array(WINDOW);

/**
 * The early-exercise premium of every put of one expiry, whatever its strike, spot and vol: over the strike it depends
 * only on the vol and on how many standard deviations the spot is above the exercise boundary. 1,023 numbers, built in
 * a few milliseconds, hold its logarithm; between them it is interpolated by polynomials of degree 5.
 * Calls come here as puts with spot and strike, rate and yield exchanged.
 * @source Andersen, Lake and Offengenden (2016) for the numbers in the table.
 */
export class EarlyExerciseTable {
  private readonly rootYears: number;
  /** ln(boundary / strike) by vol. */
  private readonly logBoundary = new Float64Array(Y_COUNT);
  /** ln(premium / strike): [vol * Z_COUNT + distance]. */
  private readonly logPremium = new Float64Array(Y_COUNT * Z_COUNT);

  /** @param terms with a `boundaryAtExpiry` above 0. */
  constructor({ years, rate, dividendYield }: Omit<PutTerms, 'vol'>) {
    this.rootYears = Math.sqrt(years);
    let boundary: ExerciseBoundary | undefined;
    for (let j = 0; j < Y_COUNT; j++) {
      const vol = Math.exp(Y_LOW + j * Y_STEP);
      boundary = new ExerciseBoundary({ years, rate, dividendYield, vol }, TABLE_ACCURACY, boundary);
      const start = boundary.logAt(years);
      this.logBoundary[j] = start;
      for (let i = 0; i < Z_COUNT; i++) {
        const x = start + i * Z_STEP * vol * this.rootYears;
        const premium = boundary.premium(x, TABLE_ACCURACY.premiumQuadrature).value;
        this.logPremium[j * Z_COUNT + i] = premium > 0 ? Math.max(LOG_NOTHING, Math.log(premium)) : LOG_NOTHING;
      }
    }
  }

  /** False for terms under which early exercise never pays, or pays in a way that one boundary cannot describe. */
  static covers(terms: Omit<PutTerms, 'vol'>): boolean {
    return terms.years > 0 && boundaryAtExpiry({ ...terms, vol: 1 }) > 0;
  }

  /**
   * Premium over the strike.
   * @param x ln(spot / strike).
   * @param vol from TABLE_VOL_LOW to TABLE_VOL_HIGH.
   * @returns NaN at and below the boundary, where the option is exercised; 0 far above it.
   */
  premium(x: number, vol: number): number {
    const row = this.enter(vol);
    const y0 = yWeights[0] ?? 0;
    const y1 = yWeights[1] ?? 0;
    const y2 = yWeights[2] ?? 0;
    const y3 = yWeights[3] ?? 0;
    const y4 = yWeights[4] ?? 0;
    const y5 = yWeights[5] ?? 0;
    const edge = this.logBoundary;
    const boundary =
      y0 * (edge[row] ?? 0) +
      y1 * (edge[row + 1] ?? 0) +
      y2 * (edge[row + 2] ?? 0) +
      y3 * (edge[row + 3] ?? 0) +
      y4 * (edge[row + 4] ?? 0) +
      y5 * (edge[row + 5] ?? 0);
    const position = (x - boundary) / (vol * this.rootYears * Z_STEP);
    if (!(position > 0)) return NaN;
    if (position > Z_COUNT - 1) return 0;
    const column = windowStart(position, Z_COUNT);
    sixWeights(position - column, zWeights);
    const table = this.logPremium;
    let total = 0;
    // One column after the other: the six sums over y do not depend on each other.
    for (let i = 0; i < WINDOW; i++) {
      const at = row * Z_COUNT + column + i;
      total +=
        (zWeights[i] ?? 0) *
        (y0 * (table[at] ?? 0) +
          y1 * (table[at + Z_COUNT] ?? 0) +
          y2 * (table[at + 2 * Z_COUNT] ?? 0) +
          y3 * (table[at + 3 * Z_COUNT] ?? 0) +
          y4 * (table[at + 4 * Z_COUNT] ?? 0) +
          y5 * (table[at + 5 * Z_COUNT] ?? 0));
    }
    return Math.exp(total);
  }

  /** `premium` with its derivatives; undefined at and below the boundary. */
  premiumSlopes(x: number, vol: number): TablePremium | undefined {
    const row = this.enter(vol);
    const y = (Math.log(vol) - Y_LOW) / Y_STEP - row;
    sixSlopes(y, ySlopes);
    let boundary = 0;
    let boundaryByY = 0;
    for (let j = 0; j < WINDOW; j++) {
      boundary += (yWeights[j] ?? 0) * (this.logBoundary[row + j] ?? 0);
      boundaryByY += (ySlopes[j] ?? 0) * (this.logBoundary[row + j] ?? 0);
    }
    const zByX = 1 / (vol * this.rootYears * Z_STEP);
    const position = (x - boundary) * zByX;
    if (!(position > 0)) return undefined;
    if (position > Z_COUNT - 1) return { value: 0, byX: 0, byXX: 0, byVol: 0, byXVol: 0 };
    const column = windowStart(position, Z_COUNT);
    const z = position - column;
    sixWeights(z, zWeights);
    sixSlopes(z, zSlopes);
    sixBends(z, zBends);
    const value = Math.exp(this.blend(row, column, zWeights, yWeights));
    // With L = ln(premium): derivatives by grid position first, then by the chain rule to x and vol.
    const byZ = this.blend(row, column, zSlopes, yWeights);
    const byZZ = this.blend(row, column, zBends, yWeights) + byZ * byZ;
    const byY = this.blend(row, column, zWeights, ySlopes);
    const byZY = this.blend(row, column, zSlopes, ySlopes) + byZ * byY;
    const yByVol = 1 / (vol * Y_STEP);
    const zByVol = -position / vol - boundaryByY * yByVol * zByX;
    return {
      value,
      byX: value * byZ * zByX,
      byXX: value * byZZ * zByX * zByX,
      byVol: value * (byZ * zByVol + byY * yByVol),
      byXVol: value * zByX * (byZZ * zByVol + byZY * yByVol - byZ / vol),
    };
  }

  /** Sets the weights for a vol. @returns the first row of its window. */
  private enter(vol: number): number {
    const position = (Math.log(vol) - Y_LOW) / Y_STEP;
    const row = windowStart(position, Y_COUNT);
    sixWeights(position - row, yWeights);
    return row;
  }

  private blend(row: number, column: number, z: Float64Array, y: Float64Array): number {
    const table = this.logPremium;
    // Read by index: taking an array apart would go through its iterator.
    const z0 = z[0] ?? 0;
    const z1 = z[1] ?? 0;
    const z2 = z[2] ?? 0;
    const z3 = z[3] ?? 0;
    const z4 = z[4] ?? 0;
    const z5 = z[5] ?? 0;
    let total = 0;
    for (let j = 0; j < WINDOW; j++) {
      const at = (row + j) * Z_COUNT + column;
      const line =
        z0 * (table[at] ?? 0) +
        z1 * (table[at + 1] ?? 0) +
        z2 * (table[at + 2] ?? 0) +
        z3 * (table[at + 3] ?? 0) +
        z4 * (table[at + 4] ?? 0) +
        z5 * (table[at + 5] ?? 0);
      total += (y[j] ?? 0) * line;
    }
    return total;
  }
}
