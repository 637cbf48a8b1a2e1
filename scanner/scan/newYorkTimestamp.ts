import { Temporal } from 'temporal-polyfill';

/** The last answer: while a slider is dragged, every scan is of the same quotes and tells the same time. */
let last = { atMs: NaN, text: '' };

/** ISO 8601 in New York with its offset, `2023-09-14T16:31:00-04:00`. */
export function newYorkTimestamp(epochMs: number): string {
  if (!Number.isFinite(epochMs)) throw new RangeError(`${epochMs} is not a time`);
  const atMs = Math.round(epochMs);
  if (last.atMs !== atMs) last = { atMs, text: textOf(atMs) };
  return last.text;
}

function textOf(atMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toString({
    timeZone: 'America/New_York',
    smallestUnit: 'second',
  });
}
