import type { IsoDate } from '../../../scanner/domain/option.ts';
import type { Listing } from './universe.ts';
import { isoDate, nthWeekday, weekday } from './tradingCalendar.ts';
import type { DayNumber, TradingCalendar } from './tradingCalendar.ts';

/** One expiry of a root as the exchange lists it. */
export interface ListedExpiry {
  /** Settlement day. */
  expiry: IsoDate;
  /** Last trading day. */
  lastTradeDate: IsoDate;
  /** Monthlies reach further in strikes and open interest than weeklies. */
  monthly: boolean;
}

const FRIDAY = 5;
const MONTHS_IN_A_ROW = 6;
const MONTHS_QUARTERLY = 15;
const MONTHS_JANUARY = 30;
const DAILY_SESSIONS = 12;
const WEEKLY_FRIDAYS = 8;

function monthlyDays(today: DayNumber, calendar: TradingCalendar): DayNumber[] {
  const [year = 0, month = 1] = isoDate(today).split('-').map(Number);
  const days: DayNumber[] = [];
  for (let ahead = 0; ahead <= MONTHS_JANUARY; ahead++) {
    const monthIndex = month - 1 + ahead;
    const m = (monthIndex % 12) + 1;
    const listed =
      ahead <= MONTHS_IN_A_ROW || (ahead <= MONTHS_QUARTERLY && m % 3 === 0) || (m === 1 && ahead <= MONTHS_JANUARY);
    if (!listed) continue;
    const friday = nthWeekday({ year: year + Math.floor(monthIndex / 12), month: m }, FRIDAY, 3);
    const day = calendar.nearestTradingDay(friday, -1);
    if (day >= today) days.push(day);
  }
  return days;
}

function weeklyDays(today: DayNumber, calendar: TradingCalendar, cycle: Listing['cycle']): DayNumber[] {
  const days = new Set<DayNumber>();
  if (cycle === 'monthly') return [];
  let friday = today + ((FRIDAY - weekday(today) + 7) % 7);
  for (let week = 0; week < WEEKLY_FRIDAYS; week++, friday += 7) {
    const day = calendar.nearestTradingDay(friday, -1);
    if (day >= today) days.add(day);
  }
  if (cycle === 'daily') {
    let day = calendar.nearestTradingDay(today, 1);
    for (let session = 0; session < DAILY_SESSIONS; session++) {
      days.add(day);
      day = calendar.nearestTradingDay(day + 1, 1);
    }
  }
  return [...days].sort((a, b) => a - b);
}

/**
 * Expiries of a root on `today`, soonest first. `kind` says which of an index's two roots is asked for: the
 * AM-settled monthlies, the PM-settled weeklies, or both at once as equities have them.
 */
export function listedExpiries(
  listing: Listing,
  kind: 'am-monthly' | 'pm-weekly' | 'equity',
  on: { today: DayNumber; calendar: TradingCalendar },
): ListedExpiry[] {
  const { today, calendar } = on;
  const monthlies = monthlyDays(today, calendar);
  const monthlySet = new Set(monthlies);
  const days = new Set(
    kind === 'am-monthly' ? monthlies : [...monthlies, ...weeklyDays(today, calendar, listing.cycle)],
  );
  const expiries: ListedExpiry[] = [];
  for (const day of [...days].sort((a, b) => a - b)) {
    const lastTrade = kind === 'am-monthly' ? calendar.nearestTradingDay(day - 1, -1) : day;
    if (lastTrade < today) continue;
    expiries.push({ expiry: isoDate(day), lastTradeDate: isoDate(lastTrade), monthly: monthlySet.has(day) });
  }
  return expiries;
}

/** Smallest distance of two strikes anywhere in the class; all strikes are multiples of it. */
export function strikeUnit(listing: Listing): number {
  if (listing.basePrice < 700) return 0.5;
  if (listing.basePrice < 1200) return 2.5;
  return listing.basePrice < 10_000 ? 5 : 10;
}

function fineStep(listing: Listing): number {
  const price = listing.basePrice;
  if (listing.tick === 'penny-all' || listing.symbol === 'XSP') return 1;
  if (price < 30) return 0.5;
  if (price < 100) return 1;
  if (price < 300) return 2.5;
  if (price < 1200) return 5;
  return price < 10_000 ? 5 : 10;
}

/**
 * Strikes of one expiry, ascending: fine near the money, five times coarser in the wings. Made from the listing's base
 * level, so that they stay what they are while the market moves.
 */
export function listedStrikes(listing: Listing, monthly: boolean): number[] {
  const fine = fineStep(listing);
  const coarse = fine * (listing.basePrice < 300 && fine < 1 ? 2 : 5);
  const reach = 3.5 * listing.baseVol * Math.sqrt(monthly ? 0.5 : 0.16) + 0.12;
  const nearReach = Math.min(reach, 0.08 + 0.35 * listing.baseVol);
  const strikes = new Set<number>();
  const add = (step: number, logReach: number): void => {
    const low = Math.max(step, Math.ceil((listing.basePrice * Math.exp(-logReach)) / step) * step);
    const high = listing.basePrice * Math.exp(logReach);
    for (let i = 0; low + i * step <= high; i++) strikes.add(Math.round((low + i * step) * 100) / 100);
  };
  add(coarse, reach);
  add(fine, nearReach);
  return [...strikes].sort((a, b) => a - b);
}
