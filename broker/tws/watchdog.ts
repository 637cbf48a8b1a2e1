import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { BrokerLog } from '../gateway.ts';

/**
 * Looks again and again until it is stopped, whatever the look throws: its next timer is set before it looks.
 * @source Lean IB #246: a dead watchdog, 833 times 1100 in 15 h.
 */
export class Watchdog {
  readonly #deps: { clock: Clock; log: BrokerLog; everyMs: number };
  readonly #look: () => void;
  #timer: TimerHandle | undefined;

  constructor(deps: { clock: Clock; log: BrokerLog; everyMs: number }, look: () => void) {
    this.#deps = deps;
    this.#look = look;
  }

  start(): void {
    this.stop();
    this.#timer = this.#deps.clock.setTimer(() => {
      this.start();
      try {
        this.#look();
      } catch (error) {
        this.#deps.log.error({ err: error }, 'The watch over the TWS connection threw; it goes on.');
      }
    }, this.#deps.everyMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
