import { LegworkError } from '../../scanner/domain/errors.ts';
import type { OrderDeskDeps } from './deskDeps.ts';
import type { OrderIntent } from './journal.ts';
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

  /**
   * Takes the order back if its frame still waits to be written; else asks TWS to cancel every live copy of it.
   * @throws as OrderDesk.cancel.
   */
  cancel(orderRef: string, by: string): void {
    const record = this.#book.record(orderRef);
    if (record === undefined) throw orderError('not-found', `There is no order ${orderRef}.`, orderRef);
    if (isOpen(record.outcome.phase)) {
      this.#deps.orders.withdrawUnwritten(`cancelled by ${by} before it left`, record.intent.orderId);
      if (this.#book.record(orderRef)?.outcome.phase === 'not-sent') return;
    }
    this.#send(record);
    this.#note(orderRef, by);
  }

  /**
   * All that the session can reach, and every open order of ours by its id. Never throws.
   * @param takenBack references of orders whose frames never left, though the book does not say so yet.
   */
  cancelAll(takenBack: ReadonlySet<string>): CancelReport {
    const everythingReached = this.#cancelEverything();
    const { cancelsSent, failed } = this.#cancelEach(({ orderRef }) => !takenBack.has(orderRef));
    if (failed.length === 0 && everythingReached) return { cancelsSent };
    const named = failed.length === 0 ? '' : `Not cancelled: ${failed.join('; ')}. `;
    return { cancelsSent, notCancellable: `${named}${everythingReached ? 'Cancel them in TWS.' : OFFLINE}` };
  }

  /** Open orders of ours that were made up to `untilMs`. Never throws. */
  cancelOwn(untilMs: number): void {
    this.#cancelEach(({ createdAtMs }) => createdAtMs <= untilMs);
  }

  /**
   * All cancels go out before the first is written down: no disk keeps a cancel waiting. Never throws: what failed is
   * named.
   */
  #cancelEach(meant: (intent: OrderIntent) => boolean): { cancelsSent: number; failed: string[] } {
    const failed: string[] = [];
    const sent: string[] = [];
    for (const record of this.#book.records()) {
      if (!isOpen(record.outcome.phase) || !meant(record.intent)) continue;
      try {
        this.#send(record);
        sent.push(record.intent.orderRef);
      } catch {
        failed.push(record.intent.title);
      }
    }
    for (const orderRef of sent) this.#note(orderRef, 'the halt');
    return { cancelsSent: sent.length, failed };
  }

  #note(orderRef: string, by: string): void {
    this.#book.applyOwn(orderRef, { type: 'cancelRequested', by, atMs: this.#deps.clock.now() });
  }

  #send({ outcome, intent }: OrderRecord): void {
    if (!isOpen(outcome.phase)) {
      const message = `${intent.title} is ${outcome.phase}: nothing is left to cancel.`;
      throw orderError('blocked', message, intent.orderRef);
    }
    if (this.#offline()) {
      const message = `${intent.title} cannot be cancelled while offline; if it is at IB, it stays there. Connect, or cancel it in TWS.`;
      throw new LegworkError({ kind: 'connection', code: 'not-ready', message });
    }
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
