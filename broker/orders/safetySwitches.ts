import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { Halt, SafetyState, SafetyStore } from './journal.ts';

interface Armed {
  /** For display, ms since 1970. */
  untilMs: number;
  /** What decides, so that setting the computer's clock arms nothing. */
  untilMonotonic: number;
  timer: TimerHandle;
}

interface SwitchDeps {
  store: SafetyStore;
  clock: Clock;
  onChange: () => void;
  onStorageProblem: (what: string) => void;
}

/**
 * Halt, arming, the orders switch and live unlocks. Each takes effect in memory first and then on disk: a disk that
 * fails never keeps a halt from working. Arming is never stored, so a restart always disarms.
 */
export class SafetySwitches {
  readonly #deps: SwitchDeps;
  #state: SafetyState;
  #armed: Armed | undefined;

  constructor(deps: SwitchDeps) {
    this.#deps = deps;
    this.#state = deps.store.read();
  }

  get state(): SafetyState {
    return this.#state;
  }

  get armed(): boolean {
    return this.#armed !== undefined && this.#deps.clock.monotonic() < this.#armed.untilMonotonic;
  }

  get armedUntilMs(): number | undefined {
    return this.armed ? this.#armed?.untilMs : undefined;
  }

  arm(durationMs: number): number {
    this.disarm();
    const { clock, onChange } = this.#deps;
    const untilMs = clock.now() + durationMs;
    const timer = clock.setTimer(() => {
      this.disarm();
    }, durationMs);
    this.#armed = { untilMs, untilMonotonic: clock.monotonic() + durationMs, timer };
    onChange();
    return untilMs;
  }

  disarm(): void {
    if (this.#armed === undefined) return;
    this.#deps.clock.clearTimer(this.#armed.timer);
    this.#armed = undefined;
    this.#deps.onChange();
  }

  /** In memory: from here on nothing new leaves. `keepHalt` puts it on disk. */
  halt(halt: Halt): void {
    this.#state = { ...this.#state, halted: halt };
    this.disarm();
  }

  /** Makes the halt outlive this process. */
  keepHalt(): void {
    const { halted } = this.#state;
    if (halted !== undefined) this.#persist('the halt', () => this.#deps.store.writeHalt(halted));
  }

  /** @throws LegworkError data/storage: a halt that stays on disk is not lifted in memory either. */
  resume(): void {
    this.#deps.store.writeHalt(undefined);
    this.#state = { ...this.#state, halted: undefined };
    this.#deps.onChange();
  }

  /** Switching on needs the disk; switching off takes effect whatever the disk says. */
  setOrdersEnabled(enabled: boolean): void {
    if (enabled) this.#deps.store.writeOrdersEnabled(true);
    this.#state = { ...this.#state, ordersEnabled: enabled };
    if (enabled) {
      this.#deps.onChange();
      return;
    }
    this.disarm();
    this.#persist('the orders switch', () => this.#deps.store.writeOrdersEnabled(false));
  }

  /** @throws LegworkError data/storage: an unlock that is not on disk is none. */
  unlock(account: string): void {
    this.#deps.store.writeUnlocked(account, true, this.#deps.clock.now());
    const others = this.#state.unlockedAccounts.filter((each) => each !== account);
    this.#state = { ...this.#state, unlockedAccounts: [...others, account] };
    this.#deps.onChange();
  }

  lock(account: string): void {
    this.#state = {
      ...this.#state,
      unlockedAccounts: this.#state.unlockedAccounts.filter((each) => each !== account),
    };
    this.disarm();
    this.#persist('the lock', () => this.#deps.store.writeUnlocked(account, false, this.#deps.clock.now()));
  }

  #persist(what: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#deps.onStorageProblem(
        `In force now, but ${what} could not be stored and a restart would forget it: ${why}`,
      );
    }
    this.#deps.onChange();
  }
}
