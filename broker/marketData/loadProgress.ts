import type { ChainProgress } from '../gateway.ts';
import type { MessagePacer } from '../pacing/messagePacer.ts';

/** A line is opened and closed: two frames a contract. */
const FRAMES_PER_CONTRACT = 2;

/** Counts a load and tells how far it is. */
export class LoadProgress {
  readonly #tell: (progress: ChainProgress) => void;
  readonly #pacer: MessagePacer;
  readonly #total: number;
  readonly #sentBefore: number;
  readonly #planned = new Map<string, number>();
  readonly #done = new Set<string>();
  #quoted = 0;
  #toQuote = 0;

  constructor(pacer: MessagePacer, symbolsTotal: number, tell: (progress: ChainProgress) => void) {
    this.#pacer = pacer;
    this.#total = symbolsTotal;
    this.#sentBefore = pacer.total;
    this.#tell = tell;
  }

  /** Contracts that one more expiry of a symbol adds. */
  plan(symbol: string, contracts: number): void {
    this.#planned.set(symbol, (this.#planned.get(symbol) ?? 0) + contracts);
    this.#toQuote += contracts;
  }

  settled(): void {
    this.#quoted++;
  }

  finished(symbol: string): void {
    this.#done.add(symbol);
  }

  say(symbol: string, stage: ChainProgress['stage'], problem?: string): void {
    this.#tell({
      symbol,
      stage,
      quoted: this.#quoted,
      toQuote: this.#toQuote,
      symbolsDone: this.#done.size,
      symbolsTotal: this.#total,
      messagesSent: this.#pacer.total - this.#sentBefore,
      remainingMs: this.#remainingMs(),
      ...(problem === undefined ? {} : { problem }),
    });
  }

  /** What is known to be left, and for symbols not looked at yet as many contracts as the others had on average. */
  #remainingMs(): number | undefined {
    if (this.#planned.size === 0) return undefined;
    const unknown = Math.max(0, this.#total - Math.max(this.#planned.size, this.#done.size));
    const contracts = this.#toQuote - this.#quoted + (unknown * this.#toQuote) / this.#planned.size;
    return Math.round((contracts * FRAMES_PER_CONTRACT * 1000) / this.#pacer.ceiling);
  }
}
