import { isDeepStrictEqual } from 'node:util';
import type { PositionGroup } from '../contract/orders.ts';
import type { Implementer } from './implementer.ts';
import type { PositionBook } from './positions/positionBook.ts';
import type { Broadcast } from './streams/broadcast.ts';
import type { KeyedStream } from './streams/keyedStream.ts';
import type { StreamRegistry } from './streams/streamRegistry.ts';

interface PositionsDeps {
  book: PositionBook;
  /** Fires when positions, their quotes or their P&L have changed; paced. */
  changes: Broadcast;
  streams: StreamRegistry;
}

export function positionsService(os: Implementer, { book, changes, streams }: PositionsDeps) {
  const feed = (stream: KeyedStream<PositionGroup, undefined>) => {
    let shown = new Map<string, PositionGroup>();
    const publish = () => {
      const views = book.views();
      for (const view of views) {
        if (!isDeepStrictEqual(shown.get(view.id), view)) stream.upsert(view.id, view);
        shown.delete(view.id);
      }
      for (const gone of shown.keys()) stream.remove(gone);
      shown = new Map(views.map((view) => [view.id, view]));
    };
    const stopWatch = book.watch();
    const stop = changes.listen(publish);
    publish();
    return () => {
      stop();
      stopWatch();
    };
  };
  return {
    watch: os.positions.watch.handler(({ input, context, signal }) =>
      streams.serve({ owner: context.owner, stream: input.stream, signal }, feed),
    ),
  };
}
