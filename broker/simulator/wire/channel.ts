import type { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { FaultPlan } from '../faults.ts';

export interface ChannelEvents {
  bytes(chunk: Buffer): void;
  closed(): void;
}

/** One byte stream to a client: gathers what is said in one go, and bends to the wire's condition. */
export class Channel {
  readonly #stream: Duplex;
  readonly #faults: FaultPlan;
  readonly #events: ChannelEvents;
  #ended = false;
  #corked = false;

  constructor(stream: Duplex, faults: FaultPlan, events: ChannelEvents) {
    this.#stream = stream;
    this.#faults = faults;
    this.#events = events;
    stream.on('data', (chunk: Buffer) => {
      if (!this.#ended) events.bytes(chunk);
    });
    for (const name of ['error', 'close', 'end'] as const) stream.on(name, () => this.#close());
    this.applyCondition();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes written but not yet taken by the client. */
  get backlog(): number {
    return this.#stream.writableLength;
  }

  write(bytes: Uint8Array): void {
    const { muted, sliceBytes } = this.#faults.condition;
    if (this.#ended || muted) return;
    if (sliceBytes !== undefined) {
      for (let at = 0; at < bytes.length; at += sliceBytes) this.#stream.write(bytes.subarray(at, at + sliceBytes));
      return;
    }
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      queueMicrotask(() => {
        this.#corked = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(bytes);
  }

  /** Stops or resumes reading as the wire's condition says. */
  applyCondition(): void {
    if (this.#faults.condition.stalled) this.#stream.pause();
    else this.#stream.resume();
  }

  /** Closes after what is written has left. */
  end(): void {
    if (this.#ended) return;
    this.#close();
    this.#stream.end();
  }

  /** Closes at once, as a cut cable does; what is written in this go still leaves. */
  cut(): void {
    if (this.#corked) {
      this.#corked = false;
      this.#stream.uncork();
    }
    this.#close();
    this.#stream.destroy();
  }

  #close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.closed();
  }
}
