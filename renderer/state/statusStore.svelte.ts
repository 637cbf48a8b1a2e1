import type { DeskStatus } from '../../electron/contract/desk.ts';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { LinkState } from '../link.ts';

export type Mode = 'simulated' | 'paper' | 'live';
export type DeskCondition = 'ok' | 'halted' | 'offline';

const TICK_MS = 500;

/** The title strip's facts: newest status of the engine, the window's own link to it, and the running clock. */
export class StatusStore {
  desk = $state.raw<DeskStatus | undefined>(undefined);
  link = $state.raw<LinkState>({ phase: 'connecting', epoch: 0 });
  /** Monotonic milliseconds, twice a second: what ages and countdowns are measured with. */
  tick = $state(0);
  #receivedAt = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.tick = clock.monotonic();
  }

  mode = $derived<Mode>(this.desk?.link.mode ?? 'simulated');
  ready = $derived(this.link.phase === 'open' && this.desk?.link.phase === 'ready');
  condition = $derived<DeskCondition>(this.#condition());
  /** New York's clock in ms since 1970, running between two statuses. */
  nowMs = $derived(this.desk ? this.desk.nowMs + Math.max(0, this.tick - this.#receivedAt) : undefined);
  /** This computer's clock, which the engine sets its own times with. */
  wallMs = $derived(this.#wall());
  armedLeftMs = $derived(Math.max(0, (this.desk?.safety.armedUntilMs ?? 0) - this.wallMs));
  armed = $derived(this.armedLeftMs > 0);
  /** Switched on and connected; whether this very order may go is for the risk gate to say. */
  canOrder = $derived(this.ready && this.desk?.safety.ordersEnabled === true);

  receive(status: DeskStatus): void {
    this.#receivedAt = this.#clock.monotonic();
    this.tick = this.#receivedAt;
    this.desk = status;
  }

  /** Starts the running clock. Returns how to stop it. */
  run(): () => void {
    let timer: TimerHandle | undefined;
    const beat = () => {
      this.tick = this.#clock.monotonic();
      timer = this.#clock.setTimer(beat, TICK_MS);
    };
    beat();
    return () => {
      if (timer) this.#clock.clearTimer(timer);
    };
  }

  /** Read again with every tick. */
  #wall(): number {
    void this.tick;
    return this.#clock.now();
  }

  #condition(): DeskCondition {
    if (this.desk?.safety.halted) return 'halted';
    if (this.link.phase !== 'open') return this.desk ? 'offline' : 'ok';
    const phase = this.desk?.link.phase;
    return phase === 'offline' || (phase === 'connecting' && this.desk?.link.problem !== undefined) ? 'offline' : 'ok';
  }
}
