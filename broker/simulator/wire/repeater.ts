import type { Clock, TimerHandle } from '../../../scanner/domain/clock.ts';

/** Named things that repeat until stopped; starting one anew replaces it. */
export class Repeater {
  readonly #clock: Clock;
  readonly #timers = new Map<string, TimerHandle>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  names(): string[] {
    return [...this.#timers.keys()];
  }

  /** Runs after `everyMs`, and again and again. */
  start(name: string, everyMs: number, run: () => void): void {
    this.stop(name);
    const arm = (): TimerHandle =>
      this.#clock.setTimer(() => {
        this.#timers.set(name, arm());
        run();
      }, everyMs);
    this.#timers.set(name, arm());
  }

  /** @returns false when nothing of that name repeated. */
  stop(name: string): boolean {
    const timer = this.#timers.get(name);
    if (timer) this.#clock.clearTimer(timer);
    return this.#timers.delete(name);
  }

  stopAll(): void {
    for (const name of this.names()) this.stop(name);
  }
}
