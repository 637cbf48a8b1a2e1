import type { IBApi } from '@stoqey/ib';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { BrokerLog, Unsubscribe } from '../gateway.ts';
import type { Lane, MessagePacer } from '../pacing/messagePacer.ts';
import { TWS_EVENTS, type TwsEvent, type TwsEvents } from './events.ts';

type Listener<E extends TwsEvent> = (...args: TwsEvents[E]) => void;

/**
 * The one way to and from the client library, over all its instances: a fresh IBApi per attempt is attached here, and
 * whatever listens or sends does not notice the change. Nothing is ever handed to the library while it is not
 * connected, since it would keep and replay it. @source tws.md, defects 2 and 3.
 */
export class TwsLink {
  readonly #pacer: MessagePacer;
  readonly #log: BrokerLog;
  readonly #listeners = new Map<TwsEvent, Set<Listener<TwsEvent>>>();
  readonly #lost = new Set<(reason: string) => void>();
  #api: IBApi | undefined;
  #open = false;
  #epoch = 0;
  #bugs = 0;

  constructor(pacer: MessagePacer, log: BrokerLog) {
    this.#pacer = pacer;
    this.#log = log;
  }

  /** True from the end of the handshake until the link is lost: frames may be sent. */
  get isOpen(): boolean {
    return this.#open;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get serverVersion(): number | undefined {
    return this.#open ? this.#api?.serverVersion : undefined;
  }

  /** Listeners that threw since the start; each one is in the log. */
  get bugs(): number {
    return this.#bugs;
  }

  /** Listens to a new instance of the library; those of the one before go nowhere from now on. */
  attach(api: IBApi): void {
    this.#api = api;
    const emitter: { on(event: string, listener: (...args: never[]) => void): unknown } = api;
    for (const event of TWS_EVENTS)
      emitter.on(event, (...args: unknown[]) => {
        if (this.#api === api) this.#dispatch(event, args);
      });
  }

  /** The handshake is done: frames may go. */
  open(): void {
    this.#open = true;
  }

  /** A new epoch: order frames made for an earlier one are refused. */
  nextEpoch(): number {
    return ++this.#epoch;
  }

  /** Drops what waits, tells everybody, and forgets the library's instance with whatever it may still hold. */
  close(reason: string): void {
    const api = this.#api;
    const wasOpen = this.#open;
    this.#open = false;
    this.#api = undefined;
    if (api) this.#guarded('disconnect', () => api.disconnect());
    this.#pacer.purge(reason);
    if (wasOpen) for (const listener of [...this.#lost]) this.#guarded('lost', () => listener(reason));
  }

  /**
   * Sends through the pacer. `write` gets the library when the frame may leave; `dropped` is called instead when the
   * link is lost before that.
   * @returns takes the frame back while it waits (`dropped` is called); does nothing once it was written.
   * @throws LegworkError connection/not-ready when there is no link.
   */
  send(lane: Lane, write: (api: IBApi) => void, dropped?: (reason: string) => void): (reason: string) => void {
    const api = this.#api;
    if (!this.#open || !api) throw notReady();
    return this.#pacer.send(lane, () => this.#guarded('write', () => write(api)), dropped);
  }

  on<E extends TwsEvent>(event: E, listener: Listener<E>): Unsubscribe {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    // Stored under its own event's key, and only ever called with that event's arguments.
    const stored = listener as unknown as Listener<TwsEvent>;
    set.add(stored);
    return () => void set.delete(stored);
  }

  /** Called after the link is lost, before the next attempt. */
  onLost(listener: (reason: string) => void): Unsubscribe {
    this.#lost.add(listener);
    return () => void this.#lost.delete(listener);
  }

  #dispatch(event: TwsEvent, args: unknown[]): void {
    const listeners = this.#listeners.get(event);
    if (!listeners) return;
    for (const listener of listeners) this.#guarded(event, () => void Reflect.apply(listener, undefined, args));
  }

  /** A throw inside a listener would end the process and delay the rest of the TCP chunk. @source tws.md, defect 6. */
  #guarded(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#bugs++;
      this.#log.error({ err: error, where }, 'A listener of the TWS connection threw; this is a bug in Legwork.');
    }
  }
}

export function notReady(): LegworkError {
  return new LegworkError({
    kind: 'connection',
    code: 'not-ready',
    message:
      'There is no connection to TWS, so nothing was sent. Wait until the connection strip says ready, then try again.',
  });
}
