import type { ChainProgress } from '../../../broker/gateway.ts';
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
