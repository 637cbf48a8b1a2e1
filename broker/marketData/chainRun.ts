import type { Clock } from '../../scanner/domain/clock.ts';
import { toAppError } from '../../scanner/domain/errors.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';
import type {
  BrokerLog,
  ChainLoad,
  ChainProgress,
  ChainRequest,
  QuoteSink,
  ReferencePort,
  Unsubscribe,
} from '../gateway.ts';
import type { LineBudget } from '../pacing/lineBudget.ts';
import type { MessagePacer } from '../pacing/messagePacer.ts';
import type { QuoteLines } from '../tws/quoteLines.ts';
import { LoadProgress } from './loadProgress.ts';
import type { ProbePatience } from './optionProbe.ts';
import { QuotePump } from './quotePump.ts';
import { SymbolPass, type Layer } from './symbolPass.ts';

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

/** Symbols side by side: enough to keep the pacer busy while walks wait for answers. */
const SYMBOLS_AT_ONCE = 8;
/** Expiries side by side over all symbols: each walk has about four lines open and waits for answers in between. */
const GROUPS_AT_ONCE = 16;
/** Lines left for tickets, positions and the underlyings of the symbols at work. */
const LINES_LEFT = SYMBOLS_AT_ONCE + 8;
/** Rest after a round that brought nothing: no symbols, no subscription, a competing session. Not to be hammered on. */
const IDLE_ROUND_MS = 5_000;
const PROGRESS_EVERY_MS = 200;

/**
 * One running load. The first pass takes the middle expiry of every symbol, then all the others; rounds after it keep
 * the quotes fresh, oldest first.
 */
export class ChainRun implements ChainLoad {
  readonly firstPass: Promise<void>;
  readonly #deps: ChainRunDeps;
  readonly #request: ChainRequest;
  readonly #sink: QuoteSink;
  readonly #progress: LoadProgress;
  readonly #pump: QuotePump;
  readonly #abort = new AbortController();
  readonly #announced = new Set<number>();
  readonly #failed = new Set<string>();
  readonly #offUp: Unsubscribe;
  /** Quotes since the start. */
  #settled = 0;
  #paused = false;
  #waiting: (() => void)[] = [];
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(
    deps: ChainRunDeps,
    request: ChainRequest,
    ...[sink, onProgress]: [sink: QuoteSink, onProgress: (progress: ChainProgress) => void]
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
    this.firstPass = this.#firstPass().catch((error: unknown) => {
      this.#bug(error);
    });
    void this.firstPass
      .then(() => this.#refresh())
      .catch((error: unknown) => {
        this.#bug(error);
      });
  }

  pause(): void {
    this.#paused = true;
    this.#pump.pause();
  }

  resume(): void {
    if (this.#stopped()) return;
    this.#paused = false;
    this.#pump.resume();
    this.#wake();
  }

  stop(): void {
    if (this.#stopped()) return;
    this.#abort.abort(new DOMException('the load was stopped', 'AbortError'));
    this.#pump.stop();
    this.#offUp();
    this.#wake();
  }

  #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  async #firstPass(): Promise<void> {
    await this.#round('middle');
    await this.#round('rest');
  }

  /** The market moves: the same again and again, in the same order, so that the oldest quotes are renewed first. */
  async #refresh(): Promise<void> {
    while (!this.#stopped()) {
      const settledBefore = this.#settled;
      await this.#round('all');
      if (this.#settled === settledBefore) await this.#sleep(IDLE_ROUND_MS);
    }
  }

  /** Every symbol once, a few at a time. */
  async #round(layer: Layer): Promise<void> {
    const waiting = this.#request.symbols.filter((symbol) => !this.#failed.has(symbol));
    const worker = async (): Promise<void> => {
      for (let symbol = waiting.shift(); symbol !== undefined && !this.#stopped(); symbol = waiting.shift())
        await this.#pass(symbol, layer);
    };
    await Promise.all(Array.from({ length: Math.min(SYMBOLS_AT_ONCE, waiting.length) }, worker));
  }

  /** A failure is said and stops no other symbol; a lost connection is waited for. */
  async #pass(symbol: string, layer: Layer): Promise<void> {
    while (!this.#stopped()) {
      await this.#untilReady();
      const error = await this.#attempt(symbol, layer);
      // Whatever failed while the link was gone failed for that.
      if (this.#stopped() || error?.kind === 'connection' || !this.#deps.link.isOpen()) continue;
      if (error?.kind === 'bug') this.#bug(error);
      if (error?.kind === 'data' && error.code === 'no-contract') this.#failed.add(symbol);
      if (error || layer !== 'middle') this.#progress.finished(symbol);
      if (error) this.#say(symbol, 'failed', error.message);
      else if (layer !== 'middle') this.#say(symbol, 'done');
      return;
    }
  }

  async #attempt(symbol: string, layer: Layer): Promise<ReturnType<typeof toAppError> | undefined> {
    const pass = new SymbolPass(
      {
        ...this.#deps,
        pump: this.#pump,
        sink: this.#sink,
        signal: this.#abort.signal,
        say: (stage) => {
          this.#say(symbol, stage);
        },
        progress: this.#progress,
        groupsAtOnce: Math.ceil(GROUPS_AT_ONCE / Math.min(SYMBOLS_AT_ONCE, this.#request.symbols.length)),
        settled: (quoted) => {
          if (quoted) this.#settled++;
          this.#progress.settled();
          this.#sayNowAndThen(symbol);
        },
        announce: (contracts) => {
          this.#announce(contracts);
        },
      },
      this.#request,
    );
    try {
      await pass.run(symbol, layer);
      return undefined;
    } catch (error) {
      return toAppError(error);
    }
  }

  #announce(contracts: readonly OptionContract[]): void {
    const fresh = contracts.filter(({ conId }) => conId !== undefined && !this.#announced.has(conId));
    for (const { conId } of fresh) if (conId !== undefined) this.#announced.add(conId);
    if (fresh.length > 0) this.#sink.contracts(fresh);
  }

  /** Until there is a link and nobody has paused, or the load is stopped. */
  async #untilReady(): Promise<void> {
    while (!this.#stopped() && (this.#paused || !this.#deps.link.isOpen()))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  #sleep(ms: number): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const timer = clock.setTimer(resolve, ms);
      const stopped = (): void => {
        clock.clearTimer(timer);
        resolve();
      };
      this.#abort.signal.addEventListener('abort', stopped, { once: true });
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
    this.#deps.log.error({ err: error }, 'A chain load threw; this is a bug in Legwork.');
  }
}
