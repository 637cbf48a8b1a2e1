import { Temporal } from 'temporal-polyfill';

const NEW_YORK = 'America/New_York';

/**
 * An instant as a request writes it: `20231020 16:00:00`, of New York or of the zone that follows (`UTC`,
 * `US/Eastern`, ...); `20231020-20:00:00` is UTC; a day alone is its end.
 * @returns ms since 1970, or undefined when it cannot be read.
 * @source TWS API, historical bars, endDateTime; ib_async util.py formatIBDatetime sends UTC by name.
 */
export function requestedInstant(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:([ -])\s*(\d{1,2}):(\d{2})(?::(\d{2}))?(?: (\S+))?)?$/.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, separator, hour = '23', minute = '59', second = '0', zone] = match;
  const [timeZone, two] = [separator === '-' ? 'UTC' : (zone ?? NEW_YORK), (digits: string) => digits.padStart(2, '0')];
  try {
    const local = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${two(hour)}:${minute}:${two(second)}`);
    return local.toZonedDateTime(timeZone).toInstant().epochMilliseconds;
  } catch {
    return undefined;
  }
}
