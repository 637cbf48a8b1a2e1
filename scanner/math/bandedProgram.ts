import {
  addOuter,
  addStencil,
  multiply,
  solvePentadiagonal,
  stencilAt,
  type Pentadiagonal,
  type Stencil,
} from './pentadiagonal.ts';

/** row * x >= atLeast; falling short costs `price` per unit, finite. */
export interface Bound {
  row: Stencil;
  atLeast: number;
  price: number;
}

const MAX_STEPS = 80;
const TOLERANCE = 1e-11;
/** How much of the way to the boundary a step may go. */
const SHY = 0.995;

/** State of one bound: slack, multiplier, and what it falls short by. */
interface Dual {
  slack: number;
  multiplier: number;
  /** Price less multiplier, kept apart since their difference may round to 0. */
  room: number;
  shortfall: number;
}

/**
 * Minimises ½ xᵀ H x plus the price of what bounds fall short, by a primal-dual interior point method. With the Hessian
 * and the rows banded, a step costs linear time.
 * @param hessian positive definite.
 * @returns Float64[size]; a bound holds to about 1e-10 if it can and its price exceeds what keeping it costs elsewhere.
 * @source Wright (1997), Primal-Dual Interior-Point Methods; the priced shortfall is eliminated like a slack.
 */
export function solveBandedProgram(hessian: Pentadiagonal, bounds: readonly Bound[]): Float64Array {
  const x = new Float64Array(hessian.diagonal.length);
  const duals = bounds.map(({ row, atLeast, price }): Dual => {
    const over = stencilAt(row, x) - atLeast;
    const slack = Math.max(over, 0) + 1;
    const multiplier = Math.min(1, 0.5 * price);
    return { slack, multiplier, room: price - multiplier, shortfall: slack - over };
  });
  let last = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gap, residual } = distanceToOptimum({ hessian, bounds, x, duals });
    // High prices leave rounding errors in the residual, so that it may stay above the tolerance for good.
    if (gap < TOLERANCE && (residual < TOLERANCE || last > 0.9)) break;
    // After a short step the centre is sought before the optimum.
    const barrier = gap * (last > 0.9 ? 0.02 : last > 0.5 ? 0.2 : 0.6);
    last = advance({ hessian, bounds, x, duals }, barrier);
    if (!(last > 1e-12)) break;
  }
  return x;
}

interface Iterate {
  hessian: Pentadiagonal;
  bounds: readonly Bound[];
  x: Float64Array;
  duals: Dual[];
}

/** Mean complementarity, and the largest violation of the linear conditions. */
function distanceToOptimum({ hessian, bounds, x, duals }: Iterate): { gap: number; residual: number } {
  const gradient = multiply(hessian, x);
  let total = 0;
  let residual = 0;
  let scale = 1;
  bounds.forEach(({ row, atLeast }, i) => {
    const { slack, multiplier, room, shortfall } = duals[i] ?? NO_DUAL;
    total += slack * multiplier + shortfall * room;
    addStencil(gradient, row, -multiplier);
    residual = Math.max(residual, Math.abs(stencilAt(row, x) - atLeast + shortfall - slack));
    scale = Math.max(scale, multiplier);
  });
  for (const value of gradient) residual = Math.max(residual, Math.abs(value) / scale);
  return { gap: total / Math.max(1, 2 * bounds.length), residual };
}

const NO_DUAL: Dual = { slack: 1, multiplier: 1, room: 1, shortfall: 0 };

/** One Newton step towards the point of the central path at `barrier`, in place. @returns its length, at most 1. */
function advance({ hessian, bounds, x, duals }: Iterate, barrier: number): number {
  const system: Pentadiagonal = {
    diagonal: hessian.diagonal.slice(),
    first: hessian.first.slice(),
    second: hessian.second.slice(),
  };
  const direction = multiply(hessian, x).map((value) => -value);
  const terms = bounds.map(({ row, atLeast }, i) => {
    const { slack, multiplier, room, shortfall } = duals[i] ?? NO_DUAL;
    const weight = 1 / (slack / multiplier + shortfall / room);
    const pull = barrier / multiplier - barrier / room - (stencilAt(row, x) - atLeast);
    addOuter(system, row, weight);
    addStencil(direction, row, multiplier + weight * pull);
    return { weight, pull };
  });
  const dx = solvePentadiagonal(system, direction);
  if (!dx.every(Number.isFinite)) return 0;
  let length = 1;
  const limit = (value: number, change: number): void => {
    if (change < 0) length = Math.min(length, (-SHY * value) / change);
  };
  const moves = bounds.map(({ row }, i): Dual => {
    const { slack, multiplier, room, shortfall } = duals[i] ?? NO_DUAL;
    const { weight, pull } = terms[i] ?? { weight: 0, pull: 0 };
    const change = weight * (pull - stencilAt(row, dx));
    const move = {
      slack: barrier / multiplier - slack - (slack / multiplier) * change,
      multiplier: change,
      room: -change,
      shortfall: barrier / room - shortfall + (shortfall / room) * change,
    };
    limit(slack, move.slack);
    limit(multiplier, move.multiplier);
    limit(room, move.room);
    limit(shortfall, move.shortfall);
    return move;
  });
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) + length * (dx[i] ?? 0);
  moves.forEach((move, i) => {
    const dual = duals[i] ?? NO_DUAL;
    dual.slack += length * move.slack;
    dual.multiplier += length * move.multiplier;
    dual.room += length * move.room;
    dual.shortfall += length * move.shortfall;
  });
  return length;
}
