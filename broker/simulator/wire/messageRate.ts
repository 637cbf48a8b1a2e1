import type { Clock } from '../../../scanner/domain/clock.ts';

export const MAX_MESSAGES_PER_SECOND = 50;
/** ib_async sends 45 at once and the next 45 a second later by its own clock, which the wire can shorten. */
const SLACK_MS = 50;
const WINDOW_MS = 1000;
const LAST_BREACH = 3;

/**
 * TWS's limit: 50 messages in any second; the third second that breaks it ends the session. What is read now may have
 * waited in the socket since the thread last looked, so a breach is called only when it is certain: when even the
 * earliest that the oldest of 51 can have come is within a second of now.
 */
export class MessageRate {
  readonly #clock: Clock;
  readonly #loopTurnedAt: () => number;
  /** The earliest that each can have come. */
  #times: number[] = [];
  #breachAtMs = -Infinity;
  breaches = 0;

  /** @param loopTurnedAt when this thread last looked at its sockets, on the clock's monotonic scale. */
  constructor(clock: Clock, loopTurnedAt: () => number) {
    this.#clock = clock;
    this.#loopTurnedAt = loopTurnedAt;
  }

  /** Messages in the last second. */
  get received(): number {
    return this.#times.length;
  }

  /** Notes one message. `refuse`: over the limit; `end`: over it for the third time. */
  note(): 'ok' | 'refuse' | 'end' {
    const now = this.#clock.monotonic();
    this.#times = this.#times.filter((earliest) => now - earliest < WINDOW_MS - SLACK_MS);
    this.#times.push(Math.min(now, this.#loopTurnedAt()));
    if (this.#times.length <= MAX_MESSAGES_PER_SECOND) return 'ok';
    if (now - this.#breachAtMs >= WINDOW_MS) {
      this.#breachAtMs = now;
      this.breaches++;
    }
    return this.breaches >= LAST_BREACH ? 'end' : 'refuse';
  }
}
