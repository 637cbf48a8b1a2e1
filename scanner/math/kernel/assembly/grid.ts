import { madd } from './lanes';

/** Most nodes of a grid, four options each: enough for the shorter cells from a dividend some hours away on. */
const NODES = 8192;
/** Bytes of a node. */
const NODE: usize = 4 * 8;
/** Two times the values by node, then the payoffs. */
export const gridMemory = memory.data(NODES * 9 * 8, 16);

/**
 * `GridSweeps#eliminate`.
 * @param values address of the first node, as `next`.
 * @param way bytes from one node to the one that is done after it.
 */
export function eliminate(
  values: usize,
  next: usize,
  first: i32,
  count: i32,
  way: isize,
  down: f64,
  here: f64,
  up: f64,
  carry: f64,
): void {
  const byDown = f64x2.splat(down);
  const byHere = f64x2.splat(here);
  const byUp = f64x2.splat(up);
  const byCarry = f64x2.splat(carry);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let from = values + NODE * first - NODE;
  let to = next + NODE * first;
  for (let left = count; left > 0; left--) {
    const ownA = madd(byDown, v128.load(from), f64x2.mul(byHere, v128.load(from, 32)));
    const ownB = madd(byDown, v128.load(from, 16), f64x2.mul(byHere, v128.load(from, 48)));
    a = madd(byCarry, a, madd(byUp, v128.load(from, 64), ownA));
    b = madd(byCarry, b, madd(byUp, v128.load(from, 80), ownB));
    v128.store(to, a);
    v128.store(to, b, 16);
    from += way;
    to += way;
  }
}

/**
 * `GridSweeps#substitute`.
 * @param payoff address of the first node's.
 */
export function substitute(next: usize, payoff: usize, first: i32, count: i32, way: isize, carry: f64): void {
  const byCarry = f64x2.splat(carry);
  let to = next + NODE * first;
  let floor = payoff + 8 * first;
  let a = v128.load(to - way);
  let b = v128.load(to - way, 16);
  for (let left = count; left > 0; left--) {
    a = madd(byCarry, a, v128.load(to));
    b = madd(byCarry, b, v128.load(to, 16));
    const least = v128.load64_splat(floor);
    // Rare beyond the edges; without the branch every node would wait for the comparison before it.
    if (v128.any_true(v128.or(f64x2.lt(a, least), f64x2.lt(b, least)))) {
      a = f64x2.pmax(a, least);
      b = f64x2.pmax(b, least);
    }
    v128.store(to, a);
    v128.store(to, b, 16);
    to += way;
    floor += way >> 2;
  }
}
