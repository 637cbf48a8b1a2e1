import type { LegworkClient } from '../../electron/contract/client.ts';
import type { StreamMessage } from '../../electron/contract/stream.ts';

/** A keyed stream as a window holds it: folded, acknowledged, and waited for. */
export interface Followed<Row, Head> {
  rows: ReadonlyMap<string, Row>;
  head: () => Head | undefined;
  messages: () => number;
  generation: () => number;
  /** Resolves with what `found` gives as soon as it gives something. */
  until<Found>(found: (followed: Followed<Row, Head>) => Found | undefined): Promise<Found>;
  /** Set when the stream ended by itself. */
  error: () => unknown;
  close(): void;
}

interface FollowOptions<Row, Head> {
  api: LegworkClient;
  stream: string;
  keyOf: (row: Row) => string;
  open: (stream: string, signal: AbortSignal) => Promise<AsyncIterable<StreamMessage<Row, Head>>>;
}

/** Opens a stream and folds its messages until it is closed. */
export async function followStream<Row, Head>(options: FollowOptions<Row, Head>): Promise<Followed<Row, Head>> {
  const { api, stream, keyOf, open } = options;
  const abort = new AbortController();
  const rows = new Map<string, Row>();
  const looks = new Set<() => void>();
  let head: Head | undefined;
  let messages = 0;
  let generation = 0;
  let error: unknown;
  const iterable = await open(stream, abort.signal);
  const followed: Followed<Row, Head> = {
    rows,
    head: () => head,
    messages: () => messages,
    generation: () => generation,
    error: () => error,
    close: () => {
      abort.abort();
    },
    until: (found) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const result = found(followed);
          if (result === undefined && error === undefined) return;
          looks.delete(look);
          if (result === undefined) reject(error instanceof Error ? error : new Error(String(error)));
          else resolve(result);
        };
        looks.add(look);
        look();
      }),
  };
  const follow = async () => {
    for await (const message of iterable) {
      if (message.reset) rows.clear();
      for (const row of message.upserts) rows.set(keyOf(row), row);
      for (const key of message.removes) rows.delete(key);
      if (message.head !== undefined) head = message.head;
      messages += 1;
      generation = message.generation;
      for (const look of [...looks]) look();
      await api.streams.ack({ stream, seq: message.seq });
    }
  };
  follow().catch((thrown: unknown) => {
    if (abort.signal.aborted) return;
    error = thrown;
    for (const look of [...looks]) look();
  });
  return followed;
}
