import { settlementMs, yearsBetween } from '../domain/calendar.ts';
import type { IsoDate } from '../domain/option.ts';
import type { CashDividend } from '../math/americanTerms.ts';
import { underlyingQuote, type Chain, type ChainGroup } from './chain.ts';
import { parityForward } from './parityForward.ts';
import { expiryDay, liveInstant, newYorkDay } from './valuationTime.ts';

/** A known or expected dividend in cash. */
export interface ExDividend {
  /** First day in New York on which the share trades without it. */
  exDate: IsoDate;
  /** Per share. */
  amount: number;
}

/** When, at which rate and at which prices of the underlyings a chain is valued. */
export interface Valuation {
  /** ms since 1970; absent: each underlying's own quote time, which is right for a recorded file. */
  nowMs?: number | undefined;
  /** Continuously compounded, per year. */
  rate: number;
  /** Whether `nowMs` runs on: then each expiry is valued at its `liveInstant`. */
  live?: boolean | undefined;
  /** Spot by symbol; absent: the chain's latest. */
  spots?: Readonly<Record<string, number>> | undefined;
  /** By symbol. American options know them one by one; all others through the forward. */
  dividends?: Readonly<Record<string, readonly ExDividend[]>> | undefined;
}

/** What all options of one (symbol, root, expiry) share. */
export interface ExpiryMarket {
  spot: number;
  /** Instant of the valuation, ms since 1970. */
  atMs: number;
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
  /** Known cash dividends from now to the settlement. */
  dividends: readonly CashDividend[];
}

/** Markets by `symbol|root|expiry`. */
export type ExpiryMarkets = ReadonlyMap<string, ExpiryMarket>;

export function expiryKey(group: Pick<ChainGroup, 'symbol' | 'root' | 'expiry'>): string {
  return `${group.symbol}|${group.root}|${group.expiry}`;
}

/** Valuation time of an underlying, ms since 1970. */
export function valuationMs(chain: Chain, symbol: string, valuation: Valuation): number {
  return valuation.nowMs ?? underlyingQuote(chain, symbol).quotedAtMs;
}

/** Both rights of an expiry, as far as the chain has them. */
interface Sides {
  group: ChainGroup;
  call?: ChainGroup;
  put?: ChainGroup;
}

/** Spot, time and forward of every expiry among these groups; underlyings without a spot or a time have none. */
export function expiryMarkets(chain: Chain, groups: readonly ChainGroup[], valuation: Valuation): ExpiryMarkets {
  const expiries = new Map<string, Sides>();
  for (const group of groups) {
    const key = expiryKey(group);
    let sides = expiries.get(key);
    if (!sides) expiries.set(key, (sides = { group }));
    if (group.right === 'C') sides.call = group;
    else sides.put = group;
  }
  const markets = new Map<string, ExpiryMarket>();
  const underlyings = new Map<string, UnderlyingNow>();
  for (const [key, sides] of expiries) {
    const { symbol } = sides.group;
    let underlying = underlyings.get(symbol);
    if (!underlying) underlyings.set(symbol, (underlying = underlyingNow(chain, symbol, valuation)));
    const market = expiryMarket(chain, sides, underlying, valuation);
    if (market) markets.set(key, market);
  }
  return markets;
}

interface UnderlyingNow {
  spot: number;
  /** ms since 1970. */
  nowMs: number;
}

function underlyingNow(chain: Chain, symbol: string, { nowMs, spots }: Valuation): UnderlyingNow {
  const quote = underlyingQuote(chain, symbol);
  return { spot: spots?.[symbol] ?? quote.spot, nowMs: nowMs ?? quote.quotedAtMs };
}

function expiryMarket(
  chain: Chain,
  { group, call, put }: Sides,
  { spot, nowMs }: UnderlyingNow,
  valuation: Valuation,
): ExpiryMarket | undefined {
  if (!(spot > 0) || !Number.isFinite(nowMs)) return undefined;
  const { rate, live = false } = valuation;
  const { settledMs, day } = expiryDay(group.root, group.expiry);
  const atMs = live ? liveInstant(nowMs, settledMs) : nowMs;
  const years = yearsBetween(atMs, settledMs);
  const discount = Math.exp(-rate * years);
  const implied = call && put && years > 0 ? parityForward(chain, { call, put }, { spot, discount }) : NaN;
  const forward = Number.isNaN(implied) ? spot / discount : implied;
  const dividendYield = years > 0 ? rate - Math.log(forward / spot) / years : 0;
  const dividends = dividendsWithin(valuation.dividends?.[group.symbol], atMs, years);
  return { spot, atMs, dte: day - newYorkDay(atMs), years, rate, discount, forward, dividendYield, dividends };
}

const NO_DIVIDENDS: readonly CashDividend[] = [];

/** A share trades without its dividend from the opening of its ex-date on. */
function dividendsWithin(
  known: readonly ExDividend[] | undefined,
  atMs: number,
  yearsToExpiry: number,
): readonly CashDividend[] {
  if (known === undefined || known.length === 0) return NO_DIVIDENDS;
  return known
    .map(({ exDate, amount }) => ({ years: yearsBetween(atMs, settlementMs(exDate, 'am')), amount }))
    .filter(({ years, amount }) => years > 0 && years < yearsToExpiry && amount > 0);
}
