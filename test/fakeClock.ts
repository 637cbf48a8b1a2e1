import type { Clock, TimerHandle } from '../scanner/domain/clock.ts';

interface FakeTimer {
  atMs: number;
  order: number;
  run: () => void;
}

export interface FakeClock extends Clock {
  /** Lets `ms` pass and runs every timer that falls due, in order. */
  advance(ms: number): void;
  /** Runs every timer due up to and including `ms` since the start. */
  runTo(ms: number): void;
  /** Moves the wall clock alone, as a person or a sleeping computer does. */
  jump(ms: number): void;
  /** Timers that still wait. */
  pending(): number;
}

/** A clock that only moves when told to. `startMs` is its wall clock at the start (2023-09-14, 10:30 in New York). */
export function fakeClock(startMs = Date.UTC(2023, 8, 14, 14, 30)): FakeClock {
  let monotonicMs = 0;
  let wallMs = startMs;
  let order = 0;
  const timers = new Set<FakeTimer>();

  const earliest = (untilMs: number): FakeTimer | undefined =>
    [...timers].filter((t) => t.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];

  const runTo = (untilMs: number): void => {
    for (let timer = earliest(untilMs); timer; timer = earliest(untilMs)) {
      timers.delete(timer);
      wallMs += Math.max(0, timer.atMs - monotonicMs);
      monotonicMs = Math.max(monotonicMs, timer.atMs);
      timer.run();
    }
    wallMs += Math.max(0, untilMs - monotonicMs);
    monotonicMs = Math.max(monotonicMs, untilMs);
  };

  return {
    now: () => wallMs,
    monotonic: () => monotonicMs,
    setTimer(run, delayMs): TimerHandle {
      const timer = { atMs: monotonicMs + Math.max(0, delayMs), order: order++, run };
      timers.add(timer);
      return timer;
    },
    clearTimer: (handle) => void timers.delete(handle as FakeTimer),
    advance: (ms) => runTo(monotonicMs + ms),
    runTo,
    jump: (ms) => void (wallMs += ms),
    pending: () => timers.size,
  };
}
