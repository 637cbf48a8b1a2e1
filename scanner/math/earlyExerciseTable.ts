import { boundaryAtExpiry, ExerciseBoundary, type BoundaryAccuracy, type PutTerms } from './exerciseBoundary.ts';
import { gaussLegendre } from './gaussLegendre.ts';
import type { OptionBlock } from './optionBlock.ts';
import { bentOneByOne, BY_VOL, BY_X, BY_XVOL, BY_XX, PREMIUM, type PremiumTable } from './premiumTable.ts';
import { sixBends, sixDown, sixWeightsAndSlopes, windowStart, WINDOW } from './sixPoint.ts';

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
const TABLE_VOL_LOW = 0.02;
const TABLE_VOL_HIGH = 5;
const Y_LOW = Math.log(TABLE_VOL_LOW);
const Y_COUNT = 49;
const Y_STEP = (Math.log(TABLE_VOL_HIGH) - Y_LOW) / (Y_COUNT - 1);
/** ln of nothing: what stands in the table where the premium underflows. */
const LOG_NOTHING = -80;

const zWeights = new Float64Array(WINDOW);
const zSlopes = new Float64Array(WINDOW);
const zBends = new Float64Array(WINDOW);
const yWeights = new Float64Array(WINDOW);
const ySlopes = new Float64Array(WINDOW);

/** False for terms under which early exercise never pays, or pays in a way that one boundary cannot describe. */
export function hasEarlyExercise(terms: Omit<PutTerms, 'vol'>): boolean {
  return terms.years > 0 && boundaryAtExpiry({ ...terms, vol: 1 }) > 0;
}

/**
 * The numbers of an `EarlyExerciseTable`: ln(boundary / strike) by vol, then ln(premium / strike) by vol and distance.
 * @param terms that `hasEarlyExercise`.
 * @param ask called before each of its vols (a fifth of a millisecond); may throw to end it.
 * @source Andersen, Lake and Offengenden (2016).
 */
export function earlyExerciseValues(
  { years, rate, dividendYield }: Omit<PutTerms, 'vol'>,
  ask: () => void = () => undefined,
): Float64Array {
  const values = new Float64Array(Y_COUNT * (1 + Z_COUNT));
  let boundary: ExerciseBoundary | undefined;
  for (let j = 0; j < Y_COUNT; j++) {
    ask();
    const vol = Math.exp(Y_LOW + j * Y_STEP);
    boundary = new ExerciseBoundary({ years, rate, dividendYield, vol }, TABLE_ACCURACY, boundary);
    const start = boundary.logAt(years);
    values[j] = start;
    for (let i = 0; i < Z_COUNT; i++) {
      const x = start + i * Z_STEP * vol * Math.sqrt(years);
      const premium = boundary.premium(x, TABLE_ACCURACY.premiumQuadrature).value;
      values[Y_COUNT + j * Z_COUNT + i] = premium > 0 ? Math.max(LOG_NOTHING, Math.log(premium)) : LOG_NOTHING;
    }
  }
  return values;
}

/** Premiums below this part of the strike are none. */
const LOG_NEGLIGIBLE = Math.log(2e-6);
/** Among vols and |ln(spot / strike)| that are traded. */
const VOL_TRADED = 1.5;
const X_TRADED = -1.4;

/** Whether the numbers of a table say that early exercise is worth nothing that shows. */
export function isNegligible(values: Float64Array, years: number): boolean {
  for (let j = 0; j < Y_COUNT; j++) {
    const vol = Math.exp(Y_LOW + j * Y_STEP);
    for (let i = 0; i < Z_COUNT && vol < VOL_TRADED; i++) {
      const x = (values[j] ?? 0) + i * Z_STEP * vol * Math.sqrt(years);
      if (x > X_TRADED && (values[Y_COUNT + j * Z_COUNT + i] ?? 0) > LOG_NEGLIGIBLE) return false;
    }
  }
  return true;
}

/**
 * The early-exercise premium of every put of one expiry, whatever its strike, spot and vol: over the strike it depends
 * only on the vol and on how many standard deviations the spot is above the exercise boundary. 1,568 numbers, built in
 * a few milliseconds, hold its logarithm; between them it is interpolated by polynomials of degree 5.
 * Calls come here as puts with spot and strike, rate and yield exchanged.
 * @source Andersen, Lake and Offengenden (2016) for the numbers in the table.
 */
export class EarlyExerciseTable implements PremiumTable {
  readonly volLow = TABLE_VOL_LOW;
  readonly volHigh = TABLE_VOL_HIGH;
  readonly volStart = TABLE_VOL_HIGH;
  /** As `earlyExerciseValues` returns them. */
  readonly values: Float64Array;
  readonly rootYears: number;
  /** ln(boundary / strike) by vol. */
  private readonly logBoundary: Float64Array;
  /** ln(premium / strike): [vol * Z_COUNT + distance]. */
  private readonly logPremium: Float64Array;

  /** @param values what `earlyExerciseValues` returns, or a blend of several. */
  constructor(values: Float64Array, years: number) {
    this.values = values;
    this.rootYears = Math.sqrt(years);
    this.logBoundary = values.subarray(0, Y_COUNT);
    this.logPremium = values.subarray(Y_COUNT);
  }

  /** One table serves all strikes. */
  find(): number {
    return 0;
  }

  least(): number {
    return 0;
  }

  columns(count: number, block: OptionBlock): void {
    if (block.kernel === 'plain') this.plainColumns(count, block);
    else block.kernel.premiums(count, this, false);
  }

  bentColumns(count: number, block: OptionBlock): void {
    if (block.kernel === 'plain') bentOneByOne(this, count, block);
    else block.kernel.premiums(count, this, true);
  }

  private plainColumns(count: number, { xs, vols, logVols, premiums, byVol }: OptionBlock): void {
    const { logBoundary: edge, logPremium: table, rootYears } = this;
    for (let n = 0; n < count; n++) {
      const vol = vols[n] ?? 0;
      const y = ((logVols[n] ?? 0) - Y_LOW) / Y_STEP;
      const row = windowStart(y, Y_COUNT);
      sixWeightsAndSlopes(y - row, yWeights, ySlopes);
      const zByX = 1 / (vol * rootYears * Z_STEP);
      const position = ((xs[n] ?? 0) - sixDown(edge, row, 1, yWeights)) * zByX;
      if (!(position > 0)) {
        premiums[n] = NaN;
        byVol[n] = NaN;
        continue;
      }
      if (position > Z_COUNT - 1) {
        premiums[n] = 0;
        byVol[n] = 0;
        continue;
      }
      const column = windowStart(position, Z_COUNT);
      sixWeightsAndSlopes(position - column, zWeights, zSlopes);
      let log = 0;
      let byZ = 0;
      let byY = 0;
      for (let i = 0; i < WINDOW; i++) {
        const at = row * Z_COUNT + column + i;
        const sum = sixDown(table, at, Z_COUNT, yWeights);
        log += (zWeights[i] ?? 0) * sum;
        byZ += (zSlopes[i] ?? 0) * sum;
        byY += (zWeights[i] ?? 0) * sixDown(table, at, Z_COUNT, ySlopes);
      }
      const value = Math.exp(log);
      premiums[n] = value;
      const boundaryByVol = sixDown(edge, row, 1, ySlopes) / Y_STEP;
      byVol[n] = (value * (byY / Y_STEP - byZ * (position + boundaryByVol * zByX))) / vol;
    }
  }

  /** One premium; undefined at and below the boundary, where the option is exercised. */
  slopesInto(_key: number, x: number, vol: number, out: Float64Array): boolean {
    const { logBoundary: edge, logPremium: table } = this;
    const y = (Math.log(vol) - Y_LOW) / Y_STEP;
    const row = windowStart(y, Y_COUNT);
    sixWeightsAndSlopes(y - row, yWeights, ySlopes);
    const zByX = 1 / (vol * this.rootYears * Z_STEP);
    const position = (x - sixDown(edge, row, 1, yWeights)) * zByX;
    if (!(position > 0)) return false;
    if (position > Z_COUNT - 1) {
      out.fill(0);
      return true;
    }
    const column = windowStart(position, Z_COUNT);
    sixWeightsAndSlopes(position - column, zWeights, zSlopes);
    sixBends(position - column, zBends);
    // With L = ln(premium): derivatives by grid position first, then by the chain rule to x and vol.
    let log = 0;
    let byZ = 0;
    let byZZ = 0;
    let byY = 0;
    let byZY = 0;
    for (let i = 0; i < WINDOW; i++) {
      const at = row * Z_COUNT + column + i;
      const sum = sixDown(table, at, Z_COUNT, yWeights);
      const sumByY = sixDown(table, at, Z_COUNT, ySlopes);
      log += (zWeights[i] ?? 0) * sum;
      byZ += (zSlopes[i] ?? 0) * sum;
      byZZ += (zBends[i] ?? 0) * sum;
      byY += (zWeights[i] ?? 0) * sumByY;
      byZY += (zSlopes[i] ?? 0) * sumByY;
    }
    const value = Math.exp(log);
    byZZ += byZ * byZ;
    byZY += byZ * byY;
    const yByVol = 1 / (vol * Y_STEP);
    const zByVol = -position / vol - sixDown(edge, row, 1, ySlopes) * yByVol * zByX;
    out[PREMIUM] = value;
    out[BY_X] = value * byZ * zByX;
    out[BY_XX] = value * byZZ * zByX * zByX;
    out[BY_VOL] = value * (byZ * zByVol + byY * yByVol);
    out[BY_XVOL] = value * zByX * (byZZ * zByVol + byZY * yByVol - byZ / vol);
    return true;
  }
}
