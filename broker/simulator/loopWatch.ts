import type { Clock } from '../../scanner/domain/clock.ts';

const BEAT_MS = 10;

/** Tells when this thread's event loop last turned, to within 10 ms: a thread that was held up has an old beat. */
export function watchLoop(clock: Clock): { turnedAt: () => number; stop: () => void } {
  let turnedAt = clock.monotonic();
  const beat = (): void => {
    turnedAt = clock.monotonic();
    timer = clock.setTimer(beat, BEAT_MS);
  };
  let timer = clock.setTimer(beat, BEAT_MS);
  return { turnedAt: () => turnedAt, stop: () => clock.clearTimer(timer) };
}
