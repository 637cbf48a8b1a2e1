import type { StreamMessage } from '../../contract/stream.ts';

/** Messages that may be on their way without an acknowledgement. Two keep the consumer busy while one travels. */
const CREDIT = 2;
const REMOVED = Symbol('removed');

/**
 * Producer side of one keyed stream: the newest state of every key, held until the consumer has credit. However much
 * is offered, memory is bounded by the number of keys, so a stalled window costs nothing.
 */
export class KeyedStream<Row, Head> {
  /** By row key: what the consumer has not been told yet. */
  readonly #pending = new Map<string, Row | typeof REMOVED>();
  #head: Head | undefined;
  #headChanged = false;
  #reset = true;
  #generation = 0;
  #sent = 0;
  #acknowledged = 0;
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  get generation(): number {
    return this.#generation;
  }

  /** Keys waiting for credit; for tests and for the health page. */
  get backlog(): number {
    return this.#pending.size;
  }

  /** Starts a new generation: every row sent so far is void. */
  restart(): void {
    this.#generation += 1;
    this.#reset = true;
    this.#pending.clear();
    this.#notify();
  }

  upsert(key: string, row: Row): void {
    this.#pending.set(key, row);
    this.#notify();
  }

  remove(key: string): void {
    this.#pending.set(key, REMOVED);
    this.#notify();
  }

  setHead(head: Head): void {
    this.#head = head;
    this.#headChanged = true;
    this.#notify();
  }

  /** The consumer has dealt with every message up to `seq`. A number that was never sent counts as the last sent. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(seq, this.#sent));
    this.#notify();
  }

  /** No more messages; what is pending is dropped. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  /** Ends the stream with an error at the consumer. */
  fail(error: Error): void {
    this.#failure = error;
    this.end();
  }

  /** The messages, for one consumer; ends on abort, `end` or `fail`. */
  async *messages(signal?: AbortSignal): AsyncGenerator<StreamMessage<Row, Head>, void, void> {
    const wake = () => {
      this.#notify();
    };
    signal?.addEventListener('abort', wake);
    try {
      while (signal?.aborted !== true) {
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#ended) return;
        if (this.#canSend()) yield this.#take();
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  #canSend(): boolean {
    const news = this.#reset || this.#headChanged || this.#pending.size > 0;
    return news && this.#sent - this.#acknowledged < CREDIT;
  }

  #take(): StreamMessage<Row, Head> {
    const upserts: Row[] = [];
    const removes: string[] = [];
    for (const [key, row] of this.#pending) {
      if (row === REMOVED) removes.push(key);
      else upserts.push(row);
    }
    const message: StreamMessage<Row, Head> = {
      seq: ++this.#sent,
      generation: this.#generation,
      reset: this.#reset,
      upserts,
      removes: this.#reset ? [] : removes,
      ...(this.#headChanged ? { head: this.#head } : {}),
    };
    this.#pending.clear();
    this.#reset = false;
    this.#headChanged = false;
    return message;
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
