import type { Clock } from '../../../scanner/domain/clock.ts';

export const MAX_MESSAGES_PER_SECOND = 50;
const WINDOW_MS = 1000;
const LAST_BREACH = 3;

/** TWS's limit: 50 messages in any second; the third second that breaks it ends the session. */
export class MessageRate {
  readonly #clock: Clock;
  #times: number[] = [];
  #breachAtMs = -Infinity;
  breaches = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Messages in the last second. */
  get received(): number {
    return this.#times.length;
  }

  /** Notes one message. `refuse`: over the limit; `end`: over it for the third time. */
  note(): 'ok' | 'refuse' | 'end' {
    const now = this.#clock.monotonic();
    this.#times = this.#times.filter((at) => now - at < WINDOW_MS);
    this.#times.push(now);
    if (this.#times.length <= MAX_MESSAGES_PER_SECOND) return 'ok';
    if (now - this.#breachAtMs >= WINDOW_MS) {
      this.#breachAtMs = now;
      this.breaches++;
    }
    return this.breaches >= LAST_BREACH ? 'end' : 'refuse';
  }
}
