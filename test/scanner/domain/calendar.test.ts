import { expect, test } from 'vitest';
import {
  calendarDays,
  exDividendMs,
  newYorkDate,
  newYorkEpochMs,
  settlementMs,
  yearsBetween,
} from '../../../scanner/domain/calendar.ts';

test.each([
  // Late evening in New York is the next day in London.
  ['2023-08-21T02:35:00Z', '2023-08-20'],
  ['2023-09-14T20:31:00Z', '2023-09-14'],
  ['2024-01-01T04:59:59Z', '2023-12-31'],
  ['2024-01-01T05:00:00Z', '2024-01-01'],
])('at %s it is %s in New York', (instant, date) => expect(newYorkDate(Date.parse(instant))).toBe(date));

test('wall-clock times follow daylight saving', () => {
  expect(newYorkEpochMs('2023-07-03', 16, 0)).toBe(Date.parse('2023-07-03T20:00:00Z'));
  expect(newYorkEpochMs('2023-12-15', 16, 0)).toBe(Date.parse('2023-12-15T21:00:00Z'));
  expect(() => newYorkEpochMs('2023-02-30', 16, 0)).toThrow(RangeError);
});

test('days are calendar days, over the change of the clock too', () => {
  expect(calendarDays('2023-09-14', '2023-10-20')).toBe(36);
  expect(calendarDays('2024-03-09', '2024-03-11')).toBe(2);
  expect(calendarDays('2023-10-20', '2023-09-14')).toBe(-36);
});

test('index options settle at the open, all else at the close', () => {
  expect(settlementMs('2023-10-20', 'am')).toBe(Date.parse('2023-10-20T13:30:00Z'));
  expect(settlementMs('2023-10-20', 'pm')).toBe(Date.parse('2023-10-20T20:00:00Z'));
});

test('a share trades without its dividend from the opening of the ex-date on', () => {
  expect(exDividendMs('2023-12-15')).toBe(Date.parse('2023-12-15T14:30:00Z'));
});

test('years are actual/365 and never negative', () => {
  expect(yearsBetween(0, 365 * 86_400_000)).toBe(1);
  expect(yearsBetween(5, 0)).toBe(0);
});
