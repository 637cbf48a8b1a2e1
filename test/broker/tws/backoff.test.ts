import { expect, test } from 'vitest';
import { retryDelayMs } from '../../../broker/tws/backoff.ts';

test('pauses double up to a minute', () => {
  const longest = Array.from({ length: 9 }, (_, attempt) => retryDelayMs(attempt, () => 1));
  expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('chance takes up to half of a pause and never more', () => {
  for (const attempt of [0, 3, 50, 10_000]) {
    expect(retryDelayMs(attempt, () => 0) * 2).toBe(retryDelayMs(attempt, () => 1));
  }
});
