import type { LegworkClient } from '../../electron/contract/client.ts';
import type { StreamMessage } from '../../electron/contract/stream.ts';
import type { Clock, TimerHandle } from '../../scanner/domain/clock.ts';
import type { Link, LinkState } from '../link.ts';
import { failureOf } from '../../electron/contract/failure.ts';

export interface StreamSource<Row, Head> {
  /** Asks the engine for the stream under this id. */
  open(client: LegworkClient, stream: string, signal: AbortSignal): Promise<AsyncIterable<StreamMessage<Row, Head>>>;
  /** A message, in order. */
  message(message: StreamMessage<Row, Head>): void;
  /** The stream is open under this id, or closed (undefined). */
  opened?(stream: string | undefined): void;
  /** The engine refused the stream and said why; it is asked again later. Undefined when it came after all. */
  problem?(text: string | undefined): void;
}

export interface FollowOptions<Row, Head> {
  link: Link;
  clock: Clock;
  source: StreamSource<Row, Head>;
  /** Runs its argument when what a message changed is on the screen. */
  painted: (then: () => void) => void;
}

export interface Follower {
  /** Opens the stream anew, for instance because its question changed. */
  restart(): void;
  stop(): void;
}

const ASK_AGAIN_MS = 1_500;

/**
 * Keeps one keyed stream open over every connection of the link. Each message is acknowledged after it was painted,
 * which gives the producer credit for the next: a window that cannot keep up gets fewer, newer messages.
 */
export function followStream<Row, Head>(options: FollowOptions<Row, Head>): Follower {
  const { link, clock, source } = options;
  let run: AbortController | undefined;
  let timer: TimerHandle | undefined;

  const end = () => {
    run?.abort();
    run = undefined;
    if (timer) clock.clearTimer(timer);
    timer = undefined;
    source.opened?.(undefined);
  };
  const begin = (state: LinkState) => {
    end();
    if (state.phase !== 'open' || state.client === undefined) return;
    const controller = new AbortController();
    run = controller;
    void consume(options, state.client, controller.signal).then((failure) => {
      if (controller.signal.aborted) return;
      if (failure === undefined) return link.lost(state.epoch);
      source.problem?.(failure);
      timer = clock.setTimer(() => begin(link.state), ASK_AGAIN_MS);
    });
  };
  const unwatch = link.watch(begin);
  return {
    restart: () => begin(link.state),
    stop: () => {
      unwatch();
      end();
    },
  };
}

/** Reads until the stream ends. Returns the engine's own reason, or undefined when the connection is to blame. */
async function consume<Row, Head>(
  { link, source, painted }: FollowOptions<Row, Head>,
  client: LegworkClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stream = crypto.randomUUID();
  try {
    const messages = await source.open(client, stream, signal);
    // The answer may come after the follower was stopped.
    signal.throwIfAborted();
    source.problem?.(undefined);
    source.opened?.(stream);
    for await (const message of messages) {
      signal.throwIfAborted();
      link.proven();
      source.message(message);
      painted(() => {
        if (!signal.aborted) void client.streams.ack({ stream, seq: message.seq }).catch(() => undefined);
      });
    }
    return undefined;
  } catch (thrown) {
    return failureOf(thrown)?.message;
  }
}
