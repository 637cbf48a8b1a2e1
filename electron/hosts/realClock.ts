import type { Clock } from '../../scanner/domain/clock.ts';

/** The computer's own clock and timers; the only place below which time is real. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (run, delayMs) => setTimeout(run, delayMs),
  clearTimer: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};
