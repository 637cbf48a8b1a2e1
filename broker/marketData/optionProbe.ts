import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { AppError } from '../../scanner/domain/errors.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';
import type { MarketDataKind, QuoteUpdate } from '../gateway.ts';
import type { QuoteLine, QuoteLines } from '../tws/quoteLines.ts';

/** How long a line is held for one contract, ms. */
export interface ProbePatience {
  /** From the request until whatever has come has to do. */
  allMs: number;
  /** From bid, ask and Greeks until open interest is given up. */
  restMs: number;
}

export const DEFAULT_PATIENCE: ProbePatience = { allMs: 4_000, restMs: 700 };

export interface ProbeListener {
  written(): void;
  quote(update: QuoteUpdate, kind: MarketDataKind, atMs: number): void;
  /** `known` is everything that came, merged. */
  settled(problem: AppError | undefined, known: QuoteUpdate): void;
  /** The line went to a ticket, or the link went: nothing is settled. */
  lost(): void;
}

/**
 * One contract on one line: opened, read until bid, ask, Greeks and open interest have come (or patience ends), and
 * closed. Streaming, because snapshots take up to 11 s and bring no Greeks reliably. @source tws.md, "Limits".
 */
export class OptionProbe {
  readonly #clock: Clock;
  readonly #patience: ProbePatience;
  readonly #to: ProbeListener;
  #known: QuoteUpdate = {};
  #line: QuoteLine | undefined;
  #timer: TimerHandle | undefined;
  #resting = false;
  #over = false;

  constructor(
    deps: { clock: Clock; lines: QuoteLines; patience: ProbePatience },
    option: OptionContract,
    to: ProbeListener,
  ) {
    this.#clock = deps.clock;
    this.#patience = deps.patience;
    this.#to = to;
    this.#line = deps.lines.openOption(option, 'scan', {
      written: () => {
        to.written();
        this.#wait(this.#patience.allMs);
      },
      quote: (update, kind, atMs) => this.#quote(update, kind, atMs),
      refused: (error) => this.#settle(error),
      lost: () => {
        if (this.#end()) to.lost();
      },
    });
    // Refused or lost before the line could be kept.
    if (this.#over) this.#line.close();
  }

  /** Gives the line back without settling. */
  close(): void {
    this.#end();
  }

  #quote(update: QuoteUpdate, kind: MarketDataKind, atMs: number): void {
    if (this.#over) return;
    this.#to.quote(update, kind, atMs);
    this.#known = { ...this.#known, ...update };
    // `in`: a bid that came as "none" has come.
    if (!('bid' in this.#known && 'ask' in this.#known && 'delta' in this.#known)) return;
    if ('openInterest' in this.#known) return this.#settle(undefined);
    if (this.#resting) return;
    this.#resting = true;
    this.#wait(this.#patience.restMs);
  }

  #wait(ms: number): void {
    if (this.#over) return;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = this.#clock.setTimer(() => this.#settle(undefined), ms);
  }

  #settle(problem: AppError | undefined): void {
    if (this.#end()) this.#to.settled(problem, this.#known);
  }

  #end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#line?.close();
    return true;
  }
}
