import type { Clock } from '../../scanner/domain/clock.ts';
import type { OrderWireEvent } from '../gateway.ts';
import type { Era, JournalledOrder, OrderEvent, OrderIntent, OrderJournal, StampedEvent } from './journal.ts';
import { orderOutcome } from './orderOutcome.ts';
import type { OrderOutcome } from './orderOutcome.ts';
import { newOrderState, reduceOrder } from './orderState.ts';
import type { OrderState } from './orderState.ts';
import { isOpen } from './phase.ts';

/** One order: what was asked, what is known, and the events that told something new. */
export interface OrderRecord {
  readonly intent: OrderIntent;
  readonly state: OrderState;
  readonly outcome: OrderOutcome;
  readonly events: readonly StampedEvent[];
}

interface BookDeps {
  journal: OrderJournal;
  clock: Clock;
  /** Epoch of the connection as it is now. */
  epoch: () => number;
  onChange: (record: OrderRecord, before: OrderOutcome | undefined) => void;
}

/** Request ids of data requests begin here; below are order ids. */
const FIRST_REQUEST_ID = 10_000_000;
/** Commissions that came before their fill, waiting for it. */
const MAX_WAITING_COMMISSIONS = 1000;
const LOADED_DAYS_MS = 7 * 24 * 3600 * 1000;

/**
 * Every order of ours that may still matter, and the way from a callback of TWS to the order that it speaks of.
 * Identity is (account, permId) and our orderRef; an order id only counts within the connection that taught it.
 */
export class OrderBook {
  readonly #deps: BookDeps;
  readonly #records = new Map<string, OrderRecord>();
  readonly #refByPermId = new Map<number, string>();
  readonly #refByFill = new Map<string, string>();
  /** Taught by this connection; an order id of another one names nothing. */
  readonly #refByOrderId = new Map<number, string>();
  readonly #waitingCommissions = new Map<string, StampedEvent>();
  /** Eras before this process; wire epochs count from here. */
  readonly #eraBase: Era;

  constructor(deps: BookDeps) {
    this.#deps = deps;
    this.#eraBase = deps.journal.lastEra();
    for (const { intent, events } of deps.journal.load(deps.clock.now() - LOADED_DAYS_MS)) {
      const record = recordOf({ intent, events });
      for (const { event } of events) this.#learn(intent.orderRef, event);
      this.#records.set(intent.orderRef, record);
    }
    this.#refByOrderId.clear();
    // Whatever connection these orders had is gone: what is open is unknown until TWS has been read again.
    for (const { intent, outcome } of [...this.#records.values()]) {
      if (!isOpen(outcome.phase)) continue;
      const event: OrderEvent = { type: 'linkLost', epoch: 0, atMs: deps.clock.now() };
      this.#apply(intent.orderRef, { era: this.#eraBase, event });
    }
  }

  records(): OrderRecord[] {
    return [...this.#records.values()];
  }

  record(orderRef: string): OrderRecord | undefined {
    return this.#records.get(orderRef);
  }

  /** The era of the connection as it is now. */
  era(): Era {
    return this.#eraBase + this.#deps.epoch();
  }

  /** Enters an intent that the journal has committed. */
  enter(intent: OrderIntent): void {
    const record = recordOf({ intent, events: [] });
    this.#records.set(intent.orderRef, record);
    this.#bind(intent.orderId, intent.orderRef);
    this.#deps.onChange(record, undefined);
  }

  /** Applies an event of our own. */
  applyOwn(orderRef: string, event: OrderEvent): void {
    this.#apply(orderRef, { era: this.era(), event });
  }

  /** Makes notices on `orderId` reach the order: a cancel is on its way under that id. */
  expectNotices(orderId: number, orderRef: string): void {
    this.#bind(orderId, orderRef);
  }

  /** Takes an event from the wire to the order that it speaks of; an order that is not ours is left alone. */
  applyWire(event: OrderWireEvent): void {
    switch (event.type) {
      case 'linkLost':
      case 'reconciled': {
        if (event.type === 'linkLost') this.#refByOrderId.clear();
        const era = this.#eraBase + event.epoch;
        for (const { intent, outcome } of this.records()) {
          if (isOpen(outcome.phase)) this.#apply(intent.orderRef, { era, event });
        }
        return;
      }
      case 'commission':
        this.#applyCommission(event);
        return;
      default: {
        const orderRef = this.#refOf(event);
        if (event.type === 'openOrder') this.#sawOrderId(event.orderId, orderRef);
        if (orderRef === undefined) return;
        const era = 'epoch' in event ? this.#eraBase + event.epoch : this.era();
        this.#apply(orderRef, { era, event });
      }
    }
  }

  #refOf(event: Exclude<OrderWireEvent, { type: 'linkLost' | 'reconciled' | 'commission' }>): string | undefined {
    switch (event.type) {
      case 'written':
      case 'notWritten':
        return this.#known(event.orderRef);
      case 'openOrder':
        return this.#known(event.orderRef) ?? this.#refByPermId.get(event.permId);
      case 'completed':
        return this.#known(event.orderRef) ?? this.#refByPermId.get(event.permId);
      case 'execution': {
        const { orderRef, permId, orderId } = event.execution;
        return this.#known(orderRef) ?? this.#refByPermId.get(permId) ?? this.#byOrderId(orderId);
      }
      case 'status':
        return this.#refByPermId.get(event.permId) ?? this.#byOrderId(event.orderId);
      case 'notice':
        return this.#byOrderId(event.orderId);
      default:
        return event satisfies never;
    }
  }

  #known(orderRef: string): string | undefined {
    return this.#records.has(orderRef) ? orderRef : undefined;
  }

  #byOrderId(orderId: number): string | undefined {
    return this.#refByOrderId.get(orderId);
  }

  #bind(orderId: number, orderRef: string): void {
    if (orderId > 0) this.#refByOrderId.set(orderId, orderRef);
  }

  #applyCommission(event: Extract<OrderWireEvent, { type: 'commission' }>): void {
    const orderRef = this.#refByFill.get(event.execId);
    if (orderRef !== undefined) {
      this.#apply(orderRef, { era: this.era(), event });
      return;
    }
    if (this.#waitingCommissions.size >= MAX_WAITING_COMMISSIONS) {
      const [oldest] = this.#waitingCommissions.keys();
      if (oldest !== undefined) this.#waitingCommissions.delete(oldest);
    }
    this.#waitingCommissions.set(event.execId, { era: this.era(), event });
  }

  /** Folds, and journals what told something new. */
  #apply(orderRef: string, stamped: StampedEvent): void {
    const record = this.#records.get(orderRef);
    if (record === undefined) return;
    this.#learn(orderRef, stamped.event);
    const state = reduceOrder(record.state, stamped);
    if (state !== record.state) {
      const outcome = orderOutcome(state);
      const next = { ...record, state, outcome, events: [...record.events, stamped] };
      this.#records.set(orderRef, next);
      this.#deps.journal.append(orderRef, stamped);
      if (outcome.phase !== record.outcome.phase) {
        this.#deps.journal.recordPhase(orderRef, outcome.phase, this.#deps.clock.now());
      }
      this.#deps.onChange(next, record.outcome);
    }
    if (stamped.event.type === 'execution') this.#applyWaitingCommission(stamped.event.execution.execId);
  }

  #applyWaitingCommission(execId: string): void {
    const waiting = this.#waitingCommissions.get(execId);
    const orderRef = this.#refByFill.get(execId);
    if (waiting === undefined || orderRef === undefined) return;
    this.#waitingCommissions.delete(execId);
    this.#apply(orderRef, waiting);
  }

  /** Remembers what names the order from here on. */
  #learn(orderRef: string, event: OrderEvent): void {
    switch (event.type) {
      case 'written':
        this.#bind(event.orderId, orderRef);
        return;
      case 'openOrder':
      case 'status':
        if (event.permId > 0) this.#refByPermId.set(event.permId, orderRef);
        this.#bind(event.orderId, orderRef);
        return;
      case 'completed':
        if (event.permId > 0) this.#refByPermId.set(event.permId, orderRef);
        return;
      case 'execution':
        if (event.execution.permId > 0) this.#refByPermId.set(event.execution.permId, orderRef);
        this.#refByFill.set(event.execution.execId, orderRef);
        return;
      default:
    }
  }

  /** An id that somebody uses is never used by us, and names nothing of ours unless it is ours. */
  #sawOrderId(orderId: number, orderRef: string | undefined): void {
    if (orderId <= 0 || orderId >= FIRST_REQUEST_ID) return;
    this.#deps.journal.raiseOrderIdHighWater(orderId);
    if (orderRef === undefined) this.#refByOrderId.delete(orderId);
  }
}

/** What the journal tells of an order, folded. */
export function recordOf({ intent, events }: JournalledOrder): OrderRecord {
  const state = events.reduce(reduceOrder, newOrderState(intent));
  return { intent, state, outcome: orderOutcome(state), events };
}
