import type { Clock } from '../../../scanner/domain/clock.ts';
import { Throttle } from '../desk/throttle.ts';

/** Tells any number of listeners that something has changed, at most once in `everyMs`. */
export class Broadcast {
  readonly #listeners = new Set<() => void>();
  readonly #throttle: Throttle;

  constructor(clock: Clock, everyMs: number) {
    this.#throttle = new Throttle(clock, everyMs, () => {
      for (const listener of this.#listeners) listener();
    });
  }

  readonly request = (): void => {
    if (this.#listeners.size > 0) this.#throttle.request();
  };

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  stop(): void {
    this.#throttle.stop();
    this.#listeners.clear();
  }
}
