import { Temporal } from 'temporal-polyfill';

const NEW_YORK = 'America/New_York';
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;
const SUNDAY = 7;

/**
 * True while the US option markets are open: 09:30 to 16:00 New York, 13:00 on short days.
 * @source NYSE holidays and trading hours; Cboe follows the same calendar for equity and index options.
 */
export function isMarketOpen(epochMs: number): boolean {
  const now = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(NEW_YORK);
  const date = now.toPlainDate();
  if (date.dayOfWeek >= SATURDAY || isHoliday(date)) return false;
  const minute = now.hour * 60 + now.minute;
  return minute >= 9 * 60 + 30 && minute < (isShortDay(date) ? 13 : 16) * 60;
}

function isHoliday(date: Temporal.PlainDate): boolean {
  return holidays(date.year).some((holiday) => holiday.equals(date));
}

function holidays(year: number): Temporal.PlainDate[] {
  const newYear = day(year, 1, 1);
  return [
    // A New Year's Day on a Saturday is not made up for: the Friday closes the old year's books.
    newYear.dayOfWeek === SATURDAY ? [] : [observed(newYear)],
    nthWeekday({ year, month: 1, weekday: MONDAY, nth: 3 }),
    nthWeekday({ year, month: 2, weekday: MONDAY, nth: 3 }),
    easterSunday(year).subtract({ days: 2 }),
    lastMonday(year, 5),
    year < 2022 ? [] : observed(day(year, 6, 19)),
    observed(day(year, 7, 4)),
    nthWeekday({ year, month: 9, weekday: MONDAY, nth: 1 }),
    thanksgiving(year),
    observed(day(year, 12, 25)),
  ].flat();
}

/** The day after Thanksgiving, Christmas Eve, and 3 July when the 4th is on a weekday. */
function isShortDay(date: Temporal.PlainDate): boolean {
  const independence = day(date.year, 7, 4);
  const beforeIndependence = independence.dayOfWeek <= FRIDAY && date.equals(independence.subtract({ days: 1 }));
  return (
    beforeIndependence || date.equals(day(date.year, 12, 24)) || date.equals(thanksgiving(date.year).add({ days: 1 }))
  );
}

function day(year: number, month: number, dayOfMonth: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year, month, day: dayOfMonth });
}

/** Saturday holidays are kept on the Friday before, Sunday ones on the Monday after. */
function observed(date: Temporal.PlainDate): Temporal.PlainDate {
  if (date.dayOfWeek === SATURDAY) return date.subtract({ days: 1 });
  return date.dayOfWeek === SUNDAY ? date.add({ days: 1 }) : date;
}

function nthWeekday(rule: { year: number; month: number; weekday: number; nth: number }): Temporal.PlainDate {
  const first = day(rule.year, rule.month, 1);
  const ahead = (rule.weekday - first.dayOfWeek + 7) % 7;
  return first.add({ days: ahead + 7 * (rule.nth - 1) });
}

function lastMonday(year: number, month: number): Temporal.PlainDate {
  const last = day(year, month, 1).add({ months: 1 }).subtract({ days: 1 });
  return last.subtract({ days: (last.dayOfWeek - MONDAY + 7) % 7 });
}

function thanksgiving(year: number): Temporal.PlainDate {
  return nthWeekday({ year, month: 11, weekday: THURSDAY, nth: 4 });
}

/** @source Anonymous Gregorian computus, Meeus, Astronomical Algorithms (1991), chapter 8. */
function easterSunday(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - d + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return day(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}
