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

test('a leak of 2 MB an hour is 2 MB an hour, whatever collections do between', () => {
  const leaking = samples(60, (atMs) => 1e8 + (2e6 * Math.floor(atMs / MINUTE)) / 60 + (atMs % MINUTE) * 100);
  expect(drift(leaking, 'rss', 0).bytesPerHour / 1e6).toBeCloseTo(2, 6);
});

test('what lies before the warm-up ends does not count', () => {
  const settling = samples(60, (atMs) => (atMs < 15 * MINUTE ? 5e7 + atMs : 1e8));
  expect(drift(settling, 'rss', 15 * MINUTE)).toEqual({ bytesPerHour: 0, level: 1e8, error: 0 });
});

test('memory that goes down drifts below zero', () => {
  const falling = samples(30, (atMs) => 1e8 - atMs);
  expect(drift(falling, 'rss', 0).bytesPerHour).toBeCloseTo(-60 * MINUTE, 0);
});

test('one window has no drift', () => {
  const short = samples(1, () => 1e8);
  expect(drift(short, 'rss', 0).bytesPerHour).toBeNaN();
});
