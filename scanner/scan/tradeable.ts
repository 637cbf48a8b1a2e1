import { TOLERANCE, type Profile } from '../domain/profile.ts';
import type { Right } from '../domain/option.ts';

type Pricing = Profile['pricing'];

/** Quotes of one group by row. */
export interface QuotedLegs {
  readonly n: number;
  readonly strike: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly mid: Float64Array;
  /** 1 where the leg has a positive ask and its bid is not above it. */
  readonly isQuoted: Uint8Array;
  /** Those rows, ascending. */
  readonly quotedRows: Int32Array;
}

/** Prices at which a leg is sold and bought. @source finance.md "Prices of a vertical" */
export interface LegPrices {
  sold: Float64Array;
  bought: Float64Array;
}

export function legPrices(group: QuotedLegs, pricing: Pricing): LegPrices {
  return pricing === 'mid' ? { sold: group.mid, bought: group.mid } : { sold: group.bid, bought: group.ask };
}

/** Whether a leg can be sold at this pricing: quoted and, at natural, with somebody bidding. */
export function canSell(group: QuotedLegs, row: number, pricing: Pricing): boolean {
  return group.isQuoted[row] === 1 && (pricing === 'mid' || (group.bid[row] ?? NaN) > 0);
}

/**
 * Whether a net price is one: at most the width is at risk. A credit must be at least nothing (a negative one risks
 * more than the width) and less than the width; a debit more than nothing and less than the width.
 * Prices within 1e-9 of a limit count as on it.
 * @param credit per share, negative for a debit.
 * @source finance.md "Profile", `tradeable`
 */
export function isPrice(credit: number, width: number, isCredit: boolean): boolean {
  return isCredit
    ? credit >= -TOLERANCE && credit < width - TOLERANCE
    : -credit > TOLERANCE && -credit < width - TOLERANCE;
}

/** Something of the credit and of the debit strategy of one right. */
export interface CreditAndDebit<T> {
  credit: T;
  debit: T;
}

/**
 * Counts the tradeable pairs of both strategies of a right by short row, exactly. Prices are nearly in order, so the
 * pairs that are no price are looked for instead: too cheap or too dear for their strikes, never both at once.
 * @param byShort Int32[rows] each, all zeros.
 */
export function countByShort(
  group: QuotedLegs,
  byShort: CreditAndDebit<Int32Array>,
  { right, pricing }: { right: Right; pricing: Pricing },
): void {
  const { sold, bought } = legPrices(group, pricing);
  const forCredit = { right, dear: sold, cheap: bought, byDear: byShort.credit };
  const forDebit = { right, dear: bought, cheap: sold, byCheap: byShort.debit };
  // At mid both strategies look at the same prices: one pass does for both.
  if (sold === bought) countPrices(group, { ...forCredit, ...forDebit });
  else {
    countPrices(group, forCredit);
    countPrices(group, forDebit);
  }
}

/** One of two strikes is worth more: the higher one of puts, the lower one of calls. Credits sell it, debits buy it. */
interface Sides {
  right: Right;
  /** Price of a leg as the one that is worth more; rows where it is nothing cannot be sold. */
  dear: Float64Array;
  /** Price of a leg as the other one. */
  cheap: Float64Array;
  /** Gets the credits by dear row; rows without any are left as they are. */
  byDear?: Int32Array | undefined;
  /** Gets the debits by cheap row. */
  byCheap?: Int32Array | undefined;
}

/**
 * Counts the pairs that are a credit and those that are a debit, as `isPrice` tells them apart, for prices that sell
 * or buy the dear leg at `dear` and the other at `cheap`. Rows are taken from the cheapest on. All pairs with the rows
 * before are prices when they are so with the highest price among them, and with the lowest price less strike; only
 * where they are not, rows before are looked at, back to where the extremes tell again.
 */
function countPrices(group: QuotedLegs, { right, dear, cheap, byDear, byCheap }: Sides): void {
  const { strike: strikes, quotedRows: rows } = group;
  const { row: rowsBefore, cost, strike, highest, lowest } = runningExtremes(rows.length);
  // Turns strikes of calls around, so that the dear leg's is always the higher one.
  const sign = right === 'P' ? 1 : -1;
  let before = 0;
  let high = -Infinity;
  let low = Infinity;
  let place = right === 'P' ? 0 : rows.length - 1;
  for (let left = rows.length - 1; left >= 0; left--, place += sign) {
    const row = rows[place] ?? 0;
    const price = dear[row] ?? NaN;
    const here = sign * (strikes[row] ?? NaN);
    if (price > 0) {
      let negative = 0;
      for (let k = before - 1; k >= 0 && !(price - (highest[k] ?? NaN) > TOLERANCE); k--) {
        const amount = price - (cost[k] ?? NaN);
        const isNothing = Number(amount <= TOLERANCE);
        negative += Number(amount < -TOLERANCE);
        if (byCheap) take(byCheap, rowsBefore[k] ?? 0, isNothing);
      }
      let tooMuch = 0;
      // The extreme carries the rounding of other differences than a pair's own, far less than the second tolerance.
      const limit = price - here + 2 * TOLERANCE;
      for (let k = before - 1; k >= 0 && !((lowest[k] ?? NaN) >= limit); k--) {
        const isTooMuch = Number(price - (cost[k] ?? NaN) >= here - (strike[k] ?? NaN) - TOLERANCE);
        tooMuch += isTooMuch;
        if (byCheap) take(byCheap, rowsBefore[k] ?? 0, isTooMuch);
      }
      if (byDear) byDear[row] = before - negative - tooMuch;
    }
    const paid = cheap[row] ?? NaN;
    if (!(paid > 0)) continue;
    high = Math.max(high, paid);
    low = Math.min(low, paid - here);
    highest[before] = high;
    lowest[before] = low;
    cost[before] = paid;
    strike[before] = here;
    rowsBefore[before] = row;
    before++;
    // Every row beyond can be bought; those that make no price are taken away when they come.
    if (byCheap) byCheap[row] = left;
  }
}

function take(counts: Int32Array, row: number, less: number): void {
  counts[row] = (counts[row] ?? 0) - less;
}

/** For each row that may be the cheap leg, from the cheapest on: the extremes up to it. */
interface RunningExtremes {
  row: Int32Array;
  cost: Float64Array;
  /** Negative for calls. */
  strike: Float64Array;
  highest: Float64Array;
  /** Of price less strike. */
  lowest: Float64Array;
}

function extremesOf(rows: number): RunningExtremes {
  const column = (): Float64Array => new Float64Array(rows);
  return { row: new Int32Array(rows), cost: column(), strike: column(), highest: column(), lowest: column() };
}

/** Memory that every count uses anew: a chain has tens of thousands of groups. */
let extremes = extremesOf(256);

function runningExtremes(rows: number): RunningExtremes {
  if (rows > extremes.row.length) extremes = extremesOf(2 * rows);
  return extremes;
}
