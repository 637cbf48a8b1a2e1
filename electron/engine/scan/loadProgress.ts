import type { ChainProgress } from '../../../broker/gateway.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import type { LoadProgress } from '../../contract/scan.ts';

const STAGE_WORDS: Readonly<Record<ChainProgress['stage'], string>> = {
  contract: 'finding the underlying',
  expiries: 'reading the expiries',
  strikes: 'reading the strikes',
  quotes: 'quoting',
  done: 'done',
  failed: 'not available',
};

export const NO_LOAD: LoadProgress = {
  running: false,
  paused: false,
  text: '',
  quoted: 0,
  toQuote: 0,
  symbolsDone: 0,
  symbolsTotal: 0,
  messagesSent: 0,
  problems: [],
};

/** A load that nothing has been heard of yet: it is loading, so that no match so far says nothing. */
export function startedLoad(symbols: number, paused: boolean): LoadProgress {
  const text = symbols === 1 ? 'Asking for 1 symbol' : `Asking for ${symbols} symbols`;
  return symbols === 0 ? { ...NO_LOAD, paused } : { ...NO_LOAD, running: true, paused, text, symbolsTotal: symbols };
}

/** True when a spread cannot be judged before the IV history of its underlying is known. */
export function filtersByIv({ autoMode, ivRank, ivPercentile }: Profile): boolean {
  const bounds = [ivRank.min, ivRank.max, ivPercentile.min, ivPercentile.max];
  return autoMode !== undefined || bounds.some((bound) => bound !== undefined);
}

interface IvHistories {
  /** Symbols whose IV history is still to come, among `of`. */
  loading: number;
  of: number;
  /** The profile filters by what they give: nothing is complete without them. */
  isFilter: boolean;
}

/** TWS gives histories slowly, 60 in ten minutes: quotes do not wait for them, and the window says what is missing. */
export function withIvHistory(progress: LoadProgress, { loading, of, isFilter }: IvHistories): LoadProgress {
  if (loading === 0 || progress.paused) return progress;
  const whose = of === 1 ? '' : ` of ${loading} of ${of} symbols`;
  const text = `${progress.text === '' ? '' : `${progress.text}; `}IV rank${whose} still loading`;
  return { ...progress, running: progress.running || isFilter, text };
}

/** A running load in words and numbers. @param latest The newest of the reports, whose totals stand. */
export function loadProgress(reports: readonly ChainProgress[], latest: ChainProgress, paused: boolean): LoadProgress {
  const problems = reports
    .filter(({ stage }) => stage === 'failed')
    .map(({ symbol, problem }) => ({ symbol, message: problem ?? 'not available' }));
  const running = latest.symbolsDone < latest.symbolsTotal;
  return {
    running,
    paused,
    text: paused ? 'Paused' : running ? runningText(latest) : settledText(latest),
    quoted: latest.quoted,
    toQuote: latest.toQuote,
    symbolsDone: latest.symbolsDone,
    symbolsTotal: latest.symbolsTotal,
    messagesSent: latest.messagesSent,
    remainingMs: running ? latest.remainingMs : undefined,
    problems,
  };
}

function runningText({ symbol, stage, symbolsDone, symbolsTotal }: ChainProgress): string {
  const count = symbolsTotal > 1 ? `, ${symbolsDone} of ${symbolsTotal} symbols done` : '';
  return `${symbol}: ${STAGE_WORDS[stage]}${count}`;
}

function settledText({ symbolsTotal, toQuote }: ChainProgress): string {
  const symbols = symbolsTotal === 1 ? '1 symbol' : `${symbolsTotal} symbols`;
  return `${toQuote} quotes of ${symbols}, refreshed in turn`;
}
