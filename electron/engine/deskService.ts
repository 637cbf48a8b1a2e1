import { isDeepStrictEqual } from 'node:util';
import type { DeskStatus, LogLine, QuoteRow } from '../contract/desk.ts';
import type { Implementer } from './implementer.ts';
import type { DeskLog } from './desk/deskLog.ts';
import type { WatchlistQuotes } from './desk/watchlistQuotes.ts';
import type { Broadcast } from './streams/broadcast.ts';
import type { KeyedStream } from './streams/keyedStream.ts';
import type { StreamRegistry } from './streams/streamRegistry.ts';

interface DeskDeps {
  streams: StreamRegistry;
  log: DeskLog;
  status: () => DeskStatus;
  statusChanges: Broadcast;
  quotes: WatchlistQuotes;
  quoteChanges: Broadcast;
}

export function deskService(os: Implementer, deps: DeskDeps) {
  const { streams } = deps;
  return {
    watch: os.desk.watch.handler(({ input, context, signal }) =>
      streams.serve<undefined, DeskStatus>({ owner: context.owner, stream: input.stream, signal }, (stream) =>
        feedStatus(stream, deps),
      ),
    ),
    log: os.desk.log.handler(({ input, context, signal }) =>
      streams.serve<LogLine, undefined>({ owner: context.owner, stream: input.stream, signal }, (stream) =>
        feedLog(stream, deps.log),
      ),
    ),
    quotes: os.desk.quotes.handler(({ input, context, signal }) =>
      streams.serve<QuoteRow, undefined>({ owner: context.owner, stream: input.stream, signal }, (stream) =>
        feedQuotes(stream, input.symbols, deps),
      ),
    ),
  };
}

function feedStatus(stream: KeyedStream<undefined, DeskStatus>, { status, statusChanges }: DeskDeps): () => void {
  const publish = () => {
    stream.setHead(status());
  };
  publish();
  return statusChanges.listen(publish);
}

function feedLog(stream: KeyedStream<LogLine, undefined>, log: DeskLog): () => void {
  for (const line of log.lines) stream.upsert(line.id, line);
  return log.onLine((line, dropped) => {
    stream.upsert(line.id, line);
    if (dropped !== undefined) stream.remove(dropped);
  });
}

function feedQuotes(
  stream: KeyedStream<QuoteRow, undefined>,
  symbols: readonly string[],
  { quotes, quoteChanges }: DeskDeps,
): () => void {
  const shown = new Map<string, QuoteRow>();
  const publish = () => {
    for (const symbol of symbols) {
      const row = quotes.row(symbol);
      if (isDeepStrictEqual(shown.get(symbol), row)) continue;
      shown.set(symbol, row);
      stream.upsert(symbol, row);
    }
  };
  const stopWatch = quotes.watch(symbols);
  publish();
  const stop = quoteChanges.listen(publish);
  return () => {
    stop();
    stopWatch();
  };
}
