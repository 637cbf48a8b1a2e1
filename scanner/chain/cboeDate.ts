import { newYorkEpochMs } from '../domain/calendar.ts';
import type { IsoDate } from '../domain/option.ts';

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Fixed offsets of the zones that Cboe's site has printed, hours from UTC. `ET` and none at all are New York. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  EDT: -4,
  EST: -5,
  CDT: -5,
  CST: -6,
  MDT: -6,
  MST: -7,
  PDT: -7,
  PST: -8,
  GMT: 0,
  UTC: 0,
};

const QUOTE_TIME =
  /(\p{L}+)\.?\s+(\d{1,2}),?\s+(\d{4})(?:,|\s+at|\s+@)?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP])\.?M\b\.?)?(?:\s+([A-Z]{2,4}))?\s*(?:,|$)/iu;
const EXPIRY = /^(?:\p{L}{3,9},?\s+)?(\p{L}{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})$/u;
const NUMERIC_EXPIRY = /^(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\/(\d{1,2})\/(\d{4}))$/;

/** 1..12 for a full or three-letter English month name; undefined for anything else. */
function monthOf(name: string): number | undefined {
  const lower = name.toLowerCase();
  const index = MONTHS.findIndex((month) => month === lower || (lower.length >= 3 && month.startsWith(lower)));
  return index < 0 ? undefined : index + 1;
}

/** `YYYY-MM-DD`, or undefined for a day that is not in the calendar. */
function isoDate(year: number, month: number, day: number): IsoDate | undefined {
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCFullYear() !== year || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined;
  return at.toISOString().slice(0, 10);
}

/**
 * Quote time of a line in a file's head, up to a comma or its end, in any of the styles seen: `August 20, 2023 at 10:35
 * PM EDT`, `February 5 2022, 8:26 PM EST`, `Jul 10 2019 @ 15:44 ET`.
 * @returns ms since 1970; undefined when it is not an English date with a time.
 */
export function parseQuoteTime(text: string): number | undefined {
  const match = QUOTE_TIME.exec(text);
  if (!match) return undefined;
  const [, monthName = '', day, year, hourText, minuteText, secondText] = match;
  const half = match[7]?.toUpperCase();
  const zone = match[8]?.toUpperCase();
  const month = monthOf(monthName);
  const date = month === undefined ? undefined : isoDate(Number(year), month, Number(day));
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === 'P' ? 12 : 0);
  }
  const minute = Number(minuteText);
  const seconds = Number(secondText ?? 0);
  if (date === undefined || hour > 23 || minute > 59 || seconds > 59) return undefined;
  const offset = zone === undefined ? undefined : ZONE_HOURS[zone];
  if (offset === undefined && zone !== undefined && zone !== 'ET') return undefined;
  const minuteMs =
    offset === undefined
      ? newYorkMs(date, hour, minute)
      : Date.parse(`${date}T00:00:00Z`) + ((hour - offset) * 60 + minute) * 60_000;
  return minuteMs === undefined ? undefined : minuteMs + seconds * 1000;
}

/** Undefined for an hour that the clock leaves out in spring. */
function newYorkMs(date: IsoDate, hour: number, minute: number): number | undefined {
  try {
    return newYorkEpochMs(date, hour, minute);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Date of an expiry cell, `Fri Aug 25 2023` (also `2023-08-25`, `8/25/2023`); undefined when it is none. */
export function parseExpiry(text: string): IsoDate | undefined {
  const numeric = NUMERIC_EXPIRY.exec(text);
  if (numeric) {
    const [, year, month, day, usMonth, usDay, usYear] = numeric;
    return isoDate(Number(year ?? usYear), Number(month ?? usMonth), Number(day ?? usDay));
  }
  const match = EXPIRY.exec(text);
  const month = match ? monthOf(match[1] ?? '') : undefined;
  return match && month !== undefined ? isoDate(Number(match[3]), month, Number(match[2])) : undefined;
}
