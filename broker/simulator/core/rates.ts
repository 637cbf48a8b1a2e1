import { newYorkEpochMs } from '../../../scanner/domain/calendar.ts';
import type { Dividend } from '../../../scanner/domain/dividend.ts';
import type { IsoDate } from '../../../scanner/domain/option.ts';
import { dayNumber, isoDate, nthWeekday } from './tradingCalendar.ts';
import type { DayNumber } from './tradingCalendar.ts';
import type { Listing } from './universe.ts';

/** Flat, continuous. */
const RISK_FREE_RATE = 0.043;
const MS_PER_YEAR = 365 * 86_400_000;
const FRIDAY = 5;
const DAYS_PER_YEAR = 365;

/** Ex-dividend days of a quarterly payer: second Friday of February, May, August and November. */
function exDividendDays(from: DayNumber, to: DayNumber): DayNumber[] {
  const firstYear = Number(isoDate(from).slice(0, 4));
  const lastYear = Number(isoDate(to).slice(0, 4));
  const days: DayNumber[] = [];
  for (let year = firstYear; year <= lastYear; year++) {
    for (const month of [2, 5, 8, 11]) {
      const day = nthWeekday({ year, month }, FRIDAY, 2);
      if (day > from && day <= to) days.push(day);
    }
  }
  return days;
}

/** Present value of the cash dividends that go ex after `from` and up to `to`. Dollars per share. */
function presentDividends(listing: Listing, from: DayNumber, to: DayNumber): number {
  if (listing.quarterlyDividend === 0) return 0;
  let total = 0;
  for (const day of exDividendDays(from, to)) {
    total += listing.quarterlyDividend * Math.exp((-RISK_FREE_RATE * (day - from)) / 365);
  }
  return total;
}

/** What a listing pays in a year, and its next dividend; one of today is still to come. */
export function dividendsOf(
  { quarterlyDividend: amount }: Listing,
  today: IsoDate,
): { perYear: number; next: Dividend | undefined } {
  const day = dayNumber(today);
  const [first] = amount > 0 ? exDividendDays(day - 1, day + DAYS_PER_YEAR) : [];
  return { perYear: 4 * amount, next: first === undefined ? undefined : { exDate: isoDate(first), amount } };
}

export interface Forward {
  forward: number;
  discount: number;
  years: number;
  /** Present value of dividends until expiry, dollars per share. */
  dividends: number;
}

export interface ForwardInput {
  listing: Listing;
  spot: number;
  nowMs: number;
  today: DayNumber;
  settlementDay: DayNumber;
  settlementMs: number;
}

/** Forward at settlement. Indexes carry a continuous yield, stocks and ETFs cash dividends. */
export function forwardAt(input: ForwardInput): Forward {
  const years = Math.max(0, input.settlementMs - input.nowMs) / MS_PER_YEAR;
  const discount = Math.exp(-RISK_FREE_RATE * years);
  const { listing, spot } = input;
  if (listing.secType === 'IND') {
    const dividends = spot * (1 - Math.exp(-listing.dividendYield * years));
    return { forward: (spot - dividends) / discount, discount, years, dividends };
  }
  const dividends = presentDividends(listing, input.today, input.settlementDay);
  return { forward: (spot - dividends) / discount, discount, years, dividends };
}

/** Instant at which an option's value is fixed: 09:30 New York for AM settlement, 16:00 otherwise. */
export function settlementInstant(settlement: 'am' | 'pm', day: DayNumber): number {
  return settlement === 'am' ? newYorkEpochMs(isoDate(day), 9, 30) : newYorkEpochMs(isoDate(day), 16, 0);
}
