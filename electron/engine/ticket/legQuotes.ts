import type { MarketDataKind, MarketDataPort, QuoteUpdate } from '../../../broker/gateway.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';

export interface LiveQuote {
  quote: QuoteUpdate;
  kind: MarketDataKind;
  /** When it was last known to be current, ms since 1970; later than the last tick while a quiet line streams. */
  atMs: number;
}

interface Watched {
  latest: LiveQuote | undefined;
  listeners: Set<() => void>;
  stop: () => void;
}

/** Streaming quotes of single contracts (legs of tickets and of positions), one line each however many look. */
export class LegQuotes {
  readonly #port: MarketDataPort;
  /** By conId. */
  readonly #watched = new Map<number, Watched>();

  constructor(port: MarketDataPort) {
    this.#port = port;
  }

  latest(conId: number): LiveQuote | undefined {
    const latest = this.#watched.get(conId)?.latest;
    if (latest === undefined) return undefined;
    return { ...latest, atMs: Math.max(latest.atMs, this.#port.currentAtMs(conId) ?? 0) };
  }

  /** Streams the contract until the result is called; `onChange` is called at every news of it. */
  watch(contract: OptionContract & { conId: number }, onChange: () => void): () => void {
    const watched = this.#watched.get(contract.conId) ?? this.#start(contract);
    // A function of its own, so that the same listener may watch twice.
    const listener = () => {
      onChange();
    };
    watched.listeners.add(listener);
    return () => {
      if (!watched.listeners.delete(listener) || watched.listeners.size > 0) return;
      this.#watched.delete(contract.conId);
      watched.stop();
    };
  }

  #start(contract: OptionContract & { conId: number }): Watched {
    const watched: Watched = { latest: undefined, listeners: new Set(), stop: () => undefined };
    this.#watched.set(contract.conId, watched);
    watched.stop = this.#port.watchOption(contract, (quote, kind, atMs) => {
      watched.latest = { quote: { ...watched.latest?.quote, ...quote }, kind, atMs };
      for (const listener of watched.listeners) listener();
    });
    return watched;
  }
}
