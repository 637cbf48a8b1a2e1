import type { StreamMessage } from '../../contract/stream.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';
import { toContractError } from '../contractErrors.ts';
import type { EngineLog } from '../log.ts';
import { KeyedStream } from './keyedStream.ts';

/** Which stream of which connection, and when the consumer goes away. */
export interface StreamSeat {
  owner: string;
  stream: string;
  signal: AbortSignal | undefined;
}

interface OpenStream {
  acknowledge: (seq: number) => void;
  /** Ends the messages and stops the feed. */
  end: () => void;
}

/** Every open stream, by owner and id. A caller reaches its own streams only. */
export class StreamRegistry {
  /** owner -> stream id -> stream */
  readonly #open = new Map<string, Map<string, OpenStream>>();
  readonly #log: EngineLog;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  get openStreams(): number {
    let count = 0;
    for (const streams of this.#open.values()) count += streams.size;
    return count;
  }

  /** An unknown stream is ignored: an acknowledgement may cross its end on the way. */
  acknowledge(owner: string, stream: string, seq: number): void {
    this.#open.get(owner)?.get(stream)?.acknowledge(seq);
  }

  /** Ends every stream, for shutdown. */
  endAll(): void {
    const open = [...this.#open.values()].flatMap((streams) => [...streams.values()]);
    for (const stream of open) stream.end();
  }

  /**
   * Opens a stream at once and gives its messages. `feed` starts the producer and returns what stops it; that is
   * called exactly once, however the consumer leaves.
   * @throws LegworkError input/conflict when the owner has a stream of this id open.
   */
  serve<Row, Head>(
    seat: StreamSeat,
    feed: (stream: KeyedStream<Row, Head>) => () => void,
  ): AsyncGenerator<StreamMessage<Row, Head>, void, void> {
    const stream = new KeyedStream<Row, Head>();
    let stopFeed: (() => void) | undefined;
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      seat.signal?.removeEventListener('abort', close);
      this.#leave(seat);
      stopFeed?.();
    };
    this.#enter(seat, {
      acknowledge: (seq) => {
        stream.acknowledge(seq);
      },
      end: () => {
        stream.end();
        close();
      },
    });
    try {
      stopFeed = feed(stream);
    } catch (thrown) {
      close();
      throw thrown;
    }
    // A generator that was never started runs no `finally`, so the consumer's abort closes the stream by itself.
    seat.signal?.addEventListener('abort', close);
    if (seat.signal?.aborted === true) close();
    return this.#messages(stream, seat.signal, close);
  }

  async *#messages<Row, Head>(
    stream: KeyedStream<Row, Head>,
    signal: AbortSignal | undefined,
    close: () => void,
  ): AsyncGenerator<StreamMessage<Row, Head>, void, void> {
    try {
      yield* stream.messages(signal);
    } catch (thrown) {
      throw toContractError(thrown, this.#log);
    } finally {
      close();
    }
  }

  #enter(seat: StreamSeat, stream: OpenStream): void {
    const streams = this.#open.get(seat.owner) ?? new Map<string, OpenStream>();
    if (streams.has(seat.stream)) {
      const message = `Stream "${seat.stream}" is open already. Choose a new id for each stream.`;
      throw new LegworkError({ kind: 'input', code: 'conflict', field: 'stream', message });
    }
    streams.set(seat.stream, stream);
    this.#open.set(seat.owner, streams);
  }

  #leave(seat: StreamSeat): void {
    const streams = this.#open.get(seat.owner);
    streams?.delete(seat.stream);
    if (streams?.size === 0) this.#open.delete(seat.owner);
  }
}
