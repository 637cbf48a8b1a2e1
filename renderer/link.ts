import type { Clock, Random, TimerHandle } from '../scanner/domain/clock.ts';
import { clientOverPort, clientOverSocket, type LegworkClient } from '../electron/contract/client.ts';
import { SOCKET_PATH } from '../electron/contract/socketPath.ts';

/** One transport that is open: its client, and a promise that settles when it is gone. */
export interface Connection {
  client: LegworkClient;
  closed: Promise<void>;
  close(): void;
}

export type LinkPhase = 'connecting' | 'open' | 'waiting';

export interface LinkState {
  phase: LinkPhase;
  /** Rises with every connection; what belongs to an older one is void. */
  epoch: number;
  client?: LegworkClient;
  /** When the next attempt starts, on the monotonic clock; only while waiting. */
  retryAt?: number;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/**
 * The window's link to the engine. Whatever ends it (socket closed, stream ended, engine restarted), it is rebuilt
 * whole with backoff, and every follower opens its stream again on the new one.
 */
export class Link {
  readonly #open: () => Promise<Connection>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #listeners = new Set<(state: LinkState) => void>();
  #state: LinkState = { phase: 'connecting', epoch: 0 };
  #connection: Connection | undefined;
  #failures = 0;
  #timer: TimerHandle | undefined;

  constructor(options: { open: () => Promise<Connection>; clock: Clock; random: Random }) {
    this.#open = options.open;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Calls `listener` now and on every change. Returns how to stop. */
  watch(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  async connect(): Promise<void> {
    if (this.#timer) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    const epoch = this.#state.epoch + 1;
    this.#set({ phase: 'connecting', epoch });
    try {
      const connection = await this.#open();
      this.#connection = connection;
      void connection.closed.then(() => this.lost(epoch));
      this.#set({ phase: 'open', epoch, client: connection.client });
    } catch {
      this.lost(epoch);
    }
  }

  /** A stream of this epoch ended although nobody asked it to: nothing on this connection can be trusted. */
  lost(epoch: number): void {
    if (epoch !== this.#state.epoch || this.#state.phase === 'waiting') return;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#failures++;
    const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
    const delay = ceiling * (0.5 + this.#random() / 2);
    this.#set({ phase: 'waiting', epoch, retryAt: this.#clock.monotonic() + delay });
    this.#timer = this.#clock.setTimer(() => void this.connect(), delay);
    connection?.close();
  }

  /** Word from a stream that the connection works: the next loss is retried quickly again. */
  proven(): void {
    this.#failures = 0;
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Over the WebSocket of the host that served this page; the session cookie travels with it. */
export function openSocket(page: Location): Promise<Connection> {
  const scheme = page.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${page.host}${SOCKET_PATH}`);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  const client = clientOverSocket(socket);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve({ client, closed, close: () => socket.close() }), { once: true });
    socket.addEventListener('close', () => reject(new Error('The connection to Legwork was refused.')), { once: true });
  });
}

/** Over a MessagePort that the preload script of the Electron window hands over on request. */
export function openPort(host: Window): Promise<Connection> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== host || event.data !== 'orpc-port' || port === undefined) return;
      host.removeEventListener('message', receive);
      const closed = new Promise<void>((end) => port.addEventListener('close', () => end(), { once: true }));
      resolve({ client: clientOverPort(port), closed, close: () => port.close() });
    };
    host.addEventListener('message', receive);
    host.postMessage('orpc-ready', host.location.origin);
  });
}
