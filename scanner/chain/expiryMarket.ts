import { exDividendMs, yearsBetween } from '../domain/calendar.ts';
import type { Dividend } from '../domain/dividend.ts';
import type { CashDividend } from '../math/americanTerms.ts';
import { underlyingQuote, type Chain, type ChainGroup } from './chain.ts';
import { parityForward, parityGaps, type ParityGaps } from './parityForward.ts';
import { expiryDay, liveInstant, newYorkDay } from './valuationTime.ts';

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
  /** Known or expected, by symbol. American options take them one by one; all others through the forward. */
  dividends?: Readonly<Record<string, readonly Dividend[]>> | undefined;
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

/** Valuation time of a chain: the latest of its underlyings'; ms since 1970. */
export function latestMs(chain: Chain, valuation: Valuation): number {
  if (valuation.nowMs !== undefined) return valuation.nowMs;
  const times = chain.symbols.map((symbol) => underlyingQuote(chain, symbol).quotedAtMs);
  return Math.max(...times.filter(Number.isFinite));
}

/** Groups by expiry, in the order in which the expiries come. */
export function byExpiry(groups: readonly ChainGroup[]): Map<string, ChainGroup[]> {
  const expiries = new Map<string, ChainGroup[]>();
  for (const group of groups) {
    const key = expiryKey(group);
    const known = expiries.get(key);
    if (known) known.push(group);
    else expiries.set(key, [group]);
  }
  return expiries;
}

/** Spot, time and forward of every expiry among these groups; underlyings without a spot or a time have none. */
export function expiryMarkets(chain: Chain, groups: readonly ChainGroup[], valuation: Valuation): ExpiryMarkets {
  const markets = new Map<string, ExpiryMarket>();
  const underlyings = new Map<string, UnderlyingNow>();
  for (const [key, sides] of byExpiry(groups)) {
    const symbol = sides[0]?.symbol ?? '';
    let underlying = underlyings.get(symbol);
    if (!underlying) underlyings.set(symbol, (underlying = underlyingNow(chain, symbol, valuation)));
    const market = expiryMarket(sides, underlying, valuation, parityGaps(chain, sides));
    if (market) markets.set(key, market);
  }
  return markets;
}

/** What a valuation takes from an underlying. */
export interface UnderlyingNow {
  /** NaN where there is none. */
  spot: number;
  /** ms since 1970; NaN where there is none. */
  nowMs: number;
}

export function underlyingNow(chain: Chain, symbol: string, { nowMs, spots }: Valuation): UnderlyingNow {
  const quote = underlyingQuote(chain, symbol);
  return { spot: spots?.[symbol] ?? quote.spot, nowMs: nowMs ?? quote.quotedAtMs };
}

/** The instant at which an expiry is valued, ms since 1970. */
export function valuedAt({ root, expiry }: ChainGroup, { nowMs }: UnderlyingNow, { live = false }: Valuation): number {
  return live ? liveInstant(nowMs, expiryDay(root, expiry).settledMs) : nowMs;
}

/**
 * Spot, time and forward of one expiry.
 * @param sides its groups: one right or both.
 * @param gaps of their quotes.
 * @returns undefined without a spot or a time.
 */
export function expiryMarket(
  sides: readonly ChainGroup[],
  underlying: UnderlyingNow,
  valuation: Valuation,
  gaps: ParityGaps,
): ExpiryMarket | undefined {
  const [group] = sides;
  const { spot, nowMs } = underlying;
  if (!group || !(spot > 0) || !Number.isFinite(nowMs)) return undefined;
  const { rate } = valuation;
  const { settledMs, day } = expiryDay(group.root, group.expiry);
  const atMs = valuedAt(group, underlying, valuation);
  const years = yearsBetween(atMs, settledMs);
  const discount = Math.exp(-rate * years);
  const implied = years > 0 ? parityForward(gaps, { spot, discount }) : NaN;
  const forward = Number.isNaN(implied) ? spot / discount : implied;
  const dividendYield = years > 0 ? rate - Math.log(forward / spot) / years : 0;
  const dividends = dividendsWithin(valuation.dividends?.[group.symbol], atMs, years);
  return { spot, atMs, dte: day - newYorkDay(atMs), years, rate, discount, forward, dividendYield, dividends };
}

const NO_DIVIDENDS: readonly CashDividend[] = [];

function dividendsWithin(
  known: readonly Dividend[] | undefined,
  atMs: number,
  yearsToExpiry: number,
): readonly CashDividend[] {
  if (known === undefined || known.length === 0) return NO_DIVIDENDS;
  return known
    .map(({ exDate, amount }) => ({ years: yearsBetween(atMs, exDividendMs(exDate)), amount }))
    .filter(({ years, amount }) => years > 0 && years < yearsToExpiry && amount > 0);
}

/**
 * The continuous yield that is left when the cash dividends are known: such that the spot, less each dividend on its
 * day, grows into the forward.
 */
export function yieldBesides({ spot, forward, years, rate, dividendYield, dividends }: ExpiryMarket): number {
  if (dividends.length === 0) return dividendYield;
  // F = S g^T - sum D g^(T - t) with g = exp(carry): Newton from the carry without dividends, which is close.
  let carry = rate - dividendYield;
  for (let step = 0; step < 20; step++) {
    let excess = spot * Math.exp(carry * years) - forward;
    let slope = spot * years * Math.exp(carry * years);
    for (const dividend of dividends) {
      const left = years - dividend.years;
      const grown = dividend.amount * Math.exp(carry * left);
      excess -= grown;
      slope -= left * grown;
    }
    const change = excess / slope;
    carry -= change;
    if (Math.abs(change) < 1e-14) break;
  }
  return rate - carry;
}
