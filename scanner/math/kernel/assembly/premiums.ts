import { block, COLUMN, endOf } from './block';
import { exp } from './elementary';
import { both, madd, ONE, orNaN, ROUNDER, TWO, ZERO } from './lanes';
import { SIX, storeBends, storeWeightsAndSlopes } from './sixPoint';

// The columns, as in optionBlock.ts: vols, ln(vol) and x come in, the premium and its derivatives go out.
const LOG_VOL: usize = 2 * COLUMN;
const X: usize = 5 * COLUMN;
const PREMIUM: usize = 6 * COLUMN;
const BY_VOL: usize = 7 * COLUMN;
const BY_X: usize = 8 * COLUMN;
const BY_XX: usize = 9 * COLUMN;

// As in scanner/math/earlyExerciseTable.ts.
const Z_COUNT: i32 = 31;
/** From one vol to the next. */
const ROW: usize = <usize>Z_COUNT * 8;
const PER_Z_STEP: f64 = 4;
const Y_LOW = memory.data<f64>([-3.912023005428146]);
/** (Y_COUNT - 1) / ln(250). */
const PER_Y_STEP = memory.data<f64>([8.693351399937871]);
const Z_LAST = memory.data<f64>([30]);
const LAST_ROW = memory.data<f64>([43]);
const LAST_COLUMN = memory.data<f64>([25]);

/** The numbers of an early-exercise table, filled from outside: ln(boundary / strike) by vol, then ln(premium / strike). */
export const premiumTable = memory.data(49 * 32 * 8, 16);
const PREMIUMS: usize = 49 * 8;

// One vector to each of six points, lane k for option k.
const yWeights = memory.data(6 * 16, 16);
const ySlopes = memory.data(6 * 16, 16);
const zWeights = memory.data(6 * 16, 16);
const zSlopes = memory.data(6 * 16, 16);
const zBends = memory.data(6 * 16, 16);
/** What is found for one option, then for the other, in halves: ln(premium), its slopes by row and column, its bend. */
const sums = memory.data(2 * 4 * 16, 16);
const SUMS: usize = 4 * 16;

/** First of six points around a position, as a whole number plus ROUNDER. */
function windowStart(position: v128, last: usize): v128 {
  const start = f64x2.sub(f64x2.floor(position), both(TWO));
  // As in `roundedCell`.
  return f64x2.add(f64x2.pmax(both(ZERO), f64x2.pmin(both(last), start)), both(ROUNDER));
}

/** The weights of points `point` and `point + 1` side by side. @param lane 0 or 8, of an option. */
function pair(weights: usize, point: usize, lane: usize): v128 {
  const first = v128.load64_zero(weights + 16 * point + lane);
  return v128.load64_lane(weights + 16 * point + 16 + lane, first, 1);
}

function weighted(weights: usize, lane: usize, a: v128, b: v128, c: v128): v128 {
  const first = f64x2.mul(pair(weights, 0, lane), a);
  return madd(pair(weights, 4, lane), c, madd(pair(weights, 2, lane), b, first));
}

/** Sums over the six rows and columns around an option, as halves. @param at the first. @param lane 0 or 8. */
function sumWindow(at: usize, lane: usize, to: usize, withBends: bool): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let aByY = f64x2.splat(0);
  let bByY = f64x2.splat(0);
  let cByY = f64x2.splat(0);
  for (let point: usize = lane; point < SIX; point += 16, at += ROW) {
    const weight = v128.load64_splat(yWeights + point);
    const slope = v128.load64_splat(ySlopes + point);
    const left = v128.load(at);
    const middle = v128.load(at, 16);
    const right = v128.load(at, 32);
    a = madd(weight, left, a);
    b = madd(weight, middle, b);
    c = madd(weight, right, c);
    aByY = madd(slope, left, aByY);
    bByY = madd(slope, middle, bByY);
    cByY = madd(slope, right, cByY);
  }
  v128.store(to, weighted(zWeights, lane, a, b, c));
  v128.store(to, weighted(zWeights, lane, aByY, bByY, cByY), 16);
  v128.store(to, weighted(zSlopes, lane, a, b, c), 32);
  if (withBends) v128.store(to, weighted(zBends, lane, a, b, c), 48);
}

/** The whole sums of both options from their halves. */
function whole(sum: usize): v128 {
  const first = v128.load(sums + sum);
  const second = v128.load(sums + SUMS + sum);
  return f64x2.add(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3));
}

/**
 * `EarlyExerciseTable#columns` on the rows of the block.
 * @param withBends the derivatives by x too.
 */
export function premiums(count: i32, rootYears: f64, withBends: bool): void {
  const end = endOf(count);
  const perStdDev = f64x2.splat(PER_Z_STEP / rootYears);
  for (let row = block; row < end; row += 16) {
    const perVol = f64x2.div(both(ONE), v128.load(row));
    const y = f64x2.mul(f64x2.sub(v128.load(row, LOG_VOL), both(Y_LOW)), both(PER_Y_STEP));
    const yStart = windowStart(y, LAST_ROW);
    storeWeightsAndSlopes(f64x2.sub(y, f64x2.sub(yStart, both(ROUNDER))), yWeights, ySlopes);
    const row0 = premiumTable + 8 * i32x4.extract_lane(yStart, 0);
    const row1 = premiumTable + 8 * i32x4.extract_lane(yStart, 2);
    let edge = f64x2.splat(0);
    let edgeByY = f64x2.splat(0);
    for (let point: usize = 0; point < 6; point++) {
      const edges = v128.load64_lane(row1 + 8 * point, v128.load64_zero(row0 + 8 * point), 1);
      edge = madd(v128.load(yWeights + 16 * point), edges, edge);
      edgeByY = madd(v128.load(ySlopes + 16 * point), edges, edgeByY);
    }
    const zByX = f64x2.mul(perStdDev, perVol);
    const position = f64x2.mul(f64x2.sub(v128.load(row, X), edge), zByX);
    const zStart = windowStart(position, LAST_COLUMN);
    const t = f64x2.sub(position, f64x2.sub(zStart, both(ROUNDER)));
    storeWeightsAndSlopes(t, zWeights, zSlopes);
    if (withBends) storeBends(t, zBends);
    const at0 = premiumTable + PREMIUMS + 8 * (Z_COUNT * i32x4.extract_lane(yStart, 0) + i32x4.extract_lane(zStart, 0));
    const at1 = premiumTable + PREMIUMS + 8 * (Z_COUNT * i32x4.extract_lane(yStart, 2) + i32x4.extract_lane(zStart, 2));
    sumWindow(at0, 0, sums, withBends);
    sumWindow(at1, 8, sums + SUMS, withBends);
    const isNear = f64x2.le(position, both(Z_LAST));
    const isHeld = f64x2.gt(position, both(ZERO));
    const value = v128.and(exp(whole(0)), isNear);
    const byZ = whole(32);
    const perY = f64x2.mul(both(PER_Y_STEP), perVol);
    const zByVol = madd(f64x2.mul(edgeByY, perY), zByX, f64x2.mul(position, perVol));
    const byVol = f64x2.mul(value, f64x2.sub(f64x2.mul(whole(16), perY), f64x2.mul(byZ, zByVol)));
    v128.store(row, orNaN(value, isHeld), PREMIUM);
    v128.store(row, orNaN(v128.and(byVol, isNear), isHeld), BY_VOL);
    if (!withBends) continue;
    const scaled = f64x2.mul(value, zByX);
    const byXX = f64x2.mul(f64x2.mul(scaled, zByX), madd(byZ, byZ, whole(48)));
    v128.store(row, v128.and(f64x2.mul(scaled, byZ), isNear), BY_X);
    v128.store(row, v128.and(byXX, isNear), BY_XX);
  }
}
