import type { Clock } from '../../scanner/domain/clock.ts';

/** The one place where the window reads the time. Timers are window timers wrapped so that they are opaque. */
export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (run, delayMs) => ({ id: window.setTimeout(run, delayMs) }),
  clearTimer: (handle) => {
    if ('id' in handle && typeof handle.id === 'number') window.clearTimeout(handle.id);
  },
};

/** Runs `then` after the browser has painted, or soon when the window is hidden and does not paint. */
export function afterPaint(then: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    then();
  };
  requestAnimationFrame(() => requestAnimationFrame(once));
  window.setTimeout(once, 250);
}
