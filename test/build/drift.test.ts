import { expect, test } from 'vitest';
import { drift, type MemorySample } from '../../build/drift.ts';

const MINUTE = 60_000;

/** A sample every ten seconds. */
function samples(minutes: number, rss: (atMs: number) => number): MemorySample[] {
  return Array.from({ length: minutes * 6 }, (_, i) => {
    const atMs = i * 10_000;
    return { atMs, rss: rss(atMs), heap: 1, external: 1 };
  });
}

test('a leak of 2 % an hour is 2 % an hour, whatever collections do between', () => {
  const leaking = samples(60, (atMs) => 1e8 * (1 + (0.02 * Math.floor(atMs / MINUTE)) / 60) + (atMs % MINUTE) * 100);
  expect(drift(leaking, 'rss', 0).percentPerHour).toBeCloseTo(2, 3);
});

test('what lies before the warm-up ends does not count', () => {
  const settling = samples(60, (atMs) => (atMs < 15 * MINUTE ? 5e7 + atMs : 1e8));
  expect(drift(settling, 'rss', 15 * MINUTE)).toEqual({ percentPerHour: 0, level: 1e8, error: 0 });
});

test('memory that goes down drifts below zero', () => {
  expect(
    drift(
      samples(30, (atMs) => 1e8 - atMs),
      'rss',
      0,
    ).percentPerHour,
  ).toBeLessThan(-3);
});

test('one window has no drift', () => {
  expect(
    drift(
      samples(1, () => 1e8),
      'rss',
      0,
    ).percentPerHour,
  ).toBeNaN();
});
