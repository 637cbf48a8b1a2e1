import { readGroup, type Chain, type ChainGroup } from '../chain/chain.ts';
import { TOLERANCE, type Profile } from '../domain/profile.ts';
import type { CreditAndDebit } from './tradeable.ts';

/** Differences of prices and strikes round by far less, and what is told apart differs by far more. */
const ROUNDING = 1e-10;

/**
 * How many pairs of a group are tradeable, of its credit and of its debit strategy, as `isPrice` tells: all that the
 * funnel asks of an expiry that a filter shuts out as a whole, so of most. Pairs that are no price are inversions of
 * lists that are nearly in order: of the prices by strike (too cheap), and of price less strike (too dear). They are
 * counted while each row is put in its place among those before it, which is near the end.
 * @returns undefined where rounding could decide about a pair, which real prices never let it: count them one by one.
 */
export function tradeableTotals(
  chain: Chain,
  group: ChainGroup,
  pricing: Profile['pricing'],
): CreditAndDebit<number> | undefined {
  if (scratch.sold.length < group.rowCount) scratch = newScratch(2 * group.rowCount);
  const { sold, bought } = scratch;
  const isMid = pricing === 'mid';
  const rows = readGroup(chain, group, () => fill(chain, group, isMid));
  // At mid both legs cost the mid. Naturally a credit sells the dear leg at its bid, and a debit buys it at its ask.
  if (isMid) return countPrices(rows, sold, sold);
  const credit = countPrices(rows, sold, bought)?.credit;
  const debit = countPrices(rows, bought, sold)?.debit;
  return credit === undefined || debit === undefined ? undefined : { credit, debit };
}

/** Memory that every count uses anew: a chain has tens of thousands of groups. */
let scratch = newScratch(256);

function newScratch(rows: number) {
  const column = (): Float64Array => new Float64Array(rows);
  return {
    /** Quoted rows from the cheapest strike on: mids, or bids and asks. */
    ...{ sold: column(), bought: column() },
    /** Negative for calls, so that the dear leg's is always the higher one. */
    strike: column(),
    /** The cheap legs before a row: distinct prices, ascending, and how often each is there; strikes less prices as well. */
    ...{ cost: column(), costTimes: new Int32Array(rows), rest: column(), restTimes: new Int32Array(rows) },
  };
}

/** Straight from the chain: who only counts needs no copies. @returns how many rows are quoted. */
function fill({ columns }: Chain, { right, firstRow, rowCount }: ChainGroup, isMid: boolean): number {
  const { strike, bid, ask } = columns;
  const { sold, bought, strike: strikes } = scratch;
  const sign = right === 'P' ? 1 : -1;
  let quoted = 0;
  let row = right === 'P' ? firstRow : firstRow + rowCount - 1;
  for (let left = rowCount; left > 0; left--, row += sign) {
    const low = bid[row] ?? 0;
    const high = ask[row] ?? 0;
    if (!(high > 0 && low >= 0 && low <= high)) continue;
    sold[quoted] = isMid ? (low + high) / 2 : low;
    bought[quoted] = high;
    strikes[quoted++] = sign * (strike[row] ?? 0);
  }
  return quoted;
}

/**
 * @param dear by row, as the leg that is worth more; 0 for none.
 * @param cheap as the other one.
 */
function countPrices(rows: number, dear: Float64Array, cheap: Float64Array): CreditAndDebit<number> | undefined {
  const { strike, cost, costTimes, rest, restTimes } = scratch;
  let [credit, debit, before, costs, rests] = [0, 0, 0, 0, 0];
  // The highest price and the highest strike less price among the rows before: nearly all rows are told by these.
  let [highest, most] = [-Infinity, -Infinity];
  for (let row = 0; row < rows; row++) {
    const here = strike[row] ?? 0;
    const price = dear[row] ?? 0;
    // The width or more: price - cost >= here - strike - TOLERANCE.
    const limit = here - price - TOLERANCE;
    if (price > 0 && price - highest > TOLERANCE && most < limit - ROUNDING) {
      credit += before;
      debit += before;
    } else if (price > 0) {
      let negative = 0;
      let nothing = 0;
      for (let k = costs - 1; k >= 0; k--) {
        const amount = price - (cost[k] ?? 0);
        if (amount > TOLERANCE) break;
        nothing += costTimes[k] ?? 0;
        if (amount < -TOLERANCE) negative += costTimes[k] ?? 0;
      }
      let tooMuch = 0;
      for (let k = rests - 1; k >= 0; k--) {
        const above = (rest[k] ?? 0) - limit;
        if (above < -ROUNDING) break;
        if (above < ROUNDING) return undefined;
        tooMuch += restTimes[k] ?? 0;
      }
      credit += before - negative - tooMuch;
      debit += before - nothing - tooMuch;
    }
    const paid = cheap[row] ?? 0;
    if (!(paid > 0)) continue;
    before++;
    if (paid > highest) {
      cost[costs] = paid;
      costTimes[costs++] = 1;
      highest = paid;
    } else costs = insert(paid, costs, cost, costTimes);
    const left = here - paid;
    if (left > most) {
      rest[rests] = left;
      restTimes[rests++] = 1;
      most = left;
    } else rests = insert(left, rests, rest, restTimes);
  }
  return { credit, debit };
}

/** Puts a value in its place, which is near the end. @returns how many distinct ones there are then. */
function insert(value: number, count: number, values: Float64Array, times: Int32Array): number {
  let place = count;
  while (place > 0 && (values[place - 1] ?? 0) > value) place--;
  if (place > 0 && values[place - 1] === value) {
    times[place - 1] = (times[place - 1] ?? 0) + 1;
    return count;
  }
  for (let k = count; k > place; k--) {
    values[k] = values[k - 1] ?? 0;
    times[k] = times[k - 1] ?? 0;
  }
  values[place] = value;
  times[place] = 1;
  return count + 1;
}
