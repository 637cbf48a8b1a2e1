import type { ChainLoad, ChainProgress, ChainRequest, MarketDataPort, QuoteSink } from '../../../broker/gateway.ts';
import { covers } from './chainRequest.ts';

/** One scan's share in a load. */
export interface LoadShare {
  readonly request: ChainRequest;
  pause(paused: boolean): void;
  /** The load stops when its last share is released. */
  release(): void;
}

interface SharedLoad {
  request: ChainRequest;
  load: ChainLoad;
  shares: Set<Share>;
  /** By symbol: the latest word on it; the latest of all is last. */
  progress: Map<string, ChainProgress>;
}

interface Share {
  paused: boolean;
  onProgress: (reports: readonly ChainProgress[], latest: ChainProgress) => void;
}

/** Chain loads, shared by scans that need the same quotes, so that two windows cost no more messages than one. */
export class ChainLoads {
  readonly #port: MarketDataPort;
  readonly #sink: QuoteSink;
  readonly #loads = new Set<SharedLoad>();

  constructor(port: MarketDataPort, sink: QuoteSink) {
    this.#port = port;
    this.#sink = sink;
  }

  /** Joins a running load that covers `request`, or starts one. `onProgress` is called now and on change. */
  open(request: ChainRequest, onProgress: Share['onProgress']): LoadShare {
    const shared = [...this.#loads].find((load) => covers(load.request, request)) ?? this.#start(request);
    const share: Share = { paused: false, onProgress };
    shared.shares.add(share);
    this.#applyPause(shared);
    const latest = [...shared.progress.values()].at(-1);
    if (latest !== undefined) onProgress([...shared.progress.values()], latest);
    return {
      request: shared.request,
      pause: (paused) => {
        share.paused = paused;
        this.#applyPause(shared);
      },
      release: () => {
        if (!shared.shares.delete(share)) return;
        if (shared.shares.size > 0) this.#applyPause(shared);
        else this.#stop(shared);
      },
    };
  }

  #start(request: ChainRequest): SharedLoad {
    const progress = new Map<string, ChainProgress>();
    const shares = new Set<Share>();
    const load = this.#port.loadChains(request, this.#sink, (news) => {
      progress.delete(news.symbol);
      progress.set(news.symbol, news);
      for (const share of shares) share.onProgress([...progress.values()], news);
    });
    // A failed first pass shows in the progress of its symbols.
    load.firstPass.catch(() => undefined);
    const shared = { request, load, shares, progress };
    this.#loads.add(shared);
    return shared;
  }

  #stop(shared: SharedLoad): void {
    this.#loads.delete(shared);
    shared.load.stop();
  }

  /** Paused while everybody wants it paused. */
  #applyPause({ load, shares }: SharedLoad): void {
    if ([...shares].every(({ paused }) => paused)) load.pause();
    else load.resume();
  }
}
