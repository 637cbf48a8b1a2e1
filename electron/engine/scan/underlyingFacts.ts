import type { DailyClose, ReferencePort } from '../../../broker/gateway.ts';
import { underlyingQuote } from '../../../scanner/chain/chain.ts';
import { newYorkDate } from '../../../scanner/domain/calendar.ts';
import type { Clock } from '../../../scanner/domain/clock.ts';
import type { IsoDate } from '../../../scanner/domain/option.ts';
import type { FactsBySymbol } from '../../../scanner/scan/scanRequest.ts';
import { ivPercentile, ivRank } from '../../../scanner/volatility/ivRank.ts';
import type { Storage } from '../../storage/storage.ts';
import type { EngineLog } from '../log.ts';
import type { ChainFeed } from './chainFeed.ts';

interface FactsDeps {
  reference: ReferencePort;
  history: Storage['history'];
  feed: ChainFeed;
  clock: Clock;
  log: EngineLog;
  connected: () => boolean;
  /** False for a simulated market: its histories must never be taken for real ones later. */
  mayStore: () => boolean;
  /** More is known of some symbol. */
  onChange: (symbol: string) => void;
}

export interface IvFacts {
  iv: number | undefined;
  ivRank: number | undefined;
  ivPercentile: number | undefined;
}

/** A symbol whose history was refused is asked for again after this time. */
const RETRY_MS = 10 * 60_000;

/**
 * IV rank and percentile of underlyings. Histories are asked for one after another, since TWS paces them hard, and
 * once a day each.
 */
export class UnderlyingFacts {
  readonly #deps: FactsDeps;
  /** By symbol, of `#day`. */
  readonly #ivCloses = new Map<string, readonly number[]>();
  /** By symbol: price closes of `#day`, or on their way. */
  readonly #priceCloses = new Map<string, Promise<readonly number[]>>();
  readonly #queue = new Set<string>();
  /** By symbol: monotonic time before which it is not asked for again. */
  readonly #refusedUntil = new Map<string, number>();
  readonly #abort = new AbortController();
  #day: IsoDate = '';
  #working = false;

  constructor(deps: FactsDeps) {
    this.#deps = deps;
  }

  /** Sees to it that these symbols' IV histories get known, in this order. */
  want(symbols: readonly string[]): void {
    this.#turnDay();
    for (const symbol of symbols) if (!this.#ivCloses.has(symbol) && !this.#restore(symbol)) this.#queue.add(symbol);
    this.resume();
  }

  /** Goes on asking; called when the connection is there. */
  resume(): void {
    if (!this.#working && this.#deps.connected()) void this.#work();
  }

  /** Another market: nothing that is known holds for it. */
  reset(): void {
    this.#day = '';
  }

  of(symbol: string): IvFacts {
    this.#turnDay();
    const closes = this.#ivCloses.get(symbol) ?? [];
    const live = underlyingQuote(this.#deps.feed.chain(), symbol).iv30;
    const iv = live > 0 ? live : closes.at(-1);
    if (iv === undefined) return { iv, ivRank: undefined, ivPercentile: undefined };
    return { iv, ivRank: ivRank([...closes], iv), ivPercentile: ivPercentile([...closes], iv) };
  }

  all(symbols: readonly string[]): FactsBySymbol {
    return Object.fromEntries(
      symbols.map((symbol) => {
        const { ivRank: rank, ivPercentile: percentile } = this.of(symbol);
        return [symbol, { ivRank: rank, ivPercentile: percentile }];
      }),
    );
  }

  /** A year of daily closes of the underlying, oldest first. @throws LegworkError from the broker. */
  priceCloses(symbol: string): Promise<readonly number[]> {
    this.#turnDay();
    const known = this.#priceCloses.get(symbol);
    if (known !== undefined) return known;
    const asked = this.#askPrices(symbol);
    this.#priceCloses.set(symbol, asked);
    asked.catch(() => this.#priceCloses.delete(symbol));
    return asked;
  }

  close(): void {
    this.#queue.clear();
    this.#abort.abort();
  }

  #restore(symbol: string): boolean {
    const stored = this.#deps.mayStore() ? this.#deps.history.read(symbol, 'iv', this.#day) : undefined;
    if (stored === undefined) return false;
    this.#ivCloses.set(symbol, values(stored));
    return true;
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (const symbol of this.#queue) {
      if (!this.#deps.connected()) break;
      this.#queue.delete(symbol);
      await this.#askIv(symbol);
    }
    this.#working = false;
  }

  async #askIv(symbol: string): Promise<void> {
    const { reference, history, clock, log, onChange, mayStore } = this.#deps;
    if ((this.#refusedUntil.get(symbol) ?? 0) > clock.monotonic()) return;
    const day = this.#day;
    try {
      const underlying = await reference.underlying(symbol, this.#abort.signal);
      const closes = await reference.ivHistory(underlying, this.#abort.signal);
      if (day !== this.#day) return;
      this.#ivCloses.set(symbol, values(closes));
      if (closes.length > 0 && mayStore()) history.write(symbol, 'iv', { day, closes });
      onChange(symbol);
    } catch (error) {
      this.#refusedUntil.set(symbol, clock.monotonic() + RETRY_MS);
      log.warn('IV history not available', { symbol, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #askPrices(symbol: string): Promise<readonly number[]> {
    const { reference, history, mayStore } = this.#deps;
    const day = this.#day;
    const stored = mayStore() ? history.read(symbol, 'price', day) : undefined;
    if (stored !== undefined) return values(stored);
    const underlying = await reference.underlying(symbol, this.#abort.signal);
    const closes = await reference.priceHistory(underlying, this.#abort.signal);
    if (closes.length > 0 && mayStore() && day === this.#day) history.write(symbol, 'price', { day, closes });
    return values(closes);
  }

  /** Yesterday's histories end a day early. */
  #turnDay(): void {
    const today = newYorkDate(this.#deps.clock.now());
    if (today === this.#day) return;
    this.#day = today;
    this.#ivCloses.clear();
    this.#priceCloses.clear();
    this.#refusedUntil.clear();
  }
}

function values(closes: readonly DailyClose[]): readonly number[] {
  return closes.map(({ close }) => close);
}
