import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';

/** In order of priority: everything of an earlier lane leaves before anything of a later one. */
export const LANES = ['cancel', 'order', 'account', 'data', 'scan'] as const;
export type Lane = (typeof LANES)[number];

export interface PacerLimits {
  /** Most frames in any rolling 1,000 ms, all kinds counted. TWS allows 50 with 100 lines. @source tws.md */
  ceiling: number;
  /** Frames that may leave back to back after a pause; the rest is spread over the second. */
  burst?: number;
}

interface Waiting {
  write: () => void;
  dropped: ((reason: string) => void) | undefined;
}

const WINDOW_MS = 1000;
const DEFAULT_BURST = 5;
const URGENT: readonly Lane[] = ['cancel', 'order'];

/**
 * Sliding-window pacer in front of the client library. Cancels and orders leave at once when the window has room;
 * all else is spread evenly, because TWS hangs on bursts even below its limit.
 * @source stoqey/ib pull request 81 for the bursts; tws.md, "Limits".
 */
export class MessagePacer {
  readonly #clock: Clock;
  readonly #ceiling: number;
  readonly #spacingMs: number;
  readonly #burstMs: number;
  readonly #queues = new Map<Lane, Waiting[]>(LANES.map((lane) => [lane, []]));
  /** Ring of the last `ceiling` frames: when each had certainly left, monotonic ms. */
  readonly #times: number[];
  #next = 0;
  #total = 0;
  /** When the even spacing would have the next frame leave (virtual scheduling: GCRA). */
  #dueMs = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, limits: PacerLimits) {
    if (!Number.isInteger(limits.ceiling) || limits.ceiling < 1)
      throw new RangeError(`a message ceiling is a whole number of at least 1, not ${limits.ceiling}`);
    this.#clock = clock;
    this.#ceiling = limits.ceiling;
    this.#spacingMs = WINDOW_MS / limits.ceiling;
    this.#burstMs = this.#spacingMs * (Math.min(limits.burst ?? DEFAULT_BURST, limits.ceiling) - 1);
    this.#times = new Array<number>(limits.ceiling).fill(Number.NEGATIVE_INFINITY);
  }

  get ceiling(): number {
    return this.#ceiling;
  }

  /** Frames written since the start. */
  get total(): number {
    return this.#total;
  }

  /**
   * Writes when the limits allow. `write` is called once, unless the link is lost or the frame is taken back first:
   * then `dropped` is, and the frame certainly never left.
   * @returns takes the frame back while it waits; does nothing once it was written or dropped.
   */
  send(lane: Lane, write: () => void, dropped?: (reason: string) => void): (reason: string) => void {
    const frame: Waiting = { write, dropped };
    this.#queueOf(lane).push(frame);
    if (URGENT.includes(lane)) this.#drain(URGENT);
    this.#arm();
    return (reason) => this.#takeBack(lane, frame, reason);
  }

  #takeBack(lane: Lane, frame: Waiting, reason: string): void {
    const queue = this.#queueOf(lane);
    const at = queue.indexOf(frame);
    if (at < 0) return;
    queue.splice(at, 1);
    frame.dropped?.(reason);
  }

  /** Counts frames that the client library writes by itself (its handshake). */
  count(frames: number): void {
    for (let i = 0; i < frames; i++) this.#record(this.#clock.monotonic());
  }

  /** Drops everything that waits in these lanes: the link is gone, or TWS has lost IB. */
  purge(reason: string, lanes: readonly Lane[] = LANES): void {
    const dropped = lanes.flatMap((lane) => this.#queueOf(lane).splice(0));
    for (const waiting of dropped) waiting.dropped?.(reason);
  }

  /** Frames written in the last 1,000 ms. */
  inLastSecond(): number {
    const since = this.#clock.monotonic() - WINDOW_MS;
    return this.#times.reduce((sum, time) => (time > since ? sum + 1 : sum), 0);
  }

  waiting(lane: Lane): number {
    return this.#queueOf(lane).length;
  }

  #queueOf(lane: Lane): Waiting[] {
    const queue = this.#queues.get(lane);
    if (!queue) throw new RangeError(`no lane ${lane}`);
    return queue;
  }

  /** Earliest time at which the window has room again. */
  #windowOpensMs(): number {
    return (this.#times[this.#next] ?? Number.NEGATIVE_INFINITY) + WINDOW_MS;
  }

  #opensMs(lane: Lane): number {
    const opens = this.#windowOpensMs();
    return URGENT.includes(lane) ? opens : Math.max(opens, this.#dueMs - this.#burstMs);
  }

  /** @returns where its time is kept. */
  #record(nowMs: number): number {
    const slot = this.#next;
    this.#times[slot] = nowMs;
    this.#next = (slot + 1) % this.#ceiling;
    this.#dueMs = Math.max(this.#dueMs, nowMs) + this.#spacingMs;
    this.#total++;
    return slot;
  }

  #drain(lanes: readonly Lane[]): void {
    for (;;) {
      const lane = lanes.find((name) => this.#queueOf(name).length > 0);
      if (lane === undefined) return;
      const nowMs = this.#clock.monotonic();
      if (nowMs < this.#opensMs(lane)) return;
      const frame = this.#queueOf(lane).shift();
      // Counted before it is written: a write that throws may have put bytes on the wire all the same.
      const slot = this.#record(nowMs);
      try {
        frame?.write();
      } finally {
        // On a busy computer this thread may have been held up in between; the frame left by now, not surely earlier.
        this.#times[slot] = this.#clock.monotonic();
      }
    }
  }

  #arm(): void {
    const lane = LANES.find((name) => this.#queueOf(name).length > 0);
    if (lane === undefined) return;
    const atMs = this.#opensMs(lane);
    if (this.#timer !== undefined) {
      if (atMs >= this.#timerAtMs) return;
      this.#clock.clearTimer(this.#timer);
    }
    this.#timerAtMs = atMs;
    const delayMs = Math.max(0, Math.ceil(atMs - this.#clock.monotonic()));
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      try {
        this.#drain(LANES);
      } finally {
        // A write that throws must not stop the frames behind it.
        this.#arm();
      }
    }, delayMs);
  }

  /** Releases the timer; what waits is dropped. */
  close(): void {
    this.purge('Legwork is closing');
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }
}
