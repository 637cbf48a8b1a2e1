import type { ParityPoint } from '../math/parity.ts';
import { readGroup, type Chain, type ChainGroup } from './chain.ts';

/** How many strikes around the money the forward is read from. */
const NEAREST = 6;

/** By nearness: the gap between the rights' mids, the strike, and both mids. */
const gaps = new Float64Array(NEAREST);
const strikes = new Float64Array(NEAREST);
const callMids = new Float64Array(NEAREST);
const putMids = new Float64Array(NEAREST);
const forwards = new Float64Array(NEAREST);

/** The two groups of an expiry. */
export interface Rights {
  call: ChainGroup;
  put: ChainGroup;
}

/**
 * What the forward is read from: strike and call mid less put mid, pair after pair, of the strikes at which both rights
 * have a bid and an ask that do not cross and at which they cost most nearly the same. It depends on quotes alone.
 */
export type ParityGaps = readonly number[];

/** @param sides the groups of an expiry; without both rights there is nothing. */
export function parityGaps(chain: Chain, sides: readonly ChainGroup[]): ParityGaps {
  const call = sides.find(({ right }) => right === 'C');
  const put = sides.find(({ right }) => right === 'P');
  const count = call && put ? readNearest(chain, { call, put }) : 0;
  const pairs: number[] = [];
  for (let i = 0; i < count; i++) pairs.push(strikes[i] ?? NaN, (callMids[i] ?? NaN) - (putMids[i] ?? NaN));
  return pairs;
}

/**
 * `impliedForward` from such pairs: strike + (call - put) / discount, the median.
 * @param discount exp(-rate * years).
 * @returns NaN without a pair, or where the forward is beyond a factor of two from the spot.
 * @source Stoll (1969), put-call parity.
 */
export function parityForward(pairs: ParityGaps, { spot, discount }: { spot: number; discount: number }): number {
  const count = pairs.length / 2;
  for (let i = 0; i < count; i++) forwards[i] = (pairs[2 * i] ?? NaN) + (pairs[2 * i + 1] ?? NaN) / discount;
  const forward = median(forwards.subarray(0, count).sort());
  return forward > 0.5 * spot && forward < 2 * spot ? forward : NaN;
}

/** The same strikes with both mids, nearest first. */
export function parityPoints(chain: Chain, rights: Rights): ParityPoint[] {
  const count = readNearest(chain, rights);
  return Array.from({ length: count }, (_, i) => ({
    strike: strikes[i] ?? NaN,
    callMid: callMids[i] ?? NaN,
    putMid: putMids[i] ?? NaN,
  }));
}

function readNearest(chain: Chain, { call, put }: Rights): number {
  return readGroup(chain, call, () => readGroup(chain, put, () => nearest(chain, call, put)));
}

/**
 * Fills the lists, nearest first; of equally near strikes the lower one goes first. From the money outwards: on the way to it
 * every strike would be nearer than the one before, and move the whole list.
 * @returns how many there are.
 */
function nearest({ columns }: Chain, call: ChainGroup, put: ChainGroup): number {
  const { strike: strikeColumn, bid, ask } = columns;
  const money = moneyRow(bid, call, put);
  const callEnd = call.firstRow + call.rowCount;
  const putLast = put.firstRow + put.rowCount - 1;
  let count = 0;
  let farthest = Infinity;
  let putRow = put.firstRow;
  for (let i = 0; i < call.rowCount && put.rowCount > 0; i++) {
    const isAbove = money + i < callEnd;
    const row = isAbove ? money + i : callEnd - 1 - i;
    const strike = strikeColumn[row] ?? 0;
    while (putRow < putLast && (strikeColumn[putRow] ?? 0) < strike) putRow++;
    while (putRow > put.firstRow && (strikeColumn[putRow] ?? 0) > strike) putRow--;
    if (strikeColumn[putRow] !== strike) continue;
    const callBid = bid[row] ?? 0;
    const callAsk = ask[row] ?? 0;
    const putBid = bid[putRow] ?? 0;
    const putAsk = ask[putRow] ?? 0;
    if (!(callBid > 0 && callAsk >= callBid && putBid > 0 && putAsk >= putBid)) continue;
    const callMid = (callBid + callAsk) / 2;
    const putMid = (putBid + putAsk) / 2;
    const gap = Math.abs(callMid - putMid);
    // Below the money each strike is lower than all before.
    const isNearer = (other: number): boolean => gap < other || (gap === other && !isAbove);
    if (!isNearer(farthest)) continue;
    let place = Math.min(count, NEAREST - 1);
    for (; place > 0 && isNearer(gaps[place - 1] ?? 0); place--) movePoint(place - 1, place);
    gaps[place] = gap;
    strikes[place] = strike;
    callMids[place] = callMid;
    putMids[place] = putMid;
    if (count < NEAREST) count++;
    if (count === NEAREST) farthest = gaps[NEAREST - 1] ?? 0;
  }
  return count;
}

/** A call's row near the money where both rights list the same strikes, else any. */
function moneyRow(bid: Float64Array, call: ChainGroup, put: ChainGroup): number {
  let low = call.firstRow;
  let high = low + Math.min(call.rowCount, put.rowCount) - 1;
  while (low < high) {
    const row = (low + high) >>> 1;
    if ((bid[row] ?? 0) > (bid[row - call.firstRow + put.firstRow] ?? 0)) low = row + 1;
    else high = row;
  }
  return low;
}

function movePoint(from: number, to: number): void {
  gaps[to] = gaps[from] ?? 0;
  strikes[to] = strikes[from] ?? 0;
  callMids[to] = callMids[from] ?? 0;
  putMids[to] = putMids[from] ?? 0;
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : 0.5 * (upper + (sorted[middle - 1] ?? NaN));
}
