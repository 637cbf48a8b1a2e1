import { newYorkDate, settlementMs } from '../domain/calendar.ts';
import { settlementOf, type IsoDate, type Settlement } from '../domain/option.ts';

const MS_PER_SECOND = 1000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const LONGEST_STEP_S = 32;
const SHARE_OF_TIME_LEFT = 1e-4;

/** The last whole second: no step of `liveInstant` lies between two of them. */
export function wholeSecond(nowMs: number): number {
  return Math.floor(nowMs / MS_PER_SECOND) * MS_PER_SECOND;
}

/**
 * The instant at which an expiry is valued while quotes are live. Time that passes moves every vol and every Greek, but
 * by less than a quote can show: so the clock of an expiry stands and then steps, by at most a ten-thousandth of the
 * time that is left, in powers of two from one second (in the last hours, where that is a little more) to 32 seconds.
 * Everybody who asks between two steps gets the same instant, whatever was asked before.
 * @param nowMs and `settledMs` in ms since 1970.
 */
export function liveInstant(nowMs: number, settledMs: number): number {
  const allowedS = (SHARE_OF_TIME_LEFT * (settledMs - nowMs)) / MS_PER_SECOND;
  let stepS = 1;
  while (stepS < LONGEST_STEP_S && 2 * stepS <= allowedS) stepS *= 2;
  const stepMs = stepS * MS_PER_SECOND;
  return Math.floor(nowMs / stepMs) * stepMs;
}

/** When the options of an expiry settle. */
export interface ExpiryDay {
  /** ms since 1970. */
  settledMs: number;
  /** Days from 1970-01-01 to the expiry's date. */
  day: number;
}

/** By expiry: calendar arithmetic is not quick, and every valuation asks for the same few days. */
const days: Record<Settlement, Map<IsoDate, ExpiryDay>> = { am: new Map(), pm: new Map() };

export function expiryDay(root: string, expiry: IsoDate): ExpiryDay {
  const settlement = settlementOf(root);
  const known = days[settlement].get(expiry);
  if (known) return known;
  const found = { settledMs: settlementMs(expiry, settlement), day: dayNumber(expiry) };
  days[settlement].set(expiry, found);
  return found;
}

let latest = { hour: NaN, day: NaN };

/** Days from 1970-01-01 to the date in New York at an instant. */
export function newYorkDay(atMs: number): number {
  // New York is whole hours from Greenwich, so its days begin with an hour: one look-up serves all of it.
  const hour = Math.floor(atMs / MS_PER_HOUR);
  if (latest.hour !== hour) latest = { hour, day: dayNumber(newYorkDate(atMs)) };
  return latest.day;
}

function dayNumber(date: IsoDate): number {
  return Date.parse(date) / MS_PER_DAY;
}
