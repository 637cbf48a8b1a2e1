import { wednesday } from './wednesday.ts';
import type { Clock } from '../../scanner/domain/clock.ts';

/** The Wednesday clock, so many times as fast: for rules that wait ten seconds. Its waits are real, only shorter. */
export function fastClock(times: number): Clock {
  const startMs = wednesday.now();
  const monotonic = (): number => wednesday.monotonic() * times;
  const offsetMs = startMs - monotonic();
  return {
    now: () => Math.floor(offsetMs + monotonic()),
    monotonic,
    setTimer: (run, delayMs) => wednesday.setTimer(run, delayMs / times),
    clearTimer: (handle) => wednesday.clearTimer(handle),
  };
}
