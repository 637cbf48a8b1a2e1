import { calendarDays, newYorkDate, settlementMs, yearsBetween } from '../domain/calendar.ts';
import { settlementOf, type IsoDate, type Settlement } from '../domain/option.ts';
import { impliedForward, type ParityPoint } from '../math/parity.ts';
import { readConsistently, underlyingQuote, type Chain, type ChainGroup } from './chain.ts';

/** When and at which rate a chain is valued. */
export interface Valuation {
  /** ms since 1970; absent: each underlying's own quote time, which is right for a recorded file. */
  nowMs?: number | undefined;
  /** Continuously compounded, per year. */
  rate: number;
}

/** What all options of one (symbol, root, expiry) share. */
export interface ExpiryMarket {
  spot: number;
  /** Calendar days from the quote's date to the expiry's in New York; negative after it. */
  dte: number;
  /** Actual/365 to the settlement; 0 at and after it. */
  years: number;
  rate: number;
  /** exp(-rate * years) */
  discount: number;
  /** From put-call parity near the money where both sides quote, else spot grown at the rate. */
  forward: number;
  /** Continuous, such that spot grows into forward; 0 when years is 0. */
  dividendYield: number;
}

/** Markets by `symbol|root|expiry`. */
export type ExpiryMarkets = ReadonlyMap<string, ExpiryMarket>;

export function expiryKey(group: ChainGroup): string {
  return `${group.symbol}|${group.root}|${group.expiry}`;
}

/** Valuation time of an underlying, ms since 1970. */
export function valuationMs(chain: Chain, symbol: string, valuation: Valuation): number {
  return valuation.nowMs ?? underlyingQuote(chain, symbol).quotedAtMs;
}

/** Spot, time and forward of every expiry among these groups. */
export function expiryMarkets(chain: Chain, groups: readonly ChainGroup[], valuation: Valuation): ExpiryMarkets {
  const sides = new Map<string, { group: ChainGroup; call?: ChainGroup; put?: ChainGroup }>();
  for (const group of groups) {
    const key = expiryKey(group);
    const side = sides.get(key) ?? { group };
    if (group.right === 'C') side.call = group;
    else side.put = group;
    sides.set(key, side);
  }
  const markets = new Map<string, ExpiryMarket>();
  const underlyings = new Map<string, { spot: number; atMs: number; today: IsoDate } | undefined>();
  for (const [key, { group, call, put }] of sides) {
    const { symbol, expiry, root } = group;
    if (!underlyings.has(symbol)) underlyings.set(symbol, underlyingNow(chain, symbol, valuation));
    const underlying = underlyings.get(symbol);
    if (!underlying) continue;
    const { spot, atMs, today } = underlying;
    const years = yearsBetween(atMs, settlementOfExpiry(expiry, settlementOf(root)));
    const { rate } = valuation;
    const discount = Math.exp(-rate * years);
    const points = call && put && years > 0 ? parityPoints(chain, call, put) : [];
    const implied = impliedForward(points, spot, discount);
    const forward = Number.isNaN(implied) ? spot / discount : implied;
    const dividendYield = years > 0 ? rate - Math.log(forward / spot) / years : 0;
    const dte = calendarDays(today, expiry);
    markets.set(key, { spot, dte, years, rate, discount, forward, dividendYield });
  }
  return markets;
}

/** Undefined without a spot or a time. */
function underlyingNow(
  chain: Chain,
  symbol: string,
  valuation: Valuation,
): { spot: number; atMs: number; today: IsoDate } | undefined {
  const atMs = valuationMs(chain, symbol, valuation);
  const { spot } = underlyingQuote(chain, symbol);
  return spot > 0 && Number.isFinite(atMs) ? { spot, atMs, today: newYorkDate(atMs) } : undefined;
}

/** Settlement times by `expiry|settlement`: there are few, and the calendar arithmetic is not quick. */
const settlements = new Map<string, number>();

function settlementOfExpiry(expiry: IsoDate, settlement: Settlement): number {
  const key = `${expiry}|${settlement}`;
  const known = settlements.get(key) ?? settlementMs(expiry, settlement);
  settlements.set(key, known);
  return known;
}

/** Mids of the strikes at which call and put both have a bid and an ask that do not cross. */
function parityPoints(chain: Chain, call: ChainGroup, put: ChainGroup): ParityPoint[] {
  const { columns } = chain;
  return readConsistently(columns, () => {
    const points: ParityPoint[] = [];
    const mid = (row: number): number => {
      const bid = columns.bid[row] ?? NaN;
      const ask = columns.ask[row] ?? NaN;
      return bid > 0 && ask >= bid ? (bid + ask) / 2 : NaN;
    };
    let putRow = put.firstRow;
    const putEnd = put.firstRow + put.rowCount;
    for (let row = call.firstRow; row < call.firstRow + call.rowCount; row++) {
      const strike = columns.strike[row] ?? NaN;
      while (putRow < putEnd && (columns.strike[putRow] ?? NaN) < strike) putRow++;
      if (putRow >= putEnd || columns.strike[putRow] !== strike) continue;
      const callMid = mid(row);
      const putMid = mid(putRow);
      if (callMid > 0 && putMid > 0) points.push({ strike, callMid, putMid });
    }
    return points;
  });
}
