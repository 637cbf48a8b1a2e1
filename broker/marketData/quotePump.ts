import type { Clock } from '../../scanner/domain/clock.ts';
import type { AppError } from '../../scanner/domain/errors.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';
import type { QuoteSink, QuoteUpdate } from '../gateway.ts';
import type { QuoteLines } from '../tws/quoteLines.ts';
import { OptionProbe, type ProbePatience } from './optionProbe.ts';

export interface QuoteJob {
  option: OptionContract & { conId: number };
  done: (problem: AppError | undefined, known: QuoteUpdate) => void;
}

export interface PumpDeps {
  clock: Clock;
  lines: QuoteLines;
  patience: ProbePatience;
  sink: QuoteSink;
  mostOpen: number;
  /** Nothing is opened while there is no link; call `resume` when it is back. */
  isOpen: () => boolean;
}

/** Frames that may wait in the pacer: few, so that a stop, a pause or another symbol's turn takes effect at once. */
const MOST_UNWRITTEN = 6;

/** Slides over a queue of contracts with as many lines as it may have; each is opened, read, closed. */
export class QuotePump {
  readonly #deps: PumpDeps;
  #queue: QuoteJob[] = [];
  readonly #open = new Map<QuoteJob, OptionProbe | undefined>();
  #unwritten = 0;
  #paused = false;
  #pumping = false;

  constructor(deps: PumpDeps) {
    this.#deps = deps;
  }

  /** In front of what waits: a walk that has begun ends before another begins. */
  add(jobs: readonly QuoteJob[]): void {
    this.#queue.unshift(...jobs);
    this.#pump();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Gives every line back and forgets what waits. */
  stop(): void {
    this.#paused = true;
    this.#queue = [];
    for (const probe of this.#open.values()) probe?.close();
    this.#open.clear();
  }

  #pump(): void {
    // Opening a line can settle it at once and come back here.
    if (this.#pumping) return;
    this.#pumping = true;
    while (
      !this.#paused &&
      this.#deps.isOpen() &&
      this.#open.size < this.#deps.mostOpen &&
      this.#unwritten < MOST_UNWRITTEN
    ) {
      const job = this.#queue.shift();
      if (!job) break;
      this.#start(job);
    }
    this.#pumping = false;
  }

  #start(job: QuoteJob): void {
    const { sink } = this.#deps;
    const { conId } = job.option;
    let written = false;
    const countWritten = (): void => {
      if (written) return;
      written = true;
      this.#unwritten--;
    };
    const end = (after: () => void): void => {
      countWritten();
      this.#open.delete(job);
      after();
      this.#pump();
    };
    this.#unwritten++;
    this.#open.set(job, undefined);
    const probe = new OptionProbe(this.#deps, job.option, {
      written: () => {
        countWritten();
        this.#pump();
      },
      quote: (update, kind, atMs) => sink.option(conId, update, kind, atMs),
      settled: (problem, known) =>
        end(() => {
          sink.settled(conId);
          job.done(problem, known);
        }),
      lost: () => end(() => void this.#queue.unshift(job)),
    });
    if (this.#open.has(job)) this.#open.set(job, probe);
  }
}
