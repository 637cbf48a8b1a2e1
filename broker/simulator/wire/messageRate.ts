import type { Clock } from '../../../scanner/domain/clock.ts';

export const MAX_MESSAGES_PER_SECOND = 50;
const WINDOW_MS = 1000;
const LAST_BREACH = 3;

/**
 * TWS's limit: 50 messages in any second; the third second that breaks it ends the session. Messages that waited in the
 * socket while this thread stood still are read all at once though they came one by one: they count as if they had come
 * as evenly as the stall allows, so that a busy machine is not taken for a client that floods.
 */
export class MessageRate {
  readonly #clock: Clock;
  readonly #loopTurnedAt: () => number;
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
    const evenly = (this.#times.at(-1) ?? -Infinity) + WINDOW_MS / MAX_MESSAGES_PER_SECOND;
    const cameAt = Math.min(now, Math.max(evenly, this.#loopTurnedAt()));
    this.#times = this.#times.filter((at) => cameAt - at < WINDOW_MS);
    this.#times.push(cameAt);
    if (this.#times.length <= MAX_MESSAGES_PER_SECOND) return 'ok';
    if (now - this.#breachAtMs >= WINDOW_MS) {
      this.#breachAtMs = now;
      this.breaches++;
    }
    return this.breaches >= LAST_BREACH ? 'end' : 'refuse';
  }
}
