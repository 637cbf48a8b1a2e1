import type { Clock, TimerHandle } from '../../../scanner/domain/clock.ts';

/**
 * Runs `run` soon after `request`, but never twice within `everyMs`: the first request runs at once, those that come
 * meanwhile are one run at the end of the pause.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #run: () => void;
  #timer: TimerHandle | undefined;
  #lastRun = -Infinity;

  constructor(clock: Clock, everyMs: number, run: () => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#run = run;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#lastRun + this.#everyMs - this.#clock.monotonic());
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#lastRun = this.#clock.monotonic();
      this.#run();
    }, waitMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
