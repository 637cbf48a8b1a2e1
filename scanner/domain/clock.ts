/** A handle of a pending timer; only the clock that made it knows what it is. */
export type TimerHandle = object;

/**
 * Time and timers, handed in from the host. Nothing below the hosts calls Date.now or setTimeout itself,
 * which makes a whole trading day runnable in milliseconds from a seed.
 */
export interface Clock {
  /** Milliseconds since 1970 UTC. May jump when the computer's clock is set. */
  now(): number;
  /** Milliseconds that never run backwards; for deadlines and rates. */
  monotonic(): number;
  setTimer(run: () => void, delayMs: number): TimerHandle;
  clearTimer(handle: TimerHandle): void;
}

/** Uniform in [0, 1). Handed in, seeded in tests and in the simulator. */
export type Random = () => number;
