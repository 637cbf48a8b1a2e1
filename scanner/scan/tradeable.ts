import type { Profile } from '../domain/profile.ts';
import { VERTICAL_SHAPES, type VerticalStrategy } from '../domain/strategy.ts';
import { TOLERANCE } from './range.ts';

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

/** Tradeable pairs by short row, and in all. */
export interface TradeableCounts {
  byShort: Int32Array;
  total: number;
}

/**
 * Counts the tradeable pairs of a group exactly. Most prices are in order, so for most short legs all partners beyond
 * a near one are tradeable at once: the extremes of what lies beyond tell, and only the partners before are tried.
 */
export function countTradeable(group: QuotedLegs, strategy: VerticalStrategy, pricing: Pricing): TradeableCounts {
  const { credit: isCredit, shortIsHigher } = VERTICAL_SHAPES[strategy];
  const { sold, bought } = legPrices(group, pricing);
  const { n, strike } = group;
  const rows = group.quotedRows;
  const beyond = extremesBeyond(group, bought, { isCredit, shortIsHigher });
  const byShort = new Int32Array(n);
  let total = 0;
  const step = shortIsHigher ? -1 : 1;
  for (let at = 0; at < rows.length; at++) {
    const short = rows[at] ?? 0;
    if (!canSell(group, short, pricing)) continue;
    const price = sold[short] ?? NaN;
    const shortStrike = strike[short] ?? NaN;
    // What a partner's price, and its price together with its strike, must not reach: see extremesBeyond.
    const far = price + (shortIsHigher ? -shortStrike : shortStrike) * (isCredit ? 1 : -1);
    let count = 0;
    let partner = at + step;
    for (; partner >= 0 && partner < rows.length; partner += step) {
      const nearOk = isCredit
        ? (beyond.price[partner] ?? NaN) <= price
        : (beyond.price[partner] ?? NaN) >= price + 2 * TOLERANCE;
      const farOk = isCredit
        ? (beyond.far[partner] ?? NaN) >= far + 2 * TOLERANCE
        : (beyond.far[partner] ?? NaN) <= far - 2 * TOLERANCE;
      if (nearOk && farOk) {
        count += shortIsHigher ? partner + 1 : rows.length - partner;
        break;
      }
      const long = rows[partner] ?? 0;
      const width = Math.abs(shortStrike - (strike[long] ?? NaN));
      if (isPrice(price - (bought[long] ?? NaN), width, isCredit)) count++;
    }
    byShort[short] = count;
    total += count;
  }
  return { byShort, total };
}

/**
 * For each quoted row, counted from the far end up to it: the worst price of a bought leg, and the worst of what the
 * width's limit asks. With a = strike where the partner lies below and -strike where above, width = a(short) - a(long):
 * a credit needs bought(long) <= sold(short) and bought(long) - a(long) > sold(short) - a(short);
 * a debit needs bought(long) > sold(short) and bought(long) + a(long) < sold(short) + a(short).
 */
function extremesBeyond(
  group: QuotedLegs,
  bought: Float64Array,
  { isCredit, shortIsHigher }: { isCredit: boolean; shortIsHigher: boolean },
): { price: Float64Array; far: Float64Array } {
  const { strike, quotedRows: rows } = group;
  const price = new Float64Array(rows.length);
  const far = new Float64Array(rows.length);
  const towards = shortIsHigher ? 1 : -1;
  const sign = (shortIsHigher ? -1 : 1) * (isCredit ? 1 : -1);
  let worstPrice = isCredit ? -Infinity : Infinity;
  let worstFar = isCredit ? Infinity : -Infinity;
  for (let at = shortIsHigher ? 0 : rows.length - 1; at >= 0 && at < rows.length; at += towards) {
    const row = rows[at] ?? 0;
    const cost = bought[row] ?? NaN;
    const limit = cost + sign * (strike[row] ?? NaN);
    worstPrice = isCredit ? Math.max(worstPrice, cost) : Math.min(worstPrice, cost);
    worstFar = isCredit ? Math.min(worstFar, limit) : Math.max(worstFar, limit);
    price[at] = worstPrice;
    far[at] = worstFar;
  }
  return { price, far };
}
