import { expect, test } from 'vitest';
import { Link } from '../../renderer/link.ts';
import { fakeClock } from '../fakeClock.ts';

/** Fails every attempt and notes when each was made. */
async function attemptsUntil(ms: number): Promise<number[]> {
  const clock = fakeClock();
  const at: number[] = [];
  const link = new Link({
    open: () => {
      at.push(clock.monotonic());
      return Promise.reject(new Error('nobody there'));
    },
    clock,
    random: () => 1,
  });
  await link.connect();
  for (let t = 0; t < ms; t += 250) {
    clock.advance(250);
    await Promise.resolve();
    await Promise.resolve();
  }
  return at;
}

test('attempts come further and further apart, never more than ten seconds', async () => {
  const at = await attemptsUntil(60_000);
  const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
  expect(gaps.slice(0, 7)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000]);
  expect(Math.max(...gaps)).toBe(10_000);
});

test('word of a loss from an older connection changes nothing', () => {
  const clock = fakeClock();
  const link = new Link({ open: () => new Promise(() => undefined), clock, random: () => 1 });
  void link.connect();
  link.lost(0);
  expect(link.state.phase).toBe('connecting');
  link.lost(1);
  expect(link.state.phase).toBe('waiting');
});
