import type { MarketDataKind, QuoteUpdate, ReferencePort, MarketDataPort } from '../../../broker/gateway.ts';
import type { QuoteRow } from '../../contract/desk.ts';
import type { ChainFeed } from '../scan/chainFeed.ts';
import type { UnderlyingFacts } from '../scan/underlyingFacts.ts';

interface Watched {
  quote: QuoteUpdate;
  kind: MarketDataKind;
  atMs: number | undefined;
  watchers: number;
  abort: AbortController;
  stop: () => void;
}

export interface WatchlistDeps {
  reference: ReferencePort;
  marketData: MarketDataPort;
  feed: ChainFeed;
  facts: UnderlyingFacts;
  connected: () => boolean;
  onChange: () => void;
}

/** Live quotes of underlyings, one line per symbol however many windows look. */
export class WatchlistQuotes {
  readonly #deps: WatchlistDeps;
  /** By symbol. */
  readonly #watched = new Map<string, Watched>();

  constructor(deps: WatchlistDeps) {
    this.#deps = deps;
  }

  /** Streams the symbols until the result is called. */
  watch(symbols: readonly string[]): () => void {
    const unique = [...new Set(symbols)];
    for (const symbol of unique) {
      const watched = this.#watched.get(symbol) ?? this.#start(symbol);
      watched.watchers += 1;
    }
    this.#deps.facts.want(unique);
    return () => {
      for (const symbol of unique) this.#release(symbol);
    };
  }

  row(symbol: string): QuoteRow {
    const watched = this.#watched.get(symbol);
    const { quote = {}, kind = 'live', atMs } = watched ?? {};
    const { iv, ivRank, ivPercentile } = this.#deps.facts.of(symbol);
    const last = quote.last ?? middle(quote) ?? quote.close;
    const { close } = quote;
    const changePercent = last !== undefined && close !== undefined && close > 0 ? 100 * (last / close - 1) : undefined;
    return { symbol, last, changePercent, iv, ivRank, ivPercentile, kind, atMs };
  }

  /** Opens again what could not be opened while offline, or was of another market. */
  reopen(): void {
    for (const [symbol, watched] of this.#watched) {
      watched.abort.abort();
      watched.stop();
      this.#open(symbol, watched);
    }
  }

  close(): void {
    for (const watched of this.#watched.values()) {
      watched.abort.abort();
      watched.stop();
    }
    this.#watched.clear();
  }

  #start(symbol: string): Watched {
    const watched: Watched = {
      quote: {},
      kind: 'live',
      atMs: undefined,
      watchers: 0,
      abort: new AbortController(),
      stop: () => undefined,
    };
    this.#watched.set(symbol, watched);
    this.#open(symbol, watched);
    return watched;
  }

  #open(symbol: string, watched: Watched): void {
    const { reference, marketData, connected, onChange, feed } = this.#deps;
    watched.abort = new AbortController();
    watched.stop = () => undefined;
    watched.quote = {};
    if (!connected()) return;
    const { signal } = watched.abort;
    const listen = (underlying: Awaited<ReturnType<ReferencePort['underlying']>>) => {
      if (signal.aborted) return;
      watched.stop = marketData.watchUnderlying(underlying, (quote, kind, atMs) => {
        watched.quote = { ...watched.quote, ...quote };
        watched.kind = kind;
        watched.atMs = atMs;
        // The scans' spot stays fresh from the same line.
        feed.underlying(symbol, quote, kind, atMs);
        onChange();
      });
    };
    // An unknown symbol stays an empty row; the window shows it so.
    reference.underlying(symbol, signal).then(listen, () => undefined);
  }

  #release(symbol: string): void {
    const watched = this.#watched.get(symbol);
    if (watched === undefined) return;
    watched.watchers -= 1;
    if (watched.watchers > 0) return;
    watched.abort.abort();
    watched.stop();
    this.#watched.delete(symbol);
  }
}

function middle({ bid, ask }: QuoteUpdate): number | undefined {
  return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
}
