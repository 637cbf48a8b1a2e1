import { calendarDays, newYorkDate, settlementMs, yearsBetween } from '../../scanner/domain/calendar.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError, toAppError, type AppError } from '../../scanner/domain/errors.ts';
import { settlementOf, type IsoDate, type OptionContract } from '../../scanner/domain/option.ts';
import { abortable } from '../pacing/abortable.ts';
import type {
  BrokerLog,
  ChainLoad,
  ChainProgress,
  ChainRequest,
  OptionClass,
  QuoteSink,
  ReferencePort,
  Underlying,
  Unsubscribe,
} from '../gateway.ts';
import type { LineBudget } from '../pacing/lineBudget.ts';
import type { MessagePacer } from '../pacing/messagePacer.ts';
import type { QuoteLines } from '../tws/quoteLines.ts';
import { LoadProgress } from './loadProgress.ts';
import type { ProbePatience } from './optionProbe.ts';
import { QuotePump, type QuoteJob } from './quotePump.ts';
import { SpotWatch, type Spot } from './spotWatch.ts';
import { selectStrikes } from './strikeSelection.ts';

/** The connection as a load sees it. */
export interface LinkGate {
  isOpen(): boolean;
  onUp(listener: () => void): Unsubscribe;
}

export interface ChainRunDeps {
  clock: Clock;
  log: BrokerLog;
  reference: ReferencePort;
  lines: QuoteLines;
  budget: LineBudget;
  pacer: MessagePacer;
  link: LinkGate;
  patience: ProbePatience;
}

interface Group {
  root: string;
  expiry: IsoDate;
}

/** Symbols prepared and quoted side by side: enough to keep the pacer busy, few enough that the first ends soon. */
const SYMBOLS_AT_ONCE = 4;
/** Lines left for tickets and underlyings. */
const LINES_LEFT = 14;
/** Contracts that wait before another expiry is prepared. */
const QUEUE_AHEAD = 60;
const STANDARD_MULTIPLIER = 100;
/** Rest between two rounds when a round asks for nothing. */
const IDLE_ROUND_MS = 5_000;
const PROGRESS_EVERY_MS = 200;

/** One running load: a first pass over all symbols, then rounds that keep the quotes fresh, oldest symbol first. */
export class ChainRun implements ChainLoad {
  readonly firstPass: Promise<void>;
  readonly #deps: ChainRunDeps;
  readonly #request: ChainRequest;
  readonly #sink: QuoteSink;
  readonly #progress: LoadProgress;
  readonly #pump: QuotePump;
  readonly #abort = new AbortController();
  readonly #announced = new Set<number>();
  readonly #offUp: Unsubscribe;
  #paused = false;
  #resumed: (() => void)[] = [];
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(
    deps: ChainRunDeps,
    request: ChainRequest,
    sink: QuoteSink,
    onProgress: (progress: ChainProgress) => void,
  ) {
    this.#deps = deps;
    this.#request = request;
    this.#sink = sink;
    this.#progress = new LoadProgress(deps.pacer, request.symbols.length, onProgress);
    this.#pump = new QuotePump({
      clock: deps.clock,
      lines: deps.lines,
      patience: deps.patience,
      sink,
      mostOpen: Math.max(1, deps.budget.budget - LINES_LEFT),
      isOpen: () => deps.link.isOpen(),
    });
    this.#offUp = deps.link.onUp(() => {
      if (!this.#paused) this.#pump.resume();
      this.#wake();
    });
    this.firstPass = this.#round().catch((error: unknown) => this.#bug(error));
    void this.firstPass.then(() => this.#refresh()).catch((error: unknown) => this.#bug(error));
  }

  pause(): void {
    this.#paused = true;
    this.#pump.pause();
  }

  resume(): void {
    if (this.#stopped) return;
    this.#paused = false;
    this.#pump.resume();
    this.#wake();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#abort.abort(new DOMException('the load was stopped', 'AbortError'));
    this.#pump.stop();
    this.#offUp();
    this.#wake();
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Every symbol once, a few at a time. */
  async #round(): Promise<void> {
    const waiting = [...this.#request.symbols];
    const worker = async (): Promise<void> => {
      for (let symbol = waiting.shift(); symbol !== undefined && !this.#stopped; symbol = waiting.shift())
        await this.#pass(symbol);
    };
    await Promise.all(Array.from({ length: Math.min(SYMBOLS_AT_ONCE, waiting.length) }, worker));
  }

  /** The market moves: the same again and again, in the same order, so that the oldest quotes are renewed first. */
  async #refresh(): Promise<void> {
    while (!this.#stopped) {
      const sentBefore = this.#deps.pacer.total;
      await this.#round();
      if (this.#deps.pacer.total === sentBefore) await this.#sleep(IDLE_ROUND_MS);
    }
  }

  /** One symbol from its name to its last quote. A failure is said and stops no other symbol. */
  async #pass(symbol: string): Promise<void> {
    for (;;) {
      await this.#ready();
      if (this.#stopped) return;
      try {
        await this.#load(symbol);
        this.#progress.finished(symbol);
        this.#say(symbol, 'done');
        return;
      } catch (thrown) {
        if (this.#abort.signal.aborted) return;
        const error = toAppError(thrown);
        // The connection went: the symbol waits for it and starts again.
        if (error.kind === 'connection') continue;
        if (error.kind === 'bug') this.#bug(thrown);
        this.#progress.finished(symbol);
        this.#say(symbol, 'failed', error.message);
        return;
      }
    }
  }

  async #load(symbol: string): Promise<void> {
    const { reference } = this.#deps;
    const { signal } = this.#abort;
    this.#say(symbol, 'contract');
    const underlying = await reference.underlying(symbol, signal);
    signal.throwIfAborted();
    const watch = new SpotWatch({ ...this.#deps, sink: this.#sink }, underlying);
    try {
      this.#say(symbol, 'expiries');
      const [classes, spot] = await Promise.all([reference.optionClasses(underlying, signal), watch.spot]);
      await this.#quote(underlying, this.#groups(classes), spot);
    } finally {
      watch.close();
    }
  }

  async #quote(underlying: Underlying, groups: readonly Group[], spot: Spot): Promise<void> {
    const quotes: Promise<AppError | undefined>[] = [];
    this.#say(underlying.symbol, 'strikes');
    for (const group of groups) {
      await this.#pump.below(QUEUE_AHEAD);
      this.#abort.signal.throwIfAborted();
      const chosen = await this.#choose(underlying, group, spot);
      this.#abort.signal.throwIfAborted();
      this.#announce(chosen);
      this.#progress.plan(underlying.symbol, chosen.length);
      this.#say(underlying.symbol, 'quotes');
      quotes.push(...this.#enqueue(underlying.symbol, chosen));
    }
    const problems = (await abortable(this.#abort.signal, Promise.all(quotes))).filter(
      (problem) => problem !== undefined,
    );
    const [problem] = problems;
    // One vanished strike is nothing; nothing but refusals is worth a word.
    if (problem && problems.length === quotes.length) throw new LegworkError(problem);
  }

  async #choose(underlying: Underlying, { root, expiry }: Group, spot: Spot): Promise<OptionContract[]> {
    const { clock, reference } = this.#deps;
    const { rights, absDelta, maxWidth, dte } = this.#request;
    const lists = await Promise.all(
      rights.map((right) => reference.contracts(underlying, root, expiry, right, this.#abort.signal)),
    );
    const nowMs = clock.now();
    const today = newYorkDate(nowMs);
    return lists.flatMap((listed) => {
      const usable = listed.filter(
        (option) => option.multiplier === STANDARD_MULTIPLIER && inside(calendarDays(today, option.expiry), dte),
      );
      const [first] = usable;
      if (!first) return [];
      const yearsToExpiry = yearsBetween(nowMs, settlementMs(first.expiry, settlementOf(root)));
      return selectStrikes(usable, { spot: spot.price, iv: spot.iv, yearsToExpiry, absDelta, maxWidth });
    });
  }

  /** Expiries inside the window, nearest first. AM-settled classes are listed under the day before they settle. */
  #groups(classes: readonly OptionClass[]): Group[] {
    const today = newYorkDate(this.#deps.clock.now());
    const { dte } = this.#request;
    return classes
      .filter(({ multiplier }) => multiplier === STANDARD_MULTIPLIER)
      .flatMap(({ root, expiries }) => {
        const slack = settlementOf(root) === 'am' ? 1 : 0;
        const wide = {
          ...(dte.min === undefined ? {} : { min: dte.min - slack }),
          ...(dte.max === undefined ? {} : { max: dte.max }),
        };
        return expiries
          .filter((expiry) => inside(calendarDays(today, expiry), wide))
          .map((expiry) => ({ root, expiry }));
      })
      .sort((a, b) => (a.expiry < b.expiry ? -1 : a.expiry > b.expiry ? 1 : a.root < b.root ? -1 : 1));
  }

  #announce(contracts: readonly OptionContract[]): void {
    const fresh = contracts.filter(({ conId }) => conId !== undefined && !this.#announced.has(conId));
    for (const { conId } of fresh) if (conId !== undefined) this.#announced.add(conId);
    if (fresh.length > 0) this.#sink.contracts(fresh);
  }

  #enqueue(symbol: string, contracts: readonly OptionContract[]): Promise<AppError | undefined>[] {
    const jobs: QuoteJob[] = [];
    const quotes = contracts.flatMap((option) => {
      const { conId } = option;
      if (conId === undefined) return [];
      return new Promise<AppError | undefined>((resolve) => {
        const done = (problem: AppError | undefined): void => {
          this.#progress.settled();
          this.#sayNowAndThen(symbol);
          resolve(problem);
        };
        jobs.push({ option: { ...option, conId }, done });
      });
    });
    this.#pump.add(jobs);
    return quotes;
  }

  /** Until there is a link, nobody has paused, or the load is stopped. */
  async #ready(): Promise<void> {
    while (!this.#stopped && (this.#paused || !this.#deps.link.isOpen()))
      await new Promise<void>((resolve) => this.#resumed.push(resolve));
  }

  #wake(): void {
    const waiting = this.#resumed;
    this.#resumed = [];
    for (const resume of waiting) resume();
  }

  #sleep(ms: number): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const timer = clock.setTimer(resolve, ms);
      this.#abort.signal.addEventListener(
        'abort',
        () => {
          clock.clearTimer(timer);
          resolve();
        },
        { once: true },
      );
    });
  }

  #say(symbol: string, stage: ChainProgress['stage'], problem?: string): void {
    this.#saidMs = this.#deps.clock.monotonic();
    try {
      this.#progress.say(symbol, stage, problem);
    } catch (error) {
      this.#bug(error);
    }
  }

  #sayNowAndThen(symbol: string): void {
    if (this.#deps.clock.monotonic() - this.#saidMs >= PROGRESS_EVERY_MS) this.#say(symbol, 'quotes');
  }

  #bug(error: unknown): void {
    if (!this.#stopped) this.#deps.log.error({ err: error }, 'A chain load threw; this is a bug in Legwork.');
  }
}

function inside(days: number, { min, max }: { min?: number; max?: number }): boolean {
  return days >= (min ?? 0) && days <= (max ?? Number.POSITIVE_INFINITY);
}
