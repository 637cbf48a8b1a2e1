import type { Clock } from '../../scanner/domain/clock.ts';

/**
 * Remembers, across restarts, the highest order id ever used by a client id. A TWS restart once rolled its own back.
 * @source Lean IB #242.
 */
export interface OrderIdStore {
  /** 0 when nothing was ever used. */
  highWater(clientId: number): number;
  /** Never lowers. @throws when it cannot be stored: then no order may be sent. */
  raise(clientId: number, orderId: number): void;
}

/** Keeps the high water in memory alone: for tests and tools that place no orders. */
export function memoryOrderIds(): OrderIdStore {
  const highest = new Map<number, number>();
  return {
    highWater: (clientId) => highest.get(clientId) ?? 0,
    raise: (clientId, orderId) => void highest.set(clientId, Math.max(orderId, highest.get(clientId) ?? 0)),
  };
}

/** Next id = max(TWS, persisted high water + 1); every id handed out is persisted first. */
export class OrderIds {
  readonly #store: OrderIdStore;
  #clientId = 0;
  #next = 1;

  constructor(store: OrderIdStore) {
    this.#store = store;
  }

  /** TWS has named its next valid id. */
  offered(clientId: number, orderId: number): void {
    this.#next = clientId === this.#clientId ? Math.max(this.#next, orderId) : orderId;
    this.#clientId = clientId;
  }

  /** An id was seen on the wire, whoever used it. Request ids are a range of their own and do not count. */
  seen(orderId: number): void {
    if (orderId > 0 && orderId < FIRST_REQUEST_ID) this.#next = Math.max(this.#next, orderId + 1);
  }

  /** @returns an id that was never used before by this client id. */
  reserve(): number {
    const id = Math.max(this.#next, this.#store.highWater(this.#clientId) + 1);
    this.#store.raise(this.#clientId, id);
    this.#next = id + 1;
    return id;
  }
}

/**
 * Request ids live in a range of their own: with shared ranges a rejected order 1 killed market-data subscription 1.
 * @source tws.md, "Orders".
 */
export const FIRST_REQUEST_ID = 10_000_000;
const LAST_REQUEST_ID = 2_000_000_000;

/** Request ids, never reused within hours even across reconnects, so that a late answer finds nobody. */
export class RequestIds {
  #next: number;

  constructor(clock: Pick<Clock, 'now'>) {
    // A start that differs from run to run keeps answers to a previous process apart from ours.
    this.#next = FIRST_REQUEST_ID + (Math.floor(clock.now() / 1000) % 1_000_000) * 100;
  }

  next(): number {
    const id = this.#next;
    this.#next = id >= LAST_REQUEST_ID ? FIRST_REQUEST_ID : id + 1;
    return id;
  }
}
