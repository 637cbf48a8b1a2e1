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

/** Contract ids have room for so many strikes of a class. */
const STRIKE_NUMBERS = 4096;

/** The grid that all strikes of the class lie on, fine enough for each and coarse enough for the contract ids. */
export function strikeUnit(listing: Listing): number {
  const highest = listing.basePrice * Math.exp(strikeReach(listing, true));
  const unit = [0.5, 2.5, 5, 10].find((step) => highest / step < STRIKE_NUMBERS && fineStep(listing) % step === 0);
  if (unit === undefined) throw new RangeError(`no strike grid fits ${listing.symbol}`);
  return unit;
}

/** How far from the base level strikes are listed, in logs. */
function strikeReach(listing: Listing, monthly: boolean): number {
  return 3.5 * listing.baseVol * Math.sqrt(monthly ? 0.5 : 0.16) + 0.12;
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
  const reach = strikeReach(listing, monthly);
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
