import type { ChainProgress } from '../gateway.ts';
import type { MessagePacer } from '../pacing/messagePacer.ts';

/** A line is opened and closed: two frames a contract. */
const FRAMES_PER_CONTRACT = 2;
/** Its contract list, of one or two rights. */
const FRAMES_PER_EXPIRY = 2;

/** Counts a load and tells how far it is. */
export class LoadProgress {
  readonly #tell: (progress: ChainProgress) => void;
  readonly #pacer: MessagePacer;
  readonly #total: number;
  readonly #sentBefore: number;
  /** Expiries of each symbol that has been looked at, and how many of them are done. */
  readonly #expiries = new Map<string, { listed: number; walked: number }>();
  readonly #done = new Set<string>();
  #quoted = 0;
  #toQuote = 0;

  constructor(pacer: MessagePacer, symbolsTotal: number, tell: (progress: ChainProgress) => void) {
    this.#pacer = pacer;
    this.#total = symbolsTotal;
    this.#sentBefore = pacer.total;
    this.#tell = tell;
  }

  /** A symbol's expiries inside the window are known. */
  listed(symbol: string, expiries: number): void {
    this.#expiries.set(symbol, { walked: 0, ...this.#expiries.get(symbol), listed: expiries });
  }

  /** One expiry of it is quoted. */
  walked(symbol: string): void {
    const expiries = this.#expiries.get(symbol);
    if (expiries) expiries.walked++;
  }

  /** Contracts come to the load. */
  plan(contracts: number): void {
    if (!this.#isRefreshing) this.#toQuote += contracts;
  }

  settled(): void {
    if (!this.#isRefreshing) this.#quoted++;
  }

  /** Every symbol has been quoted once: the rounds that follow quote the same contracts again. */
  get #isRefreshing(): boolean {
    return this.#done.size >= this.#total;
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

  /** What is asked, and for what is not looked at yet as much as the rest had on average. */
  #remainingMs(): number | undefined {
    const known = [...this.#expiries.values()];
    const listed = known.reduce((sum, { listed: count }) => sum + count, 0);
    const walked = known.reduce((sum, { walked: count, listed: most }) => sum + Math.min(count, most), 0);
    if (walked === 0) return undefined;
    const unknownSymbols = Math.max(0, this.#total - Math.max(known.length, this.#done.size));
    const expiriesLeft = listed - walked + (unknownSymbols * listed) / known.length;
    const contracts = this.#toQuote - this.#quoted + (expiriesLeft * this.#quoted) / walked;
    const frames = contracts * FRAMES_PER_CONTRACT + expiriesLeft * FRAMES_PER_EXPIRY;
    return Math.round((frames * 1000) / this.#pacer.ceiling);
  }
}
