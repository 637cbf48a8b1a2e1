import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';

export interface HistoricalRequest {
  /** Everything that makes two requests identical: contract, end, duration, bar, what. */
  identity: string;
  /** Contract, exchange and type of data. */
  contractKey: string;
  /** BID_ASK counts double. */
  weight?: 1 | 2;
  /**
   * Called once, when TWS's limits allow. Call `sent` when the frame is written, since it may have waited for the
   * message ceiling and TWS counts from there; `done` when TWS has answered, refused or been cancelled.
   */
  start: (done: () => void, sent: () => void) => void;
  /** Called instead when the link goes while it waits. */
  dropped?: (reason: string) => void;
}

/** @source tws.md, "Limits" (IBKR: historical data pacing violations). */
const LIMITS = {
  open: 50,
  identicalMs: 15_000,
  sameContract: { frames: 5, windowMs: 2_000 },
  all: { frames: 60, windowMs: 600_000 },
} as const;

interface Started {
  atMs: number;
  identity: string;
  contractKey: string;
  weight: number;
}

/**
 * Keeps historical requests inside all four of TWS's rules: no identical one within 15 s, fewer than 6 of a contract
 * within 2 s, at most 60 in 10 minutes (BID_ASK doubled) and at most 50 open.
 */
export class HistoricalPacer {
  readonly #clock: Clock;
  #waiting: HistoricalRequest[] = [];
  #started: Started[] = [];
  #open = 0;
  #generation = 0;
  #timer: TimerHandle | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns withdraws the request while it waits. */
  submit(request: HistoricalRequest): () => void {
    this.#waiting.push(request);
    this.#serve();
    return () => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== request);
    };
  }

  /** When a new request like this one could start, in ms from now; for messages. */
  delayMs(request: Pick<HistoricalRequest, 'identity' | 'contractKey' | 'weight'>): number {
    return Math.max(0, this.#opensMs(request) - this.#clock.monotonic());
  }

  /** The link is gone: nothing is open any more, and what waits is dropped. What was sent still counts. */
  purge(reason: string): void {
    this.#open = 0;
    this.#generation++;
    this.#disarm();
    for (const request of this.#waiting.splice(0)) request.dropped?.(reason);
  }

  #opensMs(request: Pick<HistoricalRequest, 'identity' | 'contractKey' | 'weight'>): number {
    const identical = this.#started.findLast((s) => s.identity === request.identity);
    const weight = request.weight ?? 1;
    return Math.max(
      identical ? identical.atMs + LIMITS.identicalMs : 0,
      roomAtMs(
        this.#started.filter((s) => s.contractKey === request.contractKey),
        weight,
        LIMITS.sameContract,
      ),
      roomAtMs(this.#started, weight, LIMITS.all),
    );
  }

  #serve(): void {
    this.#disarm();
    const nowMs = this.#clock.monotonic();
    this.#started = this.#started.filter((s) => s.atMs + LIMITS.all.windowMs > nowMs);
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const request of [...this.#waiting]) {
      if (this.#open >= LIMITS.open) return;
      const opensMs = this.#opensMs(request);
      if (opensMs <= nowMs) this.#start(request, nowMs);
      else soonestMs = Math.min(soonestMs, opensMs);
    }
    if (Number.isFinite(soonestMs) && this.#waiting.length > 0)
      this.#timer = this.#clock.setTimer(() => this.#serve(), Math.ceil(soonestMs - nowMs));
  }

  #start(request: HistoricalRequest, atMs: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== request);
    this.#open++;
    const { identity, contractKey, weight = 1 } = request;
    const started: Started = { atMs, identity, contractKey, weight };
    this.#started.push(started);
    const generation = this.#generation;
    let finished = false;
    const done = (): void => {
      if (finished || generation !== this.#generation) return;
      finished = true;
      this.#open--;
      this.#serve();
    };
    const sent = (): void => {
      started.atMs = this.#clock.monotonic();
      this.#started = [...this.#started.filter((other) => other !== started), started];
    };
    request.start(done, sent);
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

/** When `weight` more fits into the window of `limit`, given what was started (oldest first). */
function roomAtMs(started: readonly Started[], weight: number, limit: { frames: number; windowMs: number }): number {
  let room = limit.frames - weight;
  for (const s of started.toReversed()) {
    room -= s.weight;
    if (room < 0) return s.atMs + limit.windowMs;
  }
  return 0;
}
