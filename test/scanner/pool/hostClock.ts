import type { Clock, TimerHandle } from '../../../scanner/domain/clock.ts';

/** The computer's own clock: worker threads live in real time. */
export const hostClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (run, delayMs): TimerHandle => setTimeout(run, delayMs),
  clearTimer: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};
