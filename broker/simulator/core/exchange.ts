import type { Clock, Random, TimerHandle } from '../../../scanner/domain/clock.ts';
import { MAINTENANCE_SHARE } from './accountBook.ts';
import type { AccountBook } from './accountBook.ts';
import { comboMarket, legCommission, legPrices } from './comboPricing.ts';
import { bookFill } from './fillBooking.ts';
import { MARKET_STEP_MS } from './marketView.ts';
import type { Market } from './market.ts';
import { matchedFill } from './matching.ts';
import { changeError, expectedNet, holdingsOf, marginError, requestError } from './orderChecks.ts';
import type { CheckContext } from './orderChecks.ts';
import { isLive } from './orderTypes.ts';
import type { BookOrder, CommissionReport, Fill, OrderError, OrderEvent, OrderRequest } from './orderTypes.ts';

export interface ExchangeOptions {
  clock: Clock;
  random: Random;
  market: Market;
  accounts: AccountBook;
}

/** Margin before and after an order, dollars. */
export interface WhatIfAnswer {
  initialBefore: number;
  maintenanceBefore: number;
  equityBefore: number;
  initialAfter: number;
  maintenanceAfter: number;
  equityAfter: number;
  commission: number;
}

/** A new order is first looked at this long after it came, ms. */
const FIRST_LOOK_MS = { least: 80, spread: 240 };
/** A cancel is confirmed this long after it came; the order may fill until then. */
const CANCEL_MS = 40;
const HAND_CLIENT = 0;
const UNBOUND = 0;
const FIRST_PERM_ID = 1_700_000_001;

/** Takes orders of all clients, keeps them, and fills them against the market. Events are told in order. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #orders: BookOrder[] = [];
  readonly #fills: { fill: Fill; commission: CommissionReport | undefined }[] = [];
  readonly #listeners = new Set<(event: OrderEvent) => void>();
  readonly #timers = new Set<TimerHandle>();
  #heartbeat: TimerHandle | undefined;
  #lastHandId = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  onEvent(listener: (event: OrderEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All orders since the start, oldest first. */
  orders(): readonly BookOrder[] {
    return this.#orders;
  }

  find(clientId: number, orderId: number): BookOrder | undefined {
    return this.#orders.findLast((o) => o.request.clientId === clientId && o.request.orderId === orderId);
  }

  /** Reports since the start, oldest first. */
  fills(): readonly { fill: Fill; commission: CommissionReport | undefined }[] {
    return this.#fills;
  }

  /** Highest order id that a client has used; of any client unless one is named. */
  highestOrderId(clientId?: number): number {
    return this.#orders.reduce(
      (highest, { request }) =>
        clientId === undefined || request.clientId === clientId ? Math.max(highest, request.orderId) : highest,
      0,
    );
  }

  /** Accepts, changes or refuses an order; the outcome comes as events. */
  place(request: OrderRequest): void {
    const known = this.find(request.clientId, request.orderId);
    const error = known ? changeError(known, request) : this.#idError(request);
    if (error) return this.#notice(request, error);
    this.#take(request, known);
  }

  /** An order typed into TWS itself: client 0, without an order id until client 0 binds it. */
  placeByHand(request: Omit<OrderRequest, 'clientId' | 'orderId'>): void {
    this.#take({ ...request, clientId: HAND_CLIENT, orderId: UNBOUND }, undefined);
  }

  /** Gives orders placed by hand ids of client 0, which are negative. @returns those that had none. */
  bindHandOrders(): BookOrder[] {
    const unbound = this.#orders.filter((order) => isLive(order) && isUnbound(order.request));
    for (const order of unbound) order.request = { ...order.request, orderId: --this.#lastHandId };
    return unbound;
  }

  #take(request: OrderRequest, known: BookOrder | undefined): void {
    const { accounts, clock } = this.#options;
    const error = requestError(request, accounts);
    if (error) return this.#notice(request, error);
    const order = known ?? newOrder(request, { permId: FIRST_PERM_ID + this.#orders.length, nowMs: clock.now() });
    order.request = request;
    if (!known) this.#orders.push(order);
    if (!request.transmit) return;
    this.#transmitParent(request);
    const others = this.#orders.filter((o) => o !== order && isWorking(o) && o.request.account === request.account);
    const rejection = marginError(order, others, this.#context());
    if (rejection) return this.#reject(order, rejection);
    const open = this.#isOpen();
    // A change to an order at the exchange is confirmed by the same status again.
    if (!open || order.status !== 'Submitted') this.#setStatus(order, 'PreSubmitted');
    if (open) this.#setStatus(order, 'Submitted');
    else this.#notice(request, this.#waitNotice());
    const { least, spread } = FIRST_LOOK_MS;
    this.#after(least + spread * this.#options.random(), () => this.#match(order));
    this.#beat();
  }

  /** @returns why it cannot be cancelled, or undefined: the cancel itself comes as an event. */
  cancel(order: BookOrder): OrderError | undefined {
    if (!isLive(order)) {
      const message = `OrderId ${order.request.orderId} that needs to be cancelled can not be cancelled, state: ${order.status}.`;
      return { code: 10148, message };
    }
    this.#setStatus(order, 'PendingCancel');
    this.#after(CANCEL_MS, () => {
      if (order.status === 'PendingCancel') this.#end(order, 'Cancelled by Trader', '');
    });
    return undefined;
  }

  cancelAll(): void {
    for (const order of this.#orders) if (isLive(order) && order.status !== 'PendingCancel') this.cancel(order);
  }

  whatIf(request: OrderRequest): WhatIfAnswer | OrderError {
    const { accounts } = this.#options;
    const invalid = requestError(request, accounts);
    if (invalid) return invalid;
    const context = this.#context();
    const { account, quantity, legs } = request;
    const values = accounts.values(account, context.nowMs);
    const holdings = [...accounts.holdings(account), ...holdingsOf(request, quantity)];
    const initialAfter = accounts.margin(holdings, context.nowMs);
    const charged = legs.reduce((sum, leg) => sum + legCommission(leg, leg.ratio * quantity), 0);
    // Without the noise of binary fractions.
    const commission = Math.round(charged * 1e4) / 1e4;
    return {
      initialBefore: values.initialMargin,
      maintenanceBefore: values.maintenanceMargin,
      equityBefore: values.equityWithLoan,
      initialAfter,
      maintenanceAfter: initialAfter * MAINTENANCE_SHARE,
      equityAfter: values.equityWithLoan - expectedNet(request, quantity, context) - commission,
      commission,
    };
  }

  /** Tells that a position has changed by other means than a fill. */
  tellPosition(account: string, conId: number): void {
    const position = this.#options.accounts.ledger(account)?.position(conId);
    if (position) this.#emit({ type: 'position', account, position });
  }

  close(): void {
    for (const timer of this.#timers) this.#options.clock.clearTimer(timer);
    this.#timers.clear();
    if (this.#heartbeat) this.#options.clock.clearTimer(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#listeners.clear();
  }

  #context(): CheckContext {
    const { market, accounts, clock } = this.#options;
    return { market, accounts, nowMs: clock.now() };
  }

  #isOpen(): boolean {
    return this.#options.market.isOpen(this.#options.clock.now());
  }

  #idError({ orderId, clientId }: OrderRequest): OrderError | undefined {
    if (orderId > this.highestOrderId(clientId)) return undefined;
    return { code: 103, message: 'Duplicate order id' };
  }

  /** Transmitting a child transmits its parent. @source TWS API, bracket orders */
  #transmitParent({ clientId, parentId }: OrderRequest): void {
    const parent = parentId === 0 ? undefined : this.find(clientId, parentId);
    if (parent && !parent.request.transmit) this.#take({ ...parent.request, transmit: true }, parent);
  }

  /** A child waits until its parent has filled, and ends with a parent that ends otherwise. */
  #heldByParent(order: BookOrder): boolean {
    const { clientId, parentId } = order.request;
    const parent = parentId === 0 ? undefined : this.find(clientId, parentId);
    if (!parent || parent.status === 'Filled') return false;
    if (!isLive(parent)) this.#end(order, 'Cancelled', 'The parent order has ended');
    return true;
  }

  #waitNotice(): OrderError {
    const { market, clock } = this.#options;
    const { openMs } = market.options.calendar.currentOrNext(clock.now());
    const opens = new Date(openMs).toISOString();
    return {
      code: 399,
      message: `Order Message:\nWarning: Your order will not be placed at the exchange until ${opens}.`,
    };
  }

  #notice({ clientId, orderId }: OrderRequest, error: OrderError): void {
    this.#emit({ type: 'notice', clientId, orderId, error });
  }

  #reject(order: BookOrder, error: OrderError): void {
    order.completedAtMs = this.#options.clock.now();
    order.completedStatus = error.message;
    this.#notice(order.request, error);
    this.#setStatus(order, 'Inactive');
  }

  #end(order: BookOrder, completedStatus: string, reason: string): void {
    order.completedAtMs = this.#options.clock.now();
    order.completedStatus = completedStatus;
    this.#setStatus(order, 'Cancelled');
    this.#notice(order.request, { code: 202, message: `Order Canceled - reason:${reason}` });
  }

  #setStatus(order: BookOrder, status: BookOrder['status']): void {
    order.status = status;
    this.#emit({ type: 'changed', order });
  }

  /** Looks at all working orders once a market step, for as long as there are any. */
  #beat(): void {
    if (this.#heartbeat || !this.#orders.some(isWorking)) return;
    this.#heartbeat = this.#options.clock.setTimer(() => {
      this.#heartbeat = undefined;
      for (const order of this.#orders) this.#match(order);
      this.#beat();
    }, MARKET_STEP_MS);
  }

  #match(order: BookOrder): void {
    if (!isWorking(order) || order.status === 'PendingCancel') return;
    const { market, clock, random } = this.#options;
    const nowMs = clock.now();
    if (this.#isOver(order, nowMs)) return this.#end(order, 'Expired', 'The day is over');
    if (!market.isOpen(nowMs) || this.#heldByParent(order)) return;
    if (order.status === 'PreSubmitted') this.#setStatus(order, 'Submitted');
    const now = comboMarket(market, order.request.legs, nowMs);
    const found = now && matchedFill(order, now, random);
    if (now && found) this.#fill(order, { ...found, prices: legPrices(order.request.legs, now.legs, found.price) });
  }

  /** DAY orders end with the session that follows their placing; no order outlives the last trading day of a leg. */
  #isOver({ request, placedAtMs }: BookOrder, nowMs: number): boolean {
    const { calendar } = this.#options.market.options;
    if (request.tif === 'DAY' && nowMs >= calendar.currentOrNext(placedAtMs).closeMs) return true;
    return request.legs.some(
      ({ instrument }) => instrument.kind === 'option' && this.#options.market.isExpired(instrument, nowMs),
    );
  }

  #fill(order: BookOrder, found: { quantity: number; price: number; prices: readonly number[] }): void {
    const { clock, accounts } = this.#options;
    const serial = this.#fills.length + 1;
    const { quantity, price, prices } = found;
    const reports = bookFill(accounts, { order, quantity, price, legPrices: prices, serial, nowMs: clock.now() });
    this.#fills.push(...reports);
    for (const { fill } of reports) this.#emit({ type: 'fill', fill });
    if (order.filled >= order.request.quantity) {
      order.completedAtMs = clock.now();
      order.completedStatus = `Filled Size: ${order.filled}`;
      order.status = 'Filled';
    }
    this.#emit({ type: 'changed', order });
    for (const { commission } of reports) if (commission) this.#emit({ type: 'commission', order, report: commission });
    for (const { booked } of reports) if (booked) this.tellPosition(booked.account, booked.instrument.conId);
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#options.clock.setTimer(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    this.#timers.add(timer);
  }

  #emit(event: OrderEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Placed by hand and not yet bound to client 0. */
export function isUnbound({ clientId, orderId }: OrderRequest): boolean {
  return clientId === HAND_CLIENT && orderId === UNBOUND;
}

/** At the exchange, as opposed to kept at TWS untransmitted. */
function isWorking(order: BookOrder): boolean {
  return isLive(order) && order.request.transmit;
}

function newOrder(request: OrderRequest, { permId, nowMs }: { permId: number; nowMs: number }): BookOrder {
  return {
    request,
    permId,
    status: 'PendingSubmit',
    filled: 0,
    averagePrice: 0,
    lastFillPrice: 0,
    placedAtMs: nowMs,
    completedAtMs: undefined,
    completedStatus: '',
    legCommissions: request.legs.map(() => 0),
  };
}
