import { LegworkError } from '../../scanner/domain/errors.ts';
import type { OrderDeskDeps } from './deskDeps.ts';
import type { OrderBook, OrderRecord } from './orderBook.ts';
import { orderError } from './orderError.ts';
import { isOpen } from './phase.ts';

export interface CancelReport {
  /** Orders for which a cancel was handed to the connection. */
  cancelsSent: number;
  /** What could not be cancelled and what to do, in plain words. */
  notCancellable?: string;
}

const OFFLINE =
  'There is no connection to TWS, so nothing at IB can be cancelled from here: what works there goes on working. ' +
  'Cancel it in TWS; Legwork cancels its own orders as soon as it is connected again.';

/** Cancels: allowed always, whatever the gate, the halt or the disk say. */
export class OrderCancels {
  readonly #deps: Pick<OrderDeskDeps, 'orders' | 'clock' | 'surroundings'>;
  readonly #book: OrderBook;

  constructor(deps: Pick<OrderDeskDeps, 'orders' | 'clock' | 'surroundings'>, book: OrderBook) {
    this.#deps = deps;
    this.#book = book;
  }

  /** Asks TWS to cancel every live copy of one order. @throws as OrderDesk.cancel. */
  cancel(orderRef: string, by: string): void {
    const record = this.#book.record(orderRef);
    if (record === undefined) throw orderError('not-found', `There is no order ${orderRef}.`, orderRef);
    const { outcome, intent } = record;
    if (!isOpen(outcome.phase)) {
      throw orderError('blocked', `${intent.title} is ${outcome.phase}: nothing is left to cancel.`, orderRef);
    }
    if (this.#offline()) {
      const message = `${intent.title} cannot be cancelled while offline; if it is at IB, it stays there. Connect, or cancel it in TWS.`;
      throw new LegworkError({ kind: 'connection', code: 'not-ready', message });
    }
    this.#send(record);
    // Only once the cancel is on its way: the record may fail, the cancel must not.
    this.#book.applyOwn(orderRef, { type: 'cancelRequested', by, atMs: this.#deps.clock.now() });
  }

  /** Every open order of ours by its id, then all that the session can reach. Never throws. */
  cancelAll(): CancelReport {
    const { cancelsSent, failed } = this.cancelOwn(Infinity);
    const everythingReached = this.#cancelEverything();
    if (failed.length === 0 && everythingReached) return { cancelsSent };
    const named = failed.length === 0 ? '' : `Not cancelled: ${failed.join('; ')}. `;
    return { cancelsSent, notCancellable: `${named}${everythingReached ? 'Cancel them in TWS.' : OFFLINE}` };
  }

  /** Open orders of ours that were made up to `untilMs`. Never throws: what failed is named. */
  cancelOwn(untilMs: number): { cancelsSent: number; failed: string[] } {
    const failed: string[] = [];
    let cancelsSent = 0;
    for (const { intent, outcome } of this.#book.records()) {
      if (!isOpen(outcome.phase) || intent.createdAtMs > untilMs) continue;
      try {
        this.cancel(intent.orderRef, 'the halt');
        cancelsSent++;
      } catch {
        failed.push(intent.title);
      }
    }
    return { cancelsSent, failed };
  }

  #send({ outcome, intent }: OrderRecord): void {
    for (const orderId of outcome.cancelIds) {
      this.#book.expectNotices(orderId, intent.orderRef);
      this.#deps.orders.cancel(orderId);
    }
    // Two live copies under one id cannot be named apart: only the global cancel surely reaches both.
    if (outcome.livePermIds.length > outcome.cancelIds.length) this.#deps.orders.cancelAll();
  }

  #cancelEverything(): boolean {
    if (this.#offline()) return false;
    try {
      this.#deps.orders.cancelAll();
      return true;
    } catch {
      return false;
    }
  }

  #offline(): boolean {
    const { phase } = this.#deps.surroundings.link();
    return phase === 'offline' || phase === 'connecting';
  }
}
