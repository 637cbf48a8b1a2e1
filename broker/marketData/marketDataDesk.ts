import type { OptionContract } from '../../scanner/domain/option.ts';
import type {
  ChainLoad,
  ChainProgress,
  ChainRequest,
  MarketDataKind,
  MarketDataPort,
  QuoteSink,
  QuoteUpdate,
  Underlying,
  Unsubscribe,
} from '../gateway.ts';
import { ChainRun, type ChainRunDeps } from './chainRun.ts';

type OnQuote = (quote: QuoteUpdate, kind: MarketDataKind, atMs: number) => void;

/** Quotes: loads that slide over chains, and single lines for what a person looks at. */
export class MarketDataDesk implements MarketDataPort {
  readonly #deps: ChainRunDeps;
  readonly #runs = new Set<ChainRun>();

  constructor(deps: ChainRunDeps) {
    this.#deps = deps;
  }

  loadChains(request: ChainRequest, sink: QuoteSink, onProgress: (progress: ChainProgress) => void): ChainLoad {
    const run = new ChainRun(this.#deps, request, sink, onProgress);
    this.#runs.add(run);
    return {
      firstPass: run.firstPass,
      pause: () => run.pause(),
      resume: () => run.resume(),
      stop: () => {
        run.stop();
        this.#runs.delete(run);
      },
    };
  }

  watchOption(contract: OptionContract, onQuote: OnQuote): Unsubscribe {
    const line = this.#deps.lines.openOption(contract, 'ticket', { quote: onQuote });
    return () => line.close();
  }

  watchUnderlying(underlying: Underlying, onQuote: OnQuote): Unsubscribe {
    const line = this.#deps.lines.openUnderlying(underlying, 'ticket', { quote: onQuote });
    return () => line.close();
  }

  currentAtMs(conId: number): number | undefined {
    return this.#deps.lines.currentAtMs(conId);
  }

  close(): void {
    for (const run of this.#runs) run.stop();
    this.#runs.clear();
  }
}
