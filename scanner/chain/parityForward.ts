import { readGroup, type Chain, type ChainGroup } from './chain.ts';

/** How many strikes around the money the forward is read from. */
const NEAREST = 6;

/** By nearness: the gap between the rights' mids, and the forward that parity reads there. */
const gaps = new Float64Array(NEAREST);
const forwards = new Float64Array(NEAREST);

/**
 * `impliedForward` of an expiry's two groups, straight from the columns: strike + (call - put) / discount, the median
 * over the strikes at which both have a bid and an ask that do not cross and at which they cost most nearly the same.
 * @param discount exp(-rate * years).
 * @returns NaN when no strike has both mids, or the forward is beyond a factor of two from the spot.
 * @source Stoll (1969), put-call parity.
 */
export function parityForward(
  chain: Chain,
  { call, put }: { call: ChainGroup; put: ChainGroup },
  { spot, discount }: { spot: number; discount: number },
): number {
  const count = readGroup(chain, call, () => readGroup(chain, put, () => nearest(chain, call, put, discount)));
  const forward = median(forwards.subarray(0, count).sort());
  return forward > 0.5 * spot && forward < 2 * spot ? forward : NaN;
}

/** Fills the two lists, nearest first; of equally near strikes the lower one stays. */
function nearest({ columns }: Chain, call: ChainGroup, put: ChainGroup, discount: number): number {
  const { strike: strikes, bid, ask } = columns;
  let count = 0;
  let putRow = put.firstRow;
  const putEnd = put.firstRow + put.rowCount;
  for (let row = call.firstRow; row < call.firstRow + call.rowCount; row++) {
    const strike = strikes[row] ?? 0;
    while (putRow < putEnd && (strikes[putRow] ?? 0) < strike) putRow++;
    if (putRow >= putEnd) break;
    if (strikes[putRow] !== strike) continue;
    const callBid = bid[row] ?? 0;
    const callAsk = ask[row] ?? 0;
    const putBid = bid[putRow] ?? 0;
    const putAsk = ask[putRow] ?? 0;
    if (!(callBid > 0 && callAsk >= callBid && putBid > 0 && putAsk >= putBid)) continue;
    const difference = (callBid + callAsk) / 2 - (putBid + putAsk) / 2;
    const gap = Math.abs(difference);
    if (count === NEAREST && !(gap < (gaps[NEAREST - 1] ?? 0))) continue;
    let place = Math.min(count, NEAREST - 1);
    for (; place > 0 && gap < (gaps[place - 1] ?? 0); place--) {
      gaps[place] = gaps[place - 1] ?? 0;
      forwards[place] = forwards[place - 1] ?? 0;
    }
    gaps[place] = gap;
    forwards[place] = strike + difference / discount;
    if (count < NEAREST) count++;
  }
  return count;
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : 0.5 * (upper + (sorted[middle - 1] ?? NaN));
}
