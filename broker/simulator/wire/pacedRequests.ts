import type { Clock } from '../../../scanner/domain/clock.ts';
import { MalformedFrame } from './frames.ts';
import { MAX_MESSAGES_PER_SECOND } from './messageRate.ts';

/** What a client asks for so that TWS holds its requests back instead of refusing them. @source TWS API, connect options */
export const PACE_OPTION = '+PACEAPI';

const WINDOW_MS = 1000;
/** More than any client means to have waiting; a flood ends here. */
const MOST_WAITING = 10_000;

type Request = readonly string[];

export interface PacedRequestsOptions {
  clock: Clock;
  /** Runs once, after so many milliseconds. */
  readonly later: (delayMs: number, run: () => void) => void;
  readonly handle: (request: Request) => void;
}

/** Hands requests on in order, at most as many in any second as TWS takes. */
export class PacedRequests {
  readonly #options: PacedRequestsOptions;
  readonly #waiting: Request[] = [];
  /** When the requests of the last second were handed on. */
  #times: number[] = [];
  #armed = false;

  constructor(options: PacedRequestsOptions) {
    this.#options = options;
  }

  /** @throws MalformedFrame when far too many wait. */
  add(request: Request): void {
    if (this.#waiting.length >= MOST_WAITING) throw new MalformedFrame(`more than ${MOST_WAITING} requests wait`);
    this.#waiting.push(request);
    if (!this.#armed) this.#handOn();
  }

  #handOn(): void {
    const { clock, later, handle } = this.#options;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const now = clock.monotonic();
      this.#times = this.#times.filter((at) => now - at < WINDOW_MS);
      const [oldest] = this.#times;
      if (oldest !== undefined && this.#times.length >= MAX_MESSAGES_PER_SECOND) {
        this.#armed = true;
        later(oldest + WINDOW_MS - now, () => {
          this.#armed = false;
          this.#handOn();
        });
        return;
      }
      this.#times.push(now);
      this.#waiting.shift();
      handle(next);
    }
  }
}
