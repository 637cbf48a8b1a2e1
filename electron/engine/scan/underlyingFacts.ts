import { Temporal } from 'temporal-polyfill';
import type { DailyClose, ReferencePort } from '../../../broker/gateway.ts';
import { underlyingQuote } from '../../../scanner/chain/chain.ts';
import { newYorkDate } from '../../../scanner/domain/calendar.ts';
import { projectedDividends, type Dividend, type DividendForecast } from '../../../scanner/domain/dividend.ts';
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
const MINUTE_MS = 60_000;
/** A person who looks at a spread waits no longer for its price history. */
const PRICES_WAIT_MS = 2_500;
/** The longest listed options live about three years. */
const DIVIDEND_YEARS = 3;

/**
 * IV rank and percentile of underlyings. Histories are asked for one after another, since TWS paces them hard (60 in
 * ten minutes), and once a day each. A scan needs IV histories only; prices are asked for when a spread is looked at.
 */
export class UnderlyingFacts {
  readonly #deps: FactsDeps;
  /** By symbol, of `#day`. */
  readonly #ivCloses = new Map<string, readonly number[]>();
  /** By symbol: price closes of `#day`, or on their way. */
  readonly #priceCloses = new Map<string, Promise<readonly number[]>>();
  /** By symbol, of `#day`. */
  readonly #dividends = new Map<string, { forecast: DividendForecast; dividends: readonly Dividend[] }>();
  readonly #queue = new Set<string>();
  #asking: string | undefined;
  /** By symbol: monotonic time before which it is not asked for again. */
  readonly #refusedUntil = new Map<string, number>();
  readonly #abort = new AbortController();
  #day: IsoDate = '';
  /** In which `#day` was looked up, since 1970: days turn on whole minutes. */
  #minute = NaN;
  #working = false;

  constructor(deps: FactsDeps) {
    this.#deps = deps;
  }

  /** Sees to it that these symbols' IV histories get known, in this order. */
  want(symbols: readonly string[]): void {
    this.#turnDay();
    for (const symbol of symbols) {
      const known = this.#ivCloses.has(symbol) || this.#asking === symbol || this.#restore(symbol);
      if (!known) this.#queue.add(symbol);
    }
    this.resume();
  }

  /** How many of these symbols' IV histories are still to come. */
  loading(symbols: readonly string[]): number {
    return symbols.filter((symbol) => this.#queue.has(symbol) || this.#asking === symbol).length;
  }

  /** Goes on asking; called when the connection is there. */
  resume(): void {
    if (!this.#working && this.#deps.connected()) void this.#work();
  }

  /** Another market: nothing that is known holds for it. */
  reset(): void {
    this.#day = '';
    this.#minute = NaN;
  }

  of(symbol: string): IvFacts {
    this.#turnDay();
    const closes = this.#ivCloses.get(symbol) ?? [];
    const live = underlyingQuote(this.#deps.feed.chain(), symbol).iv30;
    const iv = live > 0 ? live : closes.at(-1);
    if (iv === undefined) return { iv, ivRank: undefined, ivPercentile: undefined };
    return { iv, ivRank: ivRank(closes, iv), ivPercentile: ivPercentile(closes, iv) };
  }

  all(symbols: readonly string[]): FactsBySymbol {
    return Object.fromEntries(
      symbols.map((symbol) => {
        const { ivRank: rank, ivPercentile: percentile } = this.of(symbol);
        const exDividends = this.dividends(symbol).map(({ exDate }) => exDate);
        return [symbol, { ivRank: rank, ivPercentile: percentile, exDividends }];
      }),
    );
  }

  /** Cash dividends expected from today on; the same list until the broker says otherwise or the day turns. */
  dividends(symbol: string): readonly Dividend[] {
    this.#turnDay();
    const forecast = this.#deps.feed.dividendsOf(symbol);
    if (!forecast) return [];
    const known = this.#dividends.get(symbol);
    if (known?.forecast === forecast) return known.dividends;
    const horizon = Temporal.PlainDate.from(this.#day).add({ years: DIVIDEND_YEARS }).toString();
    const dividends = projectedDividends(forecast, this.#day, horizon);
    this.#dividends.set(symbol, { forecast, dividends });
    return dividends;
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

  /** The same, or undefined when they do not come soon: pacing may hold a history back for minutes. */
  priceClosesSoon(symbol: string): Promise<readonly number[] | undefined> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const timer = clock.setTimer(() => {
        resolve(undefined);
      }, PRICES_WAIT_MS);
      const finish = (closes: readonly number[]) => {
        clock.clearTimer(timer);
        resolve(closes);
      };
      this.priceCloses(symbol).then(finish, () => {
        finish([]);
      });
    });
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
    const { connected, onChange } = this.#deps;
    this.#working = true;
    for (const symbol of this.#queue) {
      if (!connected()) break;
      this.#queue.delete(symbol);
      this.#asking = symbol;
      await this.#askIv(symbol);
      this.#asking = undefined;
      onChange(symbol);
    }
    this.#working = false;
  }

  async #askIv(symbol: string): Promise<void> {
    const { reference, history, clock, log, connected, mayStore } = this.#deps;
    if ((this.#refusedUntil.get(symbol) ?? 0) > clock.monotonic()) return;
    const day = this.#day;
    try {
      const underlying = await reference.underlying(symbol, this.#abort.signal);
      const closes = await reference.ivHistory(underlying, this.#abort.signal);
      if (day !== this.#day) {
        this.#queue.add(symbol);
        return;
      }
      this.#ivCloses.set(symbol, values(closes));
      if (closes.length > 0 && mayStore()) history.write(symbol, 'iv', { day, closes });
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      if (!connected()) {
        // The link went, which says nothing of the symbol.
        this.#queue.add(symbol);
        return;
      }
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

  /** Yesterday's histories end a day early; today's are wanted for the same symbols. */
  #turnDay(): void {
    const now = this.#deps.clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    const today = newYorkDate(now);
    if (today === this.#day) return;
    this.#day = today;
    for (const symbol of this.#ivCloses.keys()) this.#queue.add(symbol);
    this.#ivCloses.clear();
    this.#priceCloses.clear();
    this.#dividends.clear();
    this.#refusedUntil.clear();
    this.resume();
  }
}

function values(closes: readonly DailyClose[]): readonly number[] {
  return closes.map(({ close }) => close);
}
