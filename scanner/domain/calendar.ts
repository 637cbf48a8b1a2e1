import { Temporal } from 'temporal-polyfill';
import type { IsoDate, Settlement } from './option.ts';

const NEW_YORK = 'America/New_York';
const MS_PER_YEAR = 365 * 24 * 3600 * 1000;

/** The calendar date in New York at `epochMs`. */
export function newYorkDate(epochMs: number): IsoDate {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(NEW_YORK).toPlainDate().toString();
}

/**
 * Milliseconds since 1970 of a New York wall-clock time; of an hour that comes twice in autumn the first.
 * @throws RangeError for a date that does not exist, and for an hour that the clock leaves out in spring.
 */
export function newYorkEpochMs(date: IsoDate, hour: number, minute: number): number {
  const plainTime = new Temporal.PlainTime(hour, minute);
  const at = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: NEW_YORK, plainTime });
  if (!at.toPlainTime().equals(plainTime)) throw new RangeError(`${date} has no ${plainTime.toString()} in New York`);
  return at.toInstant().epochMilliseconds;
}

/** Calendar days from one New York date to another; negative when `to` is earlier. */
export function calendarDays(from: IsoDate, to: IsoDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
}

/** When an option of this expiry is settled: 09:30 New York for `am`, 16:00 for `pm`. */
export function settlementMs(expiry: IsoDate, settlement: Settlement): number {
  return settlement === 'am' ? newYorkEpochMs(expiry, 9, 30) : newYorkEpochMs(expiry, 16, 0);
}

/** From when a share trades without its dividend: the opening of the ex-date, ms since 1970. */
export function exDividendMs(exDate: IsoDate): number {
  return newYorkEpochMs(exDate, 9, 30);
}

/** Actual/365 years between two instants; never negative. */
export function yearsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / MS_PER_YEAR;
}
