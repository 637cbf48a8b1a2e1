import { newYorkEpochMs } from '../../../scanner/domain/calendar.ts';
import type { IsoDate } from '../../../scanner/domain/option.ts';

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
const FIRST_YEAR = 2010;

/** Days since 1970-01-01; the calendar's own arithmetic, free of time zones. */
export type DayNumber = number;

export function dayNumber(date: IsoDate): DayNumber {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY);
}

export function isoDate(day: DayNumber): IsoDate {
  const iso = new Date(day * MS_PER_DAY).toISOString();
  return iso.slice(0, 10);
}

/** 0 is Sunday. */
export function weekday(day: DayNumber): number {
  return (day + 4) % 7;
}

function dayOf(year: number, month: number, date: number): DayNumber {
  return Math.round(Date.UTC(year, month - 1, date) / MS_PER_DAY);
}

export interface Month {
  year: number;
  /** From 1. */
  month: number;
}

/** The nth given weekday (0 is Sunday) of a month; n = -1 is the last one. */
export function nthWeekday({ year, month }: Month, wanted: number, n: number): DayNumber {
  if (n > 0) {
    const first = dayOf(year, month, 1);
    return first + ((wanted - weekday(first) + 7) % 7) + 7 * (n - 1);
  }
  const last = dayOf(year, month + 1, 1) - 1;
  return last - ((weekday(last) - wanted + 7) % 7);
}

/** @source Anonymous Gregorian computus (Meeus). */
function easterSunday(year: number): DayNumber {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return dayOf(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}

/** A fixed-date holiday moves off a weekend; NYSE does not observe a Saturday New Year. */
function observed(day: DayNumber, saturdayCounts = true): DayNumber[] {
  if (weekday(day) === 0) return [day + 1];
  if (weekday(day) === 6) return saturdayCounts ? [day - 1] : [];
  return [day];
}

/** @source NYSE holiday rules since 2022 (Juneteenth included in all years for simplicity of the path). */
function holidaysOf(year: number): Set<DayNumber> {
  return new Set([
    ...observed(dayOf(year, 1, 1), false),
    nthWeekday({ year, month: 1 }, 1, 3),
    nthWeekday({ year, month: 2 }, 1, 3),
    easterSunday(year) - 2,
    nthWeekday({ year, month: 5 }, 1, -1),
    ...observed(dayOf(year, 6, 19)),
    ...observed(dayOf(year, 7, 4)),
    nthWeekday({ year, month: 9 }, 1, 1),
    nthWeekday({ year, month: 11 }, 4, 4),
    ...observed(dayOf(year, 12, 25)),
  ]);
}

/** Opening and closing instants of one trading day, ms since 1970. */
export interface Session {
  day: DayNumber;
  openMs: number;
  closeMs: number;
}

/** NYSE days, hours and the running number of each trading day. Everything is cached: Temporal is slow. */
export class TradingCalendar {
  readonly #holidays = new Map<number, Set<DayNumber>>();
  readonly #sessions = new Map<DayNumber, Session>();
  /** Trading days from the first of FIRST_YEAR on, in order; grown on demand. */
  readonly #tradingDays: DayNumber[] = [];
  #grownTo: DayNumber = dayOf(FIRST_YEAR, 1, 1) - 1;
  readonly #midnights = new Map<DayNumber, number>();

  isTradingDay(day: DayNumber): boolean {
    const dayOfWeek = weekday(day);
    if (dayOfWeek === 0 || dayOfWeek === 6) return false;
    const year = Number(isoDate(day).slice(0, 4));
    let holidays = this.#holidays.get(year);
    if (!holidays) this.#holidays.set(year, (holidays = holidaysOf(year)));
    return !holidays.has(day);
  }

  /** The trading day itself, or the next one in `step` direction. */
  nearestTradingDay(day: DayNumber, step: 1 | -1): DayNumber {
    let found = day;
    while (!this.isTradingDay(found)) found += step;
    return found;
  }

  session(day: DayNumber): Session {
    let session = this.#sessions.get(day);
    if (!session) {
      const date = isoDate(day);
      session = {
        day,
        openMs: newYorkEpochMs(date, 9, 30),
        closeMs: newYorkEpochMs(date, this.#closesEarly(day) ? 13 : 16, 0),
      };
      this.#sessions.set(day, session);
    }
    return session;
  }

  /** The day after Thanksgiving, Christmas Eve and the eve of Independence Day close at 13:00. */
  #closesEarly(day: DayNumber): boolean {
    const monthDay = isoDate(day).slice(5);
    return (
      monthDay === '12-24' || monthDay === '07-03' || (monthDay.startsWith('11') && this.#isHolidayThursday(day - 1))
    );
  }

  #isHolidayThursday(day: DayNumber): boolean {
    return weekday(day) === 4 && !this.isTradingDay(day);
  }

  /** New York's calendar day at `ms`. Its midnight is four or five hours behind UTC's. */
  dayAt(ms: number): DayNumber {
    const guess = Math.floor((ms - 5 * MS_PER_HOUR) / MS_PER_DAY);
    return ms >= this.#midnight(guess + 1) ? guess + 1 : guess;
  }

  #midnight(day: DayNumber): number {
    let midnight = this.#midnights.get(day);
    if (midnight === undefined) this.#midnights.set(day, (midnight = newYorkEpochMs(isoDate(day), 0, 0)));
    return midnight;
  }

  isOpen(ms: number): boolean {
    const day = this.dayAt(ms);
    if (!this.isTradingDay(day)) return false;
    const { openMs, closeMs } = this.session(day);
    return ms >= openMs && ms < closeMs;
  }

  /** Close of the last finished session at `ms`. */
  previousClose(ms: number): Session {
    const today = this.dayAt(ms);
    if (this.isTradingDay(today) && ms >= this.session(today).closeMs) return this.session(today);
    return this.session(this.nearestTradingDay(today - 1, -1));
  }

  /** First session whose close is after `ms`. */
  currentOrNext(ms: number): Session {
    const today = this.dayAt(ms);
    if (this.isTradingDay(today) && ms < this.session(today).closeMs) return this.session(today);
    return this.session(this.nearestTradingDay(today + 1, 1));
  }

  /** Running number of a trading day, 0 being the first of 2010; -1 for anything earlier. */
  ordinal(day: DayNumber): number {
    if (day < dayOf(FIRST_YEAR, 1, 1)) return -1;
    this.#grow(day);
    let low = 0;
    let high = this.#tradingDays.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#tradingDays[middle] ?? Infinity) <= day) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Trading day of a running number. @throws RangeError below 0. */
  tradingDay(ordinal: number): DayNumber {
    while (this.#tradingDays.length <= ordinal) this.#grow(this.#grownTo + 366);
    const day = this.#tradingDays[ordinal];
    if (day === undefined) throw new RangeError(`no trading day number ${ordinal}`);
    return day;
  }

  #grow(to: DayNumber): void {
    while (this.#grownTo < to) {
      this.#grownTo++;
      if (this.isTradingDay(this.#grownTo)) this.#tradingDays.push(this.#grownTo);
    }
  }
}
