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
    /** The cheap legs before a row: distinct prices, ascending, and how often each is there. */
    ...{ cost: column(), times: new Int32Array(rows) },
    /** Price less strike of each of them, descending. */
    lead: column(),
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
  const { strike, cost, times, lead } = scratch;
  let [credit, debit, before, distinct] = [0, 0, 0, 0];
  // The highest price among the rows before, and the lowest price less strike: nearly all rows are told by these.
  let [highest, lowest] = [-Infinity, Infinity];
  for (let row = 0; row < rows; row++) {
    const here = strike[row] ?? 0;
    const price = dear[row] ?? 0;
    // The width or more: price - cost >= here - strike - TOLERANCE.
    const limit = price - here + TOLERANCE;
    if (price > 0 && price - highest > TOLERANCE && lowest > limit + ROUNDING) {
      credit += before;
      debit += before;
    } else if (price > 0) {
      let negative = 0;
      let nothing = 0;
      for (let k = distinct - 1; k >= 0; k--) {
        const amount = price - (cost[k] ?? 0);
        if (amount > TOLERANCE) break;
        nothing += times[k] ?? 0;
        if (amount < -TOLERANCE) negative += times[k] ?? 0;
      }
      let k = before - 1;
      while (k >= 0 && (lead[k] ?? 0) <= limit) k--;
      const isClose = k >= 0 && (lead[k] ?? 0) < limit + ROUNDING;
      if (isClose || (k + 1 < before && (lead[k + 1] ?? 0) > limit - ROUNDING)) return undefined;
      const tooMuch = before - 1 - k;
      credit += before - negative - tooMuch;
      debit += before - nothing - tooMuch;
    }
    const paid = cheap[row] ?? 0;
    if (!(paid > 0)) continue;
    if (paid > highest) {
      cost[distinct] = paid;
      times[distinct++] = 1;
      highest = paid;
    } else distinct = insertCost(paid, distinct);
    let place = before++;
    for (; place > 0 && (lead[place - 1] ?? 0) < paid - here; place--) lead[place] = lead[place - 1] ?? 0;
    lead[place] = paid - here;
    if (paid - here < lowest) lowest = paid - here;
  }
  return { credit, debit };
}

/** @returns how many distinct prices there are then. */
function insertCost(paid: number, distinct: number): number {
  const { cost, times } = scratch;
  let place = distinct;
  while (place > 0 && (cost[place - 1] ?? 0) > paid) place--;
  if (place > 0 && cost[place - 1] === paid) {
    times[place - 1] = (times[place - 1] ?? 0) + 1;
    return distinct;
  }
  for (let k = distinct; k > place; k--) {
    cost[k] = cost[k - 1] ?? 0;
    times[k] = times[k - 1] ?? 0;
  }
  cost[place] = paid;
  times[place] = 1;
  return distinct + 1;
}
