import { calendarDays, newYorkDate, settlementMs, yearsBetween } from '../../scanner/domain/calendar.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError, type AppError } from '../../scanner/domain/errors.ts';
import { settlementOf, type OptionContract, type Right } from '../../scanner/domain/option.ts';
import type { ChainProgress, ChainRequest, QuoteSink, ReferencePort, Underlying } from '../gateway.ts';
import { abortable } from '../pacing/abortable.ts';
import type { QuoteLines } from '../tws/quoteLines.ts';
import { expiryGroups, insideDte, type ExpiryGroup } from './expiryChoice.ts';
import type { LoadProgress } from './loadProgress.ts';
import type { QuoteJob, QuotePump } from './quotePump.ts';
import { SpotWatch, type Spot } from './spotWatch.ts';
import type { StrikeWindow } from './strikeSelection.ts';
import { StrikeWalk } from './strikeWalk.ts';

export interface SymbolPassDeps {
  clock: Clock;
  reference: ReferencePort;
  lines: QuoteLines;
  pump: QuotePump;
  sink: QuoteSink;
  signal: AbortSignal;
  say: (stage: ChainProgress['stage']) => void;
  progress: LoadProgress;
  /** Expiries that are walked side by side. */
  groupsAtOnce: number;
  settled: (quoted: boolean) => void;
  /** Tells the sink of contracts it has not heard of. */
  announce: (contracts: readonly OptionContract[]) => void;
}

/** `middle`: the expiry nearest to the middle of the window. `rest`: the others. */
export type Layer = 'middle' | 'rest' | 'all';

const STANDARD_MULTIPLIER = 100;

/** One symbol, from its name to the last quote that the request can use. */
export class SymbolPass {
  readonly #deps: SymbolPassDeps;
  readonly #request: ChainRequest;

  constructor(deps: SymbolPassDeps, request: ChainRequest) {
    this.#deps = deps;
    this.#request = request;
  }

  /** @throws LegworkError when the symbol cannot be loaded; the signal's reason when stopped. */
  async run(symbol: string, layer: Layer): Promise<void> {
    const { reference, signal, say } = this.#deps;
    say('contract');
    const underlying = await reference.underlying(symbol, signal);
    signal.throwIfAborted();
    say('expiries');
    const classes = await reference.optionClasses(underlying, signal);
    signal.throwIfAborted();
    const listed = expiryGroups(classes, this.#today(), this.#request.dte);
    this.#deps.progress.listed(symbol, listed.length);
    const groups = layerOf(listed, layer);
    if (groups.length === 0) return;
    const watch = new SpotWatch(this.#deps, underlying);
    try {
      await this.#quote(underlying, groups, await abortable(signal, watch.spot));
    } finally {
      watch.close();
    }
  }

  /** Some expiries side by side, each one listed only when its turn comes. */
  async #quote(underlying: Underlying, groups: readonly ExpiryGroup[], spot: Spot): Promise<void> {
    const { signal, say, groupsAtOnce, progress } = this.#deps;
    const { rights } = this.#request;
    const outcomes: (AppError | undefined)[] = [];
    const waiting = [...groups];
    const worker = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
        const walked = rights.map((right) => this.#walkGroup(underlying, { ...group, right }, spot));
        outcomes.push(...(await abortable(signal, Promise.all(walked))).flat());
        progress.walked(underlying.symbol);
      }
    };
    say('strikes');
    await Promise.all(Array.from({ length: Math.min(groupsAtOnce, groups.length) }, worker));
    const problem = outcomes.find((outcome) => outcome !== undefined);
    // One vanished strike is nothing; nothing but refusals is worth a word.
    if (problem && !outcomes.includes(undefined)) throw new LegworkError(problem);
  }

  async #walkGroup(
    underlying: Underlying,
    group: ExpiryGroup & { right: Right },
    spot: Spot,
  ): Promise<(AppError | undefined)[]> {
    const { clock, reference, signal, say } = this.#deps;
    const { root, expiry, right } = group;
    const listed = await reference.contracts(underlying, root, expiry, right, signal);
    signal.throwIfAborted();
    const nowMs = clock.now();
    const usable = listed.filter(
      (option) =>
        option.multiplier === STANDARD_MULTIPLIER &&
        option.conId !== undefined &&
        insideDte(calendarDays(this.#today(), option.expiry), this.#request.dte),
    );
    const [first] = usable;
    if (!first) return [];
    say('quotes');
    return this.#walk(usable, {
      spot: spot.price,
      iv: spot.iv,
      yearsToExpiry: yearsBetween(nowMs, settlementMs(first.expiry, settlementOf(root))),
      absDelta: this.#request.absDelta,
      reach: this.#reach(right),
    });
  }

  #reach(right: Right): StrikeWindow['reach'] {
    const { maxWidth = 0, partnerSide } = this.#request;
    const side = partnerSide?.[right] ?? 'both';
    return { lower: side === 'higher' ? 0 : maxWidth, higher: side === 'lower' ? 0 : maxWidth };
  }

  /** Quotes strikes until the walk has what it looks for. @returns what became of each. */
  #walk(contracts: readonly OptionContract[], window: StrikeWindow): Promise<(AppError | undefined)[]> {
    const { pump, announce, progress, settled } = this.#deps;
    const walk = new StrikeWalk(contracts, window);
    const outcomes: (AppError | undefined)[] = [];
    return new Promise((resolve) => {
      const jobFor = (option: OptionContract): QuoteJob => ({
        option: { ...option, conId: option.conId ?? 0 },
        done: (problem, { delta, iv }) => {
          outcomes.push(problem);
          settled(problem === undefined);
          walk.settle(option, { absDelta: delta === undefined ? undefined : Math.abs(delta), iv });
          goOn();
        },
      });
      const goOn = (): void => {
        const next = walk.next();
        announce(next);
        progress.plan(next.length);
        pump.add(next.map(jobFor));
        if (walk.done) resolve(outcomes);
      };
      goOn();
    });
  }

  #today(): string {
    return newYorkDate(this.#deps.clock.now());
  }
}

function layerOf(groups: readonly ExpiryGroup[], layer: Layer): readonly ExpiryGroup[] {
  const middle = groups[0]?.expiry;
  if (layer === 'all') return groups;
  return groups.filter(({ expiry }) => (expiry === middle) === (layer === 'middle'));
}
