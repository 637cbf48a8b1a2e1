import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { expiryDay, liveInstant, newYorkDay } from '../../../scanner/chain/valuationTime.ts';

const SETTLED = Date.UTC(2023, 9, 20, 20, 0);
const YEAR_MS = 365 * 86_400_000;
const msLeft = fc.integer({ min: -100_000, max: YEAR_MS });

test('a live expiry is valued in the past by at most a ten-thousandth of its time, or by less than a second', () => {
  fc.assert(
    fc.property(msLeft, (left) => {
      const now = SETTLED - left;
      const lag = now - liveInstant(now, SETTLED);
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThan(Math.max(1000, Math.min(32_000, 1e-4 * left)));
    }),
  );
});

test('the clock of an expiry never goes back, and stands between two steps', () => {
  fc.assert(
    fc.property(msLeft, fc.integer({ min: 0, max: 120_000 }), (left, later) => {
      const before = liveInstant(SETTLED - left, SETTLED);
      expect(liveInstant(SETTLED - left + later, SETTLED)).toBeGreaterThanOrEqual(before);
      expect(liveInstant(before, SETTLED)).toBe(before);
    }),
  );
});

test('forty-five days before expiry two valuations a minute are enough', () => {
  const start = SETTLED - 45 * 86_400_000;
  const instants = new Set(Array.from({ length: 600 }, (_, i) => liveInstant(start + i * 100, SETTLED)));
  expect(instants.size).toBeLessThanOrEqual(3);
});

test('days in New York, and when an expiry settles', () => {
  const epoch = Temporal.PlainDate.from('1970-01-01');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000_000_000 }), (atMs) => {
      const date = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO('America/New_York').toPlainDate();
      expect(newYorkDay(atMs)).toBe(epoch.until(date, { largestUnit: 'day' }).days);
    }),
  );
  expect(expiryDay('SPXW', '2023-10-20')).toEqual({ settledMs: SETTLED, day: 19_650 });
  expect(expiryDay('SPX', '2023-10-20').settledMs).toBe(SETTLED - 6.5 * 3_600_000);
});
