import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { Unsubscribe } from '../gateway.ts';
import type { TwsLink } from './link.ts';

export interface HeartbeatSettings {
  /** Pause between two beats, ms. */
  everyMs: number;
  /** How long TWS may say nothing at all after a beat, ms. */
  deadlineMs: number;
}

export interface HeartbeatListener {
  beat(latencyMs: number, clockSkewMs: number): void;
  /** Nothing has come from TWS for `silentMs`: the socket is half-open. */
  dead(silentMs: number): void;
  /** The computer slept, or its clock was changed, by `jumpMs`. */
  clockJumped(jumpMs: number): void;
}

const JUMP_MS = 30_000;

/**
 * Asks TWS for its time again and again, because a half-open socket is not noticed otherwise. Any frame from TWS
 * counts as a sign of life; only the answer itself gives latency and skew. @source tws.md, defect 4.
 */
export class Heartbeat {
  readonly #deps: { link: TwsLink; clock: Clock; settings: HeartbeatSettings };
  readonly #listener: HeartbeatListener;
  #timer: TimerHandle | undefined;
  #running = false;
  #askedMs: number | undefined;
  #heardMs = 0;
  #last: { wallMs: number; monotonicMs: number } | undefined;

  constructor(deps: { link: TwsLink; clock: Clock; settings: HeartbeatSettings }, listener: HeartbeatListener) {
    this.#deps = deps;
    this.#listener = listener;
    deps.link.on('received', () => (this.#heardMs = deps.clock.monotonic()));
    deps.link.on('currentTime', (seconds) => this.#answered(seconds));
  }

  start(): Unsubscribe {
    this.stop();
    this.#running = true;
    this.#heardMs = this.#deps.clock.monotonic();
    this.#last = undefined;
    this.#ask();
    return () => this.stop();
  }

  stop(): void {
    this.#running = false;
    this.#askedMs = undefined;
    if (this.#timer !== undefined) this.#deps.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #ask(): void {
    const { link, clock, settings } = this.#deps;
    this.#checkClock();
    if (!this.#running || !link.isOpen) return;
    link.send('account', (api) => {
      this.#askedMs = clock.monotonic();
      api.reqCurrentTime();
    });
    // From the asking, not from the writing: a pacer that never writes is as dead as a silent TWS.
    const askedMs = clock.monotonic();
    this.#arm(settings.deadlineMs, () => {
      const silentMs = clock.monotonic() - this.#heardMs;
      if (this.#heardMs < askedMs && silentMs >= settings.deadlineMs) this.#listener.dead(silentMs);
      else this.#arm(Math.max(0, settings.everyMs - settings.deadlineMs), () => this.#ask());
    });
  }

  #answered(seconds: number): void {
    if (this.#askedMs === undefined) return;
    const { clock } = this.#deps;
    const latencyMs = clock.monotonic() - this.#askedMs;
    this.#askedMs = undefined;
    // TWS tells whole seconds: on average it is half a second further, and it spoke half a round trip ago.
    this.#listener.beat(latencyMs, seconds * 1000 + 500 - (clock.now() - latencyMs / 2));
  }

  #checkClock(): void {
    const { clock, settings } = this.#deps;
    const now = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
    const last = this.#last;
    this.#last = now;
    if (!last) return;
    const passedMs = now.monotonicMs - last.monotonicMs;
    const lateMs = passedMs - Math.max(settings.everyMs, settings.deadlineMs);
    const jumpMs = Math.max(Math.abs(now.wallMs - last.wallMs - passedMs), lateMs);
    if (jumpMs > JUMP_MS) this.#listener.clockJumped(jumpMs);
  }

  #arm(delayMs: number, run: () => void): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimer(this.#timer);
    this.#timer = this.#running ? this.#deps.clock.setTimer(run, delayMs) : undefined;
  }
}
