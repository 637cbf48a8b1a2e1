import type { TimerHandle } from '../../scanner/domain/clock.ts';
import type { Desk } from './desk.svelte.ts';

const ASK_AFTER_MS = 250;

export interface SymbolMatch {
  symbol: string;
  name: string;
  secType: string;
  exchange: string;
}

/** The broker's symbol search, asked once the typing pauses; only the newest question's answer counts. */
export class SymbolSearch {
  found = $state.raw<readonly SymbolMatch[]>([]);
  problem = $state<string | undefined>(undefined);
  readonly #desk: Desk;
  #timer: TimerHandle | undefined;
  #asked = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  look(text: string): void {
    this.clear();
    const wanted = text.trim();
    // A pasted list is not one name to search for.
    if (wanted === '' || wanted.length > 40 || /[,;]/.test(wanted)) return;
    this.#timer = this.#desk.services.clock.setTimer(() => void this.#ask(wanted), ASK_AFTER_MS);
  }

  clear(): void {
    if (this.#timer) this.#desk.services.clock.clearTimer(this.#timer);
    this.#asked++;
    this.found = [];
    this.problem = undefined;
  }

  async #ask(text: string): Promise<void> {
    const asked = ++this.#asked;
    const answer = await this.#desk.attempt((client) => client.reference.search({ text }));
    if (asked !== this.#asked) return;
    this.found = answer.value?.slice(0, 8) ?? [];
    this.problem = answer.failed ?? (this.found.length === 0 ? `The broker knows nothing like "${text}".` : undefined);
  }
}
