import { Temporal } from 'temporal-polyfill';

/** ISO 8601 in New York with its offset, `2023-09-14T16:31:00-04:00`. */
export function newYorkTimestamp(epochMs: number): string {
  if (!Number.isFinite(epochMs)) throw new RangeError(`${epochMs} is not a time`);
  return Temporal.Instant.fromEpochMilliseconds(Math.round(epochMs)).toString({
    timeZone: 'America/New_York',
    smallestUnit: 'second',
  });
}
