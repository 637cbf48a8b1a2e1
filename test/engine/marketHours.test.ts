import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { isMarketOpen } from '../../electron/engine/desk/marketHours.ts';

const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[America/New_York]`).epochMilliseconds;

/** Full closings as NYSE published them. */
const CLOSED: Record<number, string[]> = {
  2021: ['01-01', '01-18', '02-15', '04-02', '05-31', '07-05', '09-06', '11-25', '12-24'],
  2022: ['01-17', '02-21', '04-15', '05-30', '06-20', '07-04', '09-05', '11-24', '12-26'],
  2023: ['01-02', '01-16', '02-20', '04-07', '05-29', '06-19', '07-04', '09-04', '11-23', '12-25'],
  2024: ['01-01', '01-15', '02-19', '03-29', '05-27', '06-19', '07-04', '09-02', '11-28', '12-25'],
  2025: ['01-01', '01-20', '02-17', '04-18', '05-26', '06-19', '07-04', '09-01', '11-27', '12-25'],
  2026: ['01-01', '01-19', '02-16', '04-03', '05-25', '06-19', '07-03', '09-07', '11-26', '12-25'],
};
/** The funeral of President Carter was no holiday of the calendar. */
const ONE_OFF = ['2025-01-09'];

test.each(Object.keys(CLOSED).map(Number))('the closed weekdays of %i are those that NYSE published', (year) => {
  const closed: string[] = [];
  for (let day = Temporal.PlainDate.from({ year, month: 1, day: 1 }); day.year === year; day = day.add({ days: 1 })) {
    if (day.dayOfWeek <= 5 && !isMarketOpen(at(`${day.toString()}T10:00`))) closed.push(day.toString().slice(5));
  }
  expect(closed.filter((day) => !ONE_OFF.includes(`${year}-${day}`))).toEqual(CLOSED[year]);
});

test.each([
  ['2026-11-20T09:29:59', false],
  ['2026-11-20T09:30', true],
  ['2026-11-20T15:59:59', true],
  ['2026-11-20T16:00', false],
  ['2026-11-21T12:00', false],
  ['2026-11-27T12:59', true],
  ['2026-11-27T13:00', false],
  ['2026-12-24T13:00', false],
  ['2025-07-03T13:30', false],
  ['2026-07-02T13:30', true],
  ['2026-03-09T09:30', true],
])('at %s New York: open %s', (text, open) => {
  expect(isMarketOpen(at(text))).toBe(open);
});
