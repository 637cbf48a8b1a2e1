import type { MarketDataKind, QuoteSink, QuoteUpdate } from '../../../broker/gateway.ts';
import type { Chain } from '../../../scanner/chain/chain.ts';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { ValuationSpots } from '../../../scanner/chain/valuationSpots.ts';
import type { DividendForecast } from '../../../scanner/domain/dividend.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';

type ContractName = Pick<OptionContract, 'symbol' | 'root' | 'expiry' | 'right' | 'strike'>;

function nameOf({ symbol, root, expiry, right, strike }: ContractName): string {
  return `${symbol}|${root}|${expiry}|${right}|${strike}`;
}

/** A symbol whose quotes have changed. */
type Listener = (symbol: string) => void;

/**
 * The one chain of the engine, written by the broker's quotes and read by every scan, in place. Also remembers what
 * each contract is, for tickets.
 */
export class ChainFeed implements QuoteSink {
  #writer = new ChainWriter();
  /** By conId. */
  readonly #contracts = new Map<number, OptionContract>();
  /** By `symbol|root|expiry|right|strike`. */
  readonly #byName = new Map<string, OptionContract>();
  /** By symbol. */
  readonly #kinds = new Map<string, MarketDataKind>();
  /** By symbol, as the broker expects them. */
  readonly #dividends = new Map<string, DividendForecast>();
  readonly #listeners = new Set<Listener>();
  /** As of the last change of its contracts; opening it again costs more than most uses. */
  #opened: Chain | undefined;
  #spots = new ValuationSpots();

  underlying(symbol: string, quote: QuoteUpdate, kind: MarketDataKind, atMs: number): void {
    // A new symbol takes a slot of its own, which handles given out earlier do not know.
    if (!this.#kinds.has(symbol)) this.#opened = undefined;
    this.#kinds.set(symbol, kind);
    if (quote.dividends) this.#dividends.set(symbol, quote.dividends);
    this.#writer.underlying(symbol, quote, atMs);
    this.#notify(symbol);
  }

  contracts(contracts: readonly OptionContract[]): void {
    for (const contract of contracts) {
      if (contract.conId === undefined) continue;
      this.#contracts.set(contract.conId, contract);
      this.#byName.set(nameOf(contract), contract);
    }
    this.#writer.contracts(contracts);
    this.#opened = undefined;
  }

  option(conId: number, quote: QuoteUpdate, kind: MarketDataKind, atMs: number): void {
    const contract = this.#contracts.get(conId);
    if (contract === undefined) return;
    this.#writer.option(conId, quote, atMs);
    this.#kinds.set(contract.symbol, kind);
    this.#notify(contract.symbol);
  }

  /** Nothing waits for a single contract: scans take what there is. */
  settled(): void {
    // Progress is reported by the load itself.
  }

  /** Forgets everything: the quotes that come from now on are of another market. */
  reset(): void {
    this.#writer = new ChainWriter();
    this.#contracts.clear();
    this.#byName.clear();
    this.#kinds.clear();
    this.#dividends.clear();
    this.#opened = undefined;
    this.#spots = new ValuationSpots();
  }

  /** For reading here or, since it is a handle as well, in a worker; the same object while no contract was added. */
  chain(): Chain {
    this.#opened ??= this.#writer.chain();
    return this.#opened;
  }

  /** The spots at which every scan of this chain values these symbols' options now. */
  spots(symbols: readonly string[], nowMs: number): Readonly<Record<string, number>> {
    return this.#spots.of(this.chain(), symbols, nowMs);
  }

  contractOf(conId: number): OptionContract | undefined {
    return this.#contracts.get(conId);
  }

  /** The listed contract of this description, if any scan has loaded it. */
  find(option: ContractName): OptionContract | undefined {
    return this.#byName.get(nameOf(option));
  }

  /** What the broker expects a share to pay; undefined while it has not said, or when it pays nothing. */
  dividendsOf(symbol: string): DividendForecast | undefined {
    return this.#dividends.get(symbol);
  }

  kindOf(symbol: string): MarketDataKind | undefined {
    return this.#kinds.get(symbol);
  }

  /** @returns what stops it. */
  onQuote(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #notify(symbol: string): void {
    for (const listener of this.#listeners) listener(symbol);
  }
}
