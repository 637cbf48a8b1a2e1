import type { Clock } from '../../scanner/domain/clock.ts';

const BEAT_MS = 10;

/**
 * Tells a time after which everything came that this thread reads now: no more than some 20 ms ago, unless it was held up.
 * It is the beat before the last one: timers run before the sockets of the same turn are read, so the last beat may be
 * younger than what waited in a socket while the thread was held up.
 */
export function watchLoop(clock: Clock): { turnedAt: () => number; stop: () => void } {
  let lastBeat = clock.monotonic();
  let turnedAt = lastBeat;
  const beat = (): void => {
    turnedAt = lastBeat;
    lastBeat = clock.monotonic();
    timer = clock.setTimer(beat, BEAT_MS);
  };
  let timer = clock.setTimer(beat, BEAT_MS);
  return { turnedAt: () => turnedAt, stop: () => clock.clearTimer(timer) };
}
