import { isOnTick } from '../../../scanner/domain/money.ts';
import type { Clock, Random, TimerHandle } from '../../../scanner/domain/clock.ts';
import type { AccountBook } from './accountBook.ts';
import { comboMarket, legCommission, legPrices } from './comboPricing.ts';
import { comboRule, listingOf, ruleOf } from './instrument.ts';
import type { Holding } from './margin.ts';
import { MARKET_STEP_MS } from './market.ts';
import type { Market } from './market.ts';
import { matchedFill } from './matching.ts';
import { isLive } from './orderTypes.ts';
import type { BookOrder, Fill, OrderError, OrderEvent, OrderRequest } from './orderTypes.ts';

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

const MAINTENANCE_SHARE = 0.9;
const FIRST_LOOK_MS = { least: 80, spread: 240 };
const CANCEL_MS = 40;

/** Takes orders of all clients, keeps them, and fills them against the market. Events are told in order. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #orders: BookOrder[] = [];
  readonly #listeners = new Set<(event: OrderEvent) => void>();
  readonly #fills: { fill: Fill; commission: { amount: number; realisedPnl: number | undefined } | undefined }[] = [];
  #nextPermId = 1_700_000_001;
  #nextExec = 1;
  #heartbeat: TimerHandle | undefined;
  readonly #timers = new Set<TimerHandle>();

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

  /** Fills since the start, oldest first, with their commission once it is known. */
  fills() {
    return this.#fills;
  }

  /** Highest order id any client has used. */
  highestOrderId(): number {
    return this.#orders.reduce((highest, o) => Math.max(highest, o.request.orderId), 0);
  }

  /** Accepts, changes or refuses an order; the outcome comes as events. */
  place(request: OrderRequest): void {
    const known = this.find(request.clientId, request.orderId);
    const error = known ? this.#changeError(known, request) : this.#newOrderError(request);
    if (error) {
      this.#emit({ type: 'refused', clientId: request.clientId, orderId: request.orderId, error, order: undefined });
      return;
    }
    const order = known ?? this.#newOrder(request);
    order.request = request;
    if (!known) this.#orders.push(order);
    if (!request.transmit) return this.#setStatus(order, 'Inactive', false);
    const rejection = this.#marginError(order);
    if (rejection) return this.#reject(order, rejection);
    this.#setStatus(order, 'PreSubmitted');
    if (this.#isOpen()) this.#setStatus(order, 'Submitted');
    const { least, spread } = FIRST_LOOK_MS;
    this.#after(least + spread * this.#options.random(), () => this.#match(order));
    this.#beat();
  }

  /** @returns why it cannot be cancelled, or undefined: the cancel itself comes as an event. */
  cancel(order: BookOrder): OrderError | undefined {
    if (!isLive(order)) {
      const state = order.status === 'Filled' ? 'Filled' : order.status;
      return {
        code: 10148,
        message: `OrderId ${order.request.orderId} that needs to be cancelled can not be cancelled, state: ${state}.`,
      };
    }
    this.#setStatus(order, 'PendingCancel');
    this.#after(CANCEL_MS, () => {
      if (order.status === 'PendingCancel') this.#finishCancel(order);
    });
    return undefined;
  }

  cancelAll(): void {
    for (const order of this.#orders) if (isLive(order) && order.status !== 'PendingCancel') this.cancel(order);
  }

  whatIf(request: OrderRequest): WhatIfAnswer | OrderError {
    const invalid = this.#requestError(request);
    if (invalid) return invalid;
    const { accounts } = this.#options;
    const nowMs = this.#options.clock.now();
    const values = accounts.values(request.account, nowMs);
    const holdings = accounts.holdings(request.account);
    const after = accounts.margin([...holdings, ...holdingsOf(request, request.quantity)], nowMs);
    const commission = request.legs.reduce((sum, leg) => sum + legCommission(leg, leg.ratio * request.quantity), 0);
    const net = this.#expectedNet(request);
    return {
      initialBefore: values.initialMargin,
      maintenanceBefore: values.maintenanceMargin,
      equityBefore: values.equityWithLoan,
      initialAfter: after,
      maintenanceAfter: after * MAINTENANCE_SHARE,
      equityAfter: values.equityWithLoan - net - commission,
      commission,
    };
  }

  close(): void {
    for (const timer of this.#timers) this.#options.clock.clearTimer(timer);
    this.#timers.clear();
    if (this.#heartbeat) this.#options.clock.clearTimer(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#listeners.clear();
  }

  #isOpen(): boolean {
    return this.#options.market.isOpen(this.#options.clock.now());
  }

  #newOrder(request: OrderRequest): BookOrder {
    return {
      request,
      permId: this.#nextPermId++,
      status: 'PendingSubmit',
      filled: 0,
      averagePrice: 0,
      lastFillPrice: 0,
      placedAtMs: this.#options.clock.now(),
      completedAtMs: undefined,
      completedStatus: '',
      legCommissions: request.legs.map(() => 0),
    };
  }

  #newOrderError(request: OrderRequest): OrderError | undefined {
    const highest = this.#orders.reduce(
      (max, o) => (o.request.clientId === request.clientId ? Math.max(max, o.request.orderId) : max),
      0,
    );
    if (request.orderId <= highest) return { code: 103, message: 'Duplicate order id' };
    return this.#requestError(request);
  }

  #changeError(known: BookOrder, request: OrderRequest): OrderError | undefined {
    if (known.status === 'Filled') return { code: 104, message: "Can't modify a filled order." };
    if (known.status === 'Cancelled') return { code: 103, message: 'Duplicate order id' };
    const sameLegs =
      known.request.legs.length === request.legs.length &&
      known.request.legs.every((leg, i) => leg.instrument.conId === request.legs[i]?.instrument.conId);
    if (!sameLegs || known.request.action !== request.action || known.request.account !== request.account) {
      return { code: 105, message: 'Order being modified does not match original order.' };
    }
    if (request.quantity <= known.filled) return { code: 104, message: "Can't modify a filled order." };
    return this.#requestError(request);
  }

  #requestError(request: OrderRequest): OrderError | undefined {
    if (!this.#options.accounts.ledger(request.account)) {
      return { code: 321, message: "Error validating request.-'bx' : cause - Invalid account code" };
    }
    if (!(request.quantity > 0)) return { code: 434, message: 'The order size cannot be zero.' };
    if (request.type === 'MKT') return undefined;
    const [first] = request.legs;
    const { limitPrice } = request;
    if (!first || limitPrice === undefined || !Number.isFinite(limitPrice)) {
      return { code: 321, message: "Error validating request.-'bx' : cause - Invalid price" };
    }
    const rule = request.isCombo ? comboRule(listingOf(first.instrument).tick) : ruleOf(first.instrument);
    if (isOnTick(limitPrice, rule.increments) && (request.isCombo || limitPrice > 0)) return undefined;
    return { code: 110, message: 'The price does not conform to the minimum price variation for this contract.' };
  }

  /** An order that could not be carried with everything else that works and is held is rejected. */
  #marginError(order: BookOrder): OrderError | undefined {
    const { accounts, clock } = this.#options;
    const { account } = order.request;
    const nowMs = clock.now();
    const values = accounts.values(account, nowMs);
    const working = this.#orders.filter(
      (o) => o !== order && o.request.account === account && isLive(o) && o.request.transmit,
    );
    let net = this.#expectedNet(order.request);
    const holdings = [
      ...accounts.holdings(account),
      ...holdingsOf(order.request, order.request.quantity - order.filled),
    ];
    const before = accounts.holdings(account);
    for (const other of working) {
      net += this.#expectedNet(other.request);
      const adds = holdingsOf(other.request, other.request.quantity - other.filled);
      holdings.push(...adds);
      before.push(...adds);
    }
    const margin = accounts.margin(holdings, nowMs);
    const equity = values.equityWithLoan - net;
    if (equity >= margin || margin - accounts.margin(before, nowMs) + net <= 0) return undefined;
    const money = (dollars: number): string => dollars.toFixed(2);
    return {
      code: 201,
      message:
        'Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR ' +
        `EQUITY WITH LOAN VALUE [${money(equity)} USD] MUST EXCEED THE INITIAL MARGIN [${money(margin)} USD].`,
    };
  }

  /** Dollars that the whole order is expected to cost; negative brings money in. */
  #expectedNet({ legs, action, quantity, limitPrice }: OrderRequest): number {
    const market = comboMarket(this.#options.market, legs, this.#options.clock.now());
    const price = limitPrice ?? (market ? (action === 'BUY' ? market.ask : market.bid) : 0);
    const multiplier = Math.max(
      ...legs.map((leg) => (leg.instrument.kind === 'option' ? leg.instrument.root.multiplier : 1)),
    );
    return (action === 'BUY' ? 1 : -1) * price * quantity * multiplier;
  }

  #reject(order: BookOrder, error: OrderError): void {
    order.completedAtMs = this.#options.clock.now();
    order.completedStatus = error.message;
    order.status = 'Inactive';
    const { clientId, orderId } = order.request;
    this.#emit({ type: 'refused', clientId, orderId, error, order });
    this.#emit({ type: 'changed', order });
  }

  #finishCancel(order: BookOrder): void {
    order.completedAtMs = this.#options.clock.now();
    order.completedStatus = 'Cancelled by Trader';
    this.#setStatus(order, 'Cancelled');
    const { clientId, orderId } = order.request;
    const error = { code: 202, message: 'Order Canceled - reason:' };
    this.#emit({ type: 'refused', clientId, orderId, error, order });
  }

  #setStatus(order: BookOrder, status: BookOrder['status'], tell = true): void {
    order.status = status;
    if (tell) this.#emit({ type: 'changed', order });
  }

  #beat(): void {
    if (this.#heartbeat || !this.#orders.some(isLive)) return;
    this.#heartbeat = this.#options.clock.setTimer(() => {
      this.#heartbeat = undefined;
      for (const order of this.#orders) if (isLive(order)) this.#match(order);
      this.#beat();
    }, MARKET_STEP_MS);
  }

  #match(order: BookOrder): void {
    if (!isLive(order) || !order.request.transmit || order.status === 'PendingCancel') return;
    const { market, clock, random } = this.#options;
    const nowMs = clock.now();
    if (!market.isOpen(nowMs)) return;
    if (order.status === 'PreSubmitted') this.#setStatus(order, 'Submitted');
    const now = comboMarket(market, order.request.legs, nowMs);
    const found = now && matchedFill(order, now, random);
    if (now && found) this.#fill(order, found, legPrices(order.request.legs, now.legs, found.price));
  }

  #fill(order: BookOrder, found: { quantity: number; price: number }, prices: readonly number[]): void {
    const { clock, accounts } = this.#options;
    const { request } = order;
    const nowMs = clock.now();
    const side = request.action === 'BUY' ? 1 : -1;
    order.averagePrice =
      (order.averagePrice * order.filled + found.price * found.quantity) / (order.filled + found.quantity);
    order.filled += found.quantity;
    order.lastFillPrice = found.price;
    const base = `${(0xe0d5 + (order.permId % 4096)).toString(16).padStart(8, '0')}.${this.#nextExec.toString(16).padStart(8, '0')}`;
    this.#nextExec++;
    const report = (part: number, fill: Omit<Fill, 'execId' | 'order' | 'atMs'>): Fill => {
      const whole: Fill = { ...fill, order, atMs: nowMs, execId: `${base}.${String(part).padStart(2, '0')}.01` };
      this.#emit({ type: 'fill', fill: whole });
      return whole;
    };
    if (request.isCombo) {
      const summary = report(1, {
        instrument: undefined,
        side: side > 0 ? 'BOT' : 'SLD',
        quantity: found.quantity,
        price: found.price,
        exchange: request.exchange,
        cumulativeQuantity: order.filled,
        averagePrice: order.averagePrice,
      });
      this.#fills.push({ fill: summary, commission: undefined });
    }
    const reports = request.legs.map((leg, i) => {
      const legSide = side * (leg.action === 'BUY' ? 1 : -1);
      const price = prices[i] ?? 0;
      const quantity = found.quantity * leg.ratio;
      const before = order.legCommissions[i] ?? 0;
      const total = legCommission(leg, order.filled * leg.ratio);
      order.legCommissions[i] = total;
      const commission = Math.round((total - before) * 1e4) / 1e4;
      const fill = report(i + (request.isCombo ? 2 : 1), {
        instrument: leg.instrument,
        side: legSide > 0 ? 'BOT' : 'SLD',
        quantity,
        price,
        exchange: leg.exchange === 'SMART' || !leg.exchange ? 'CBOE' : leg.exchange,
        cumulativeQuantity: order.filled * leg.ratio,
        averagePrice: price,
      });
      const realised = accounts.book(request.account, leg.instrument, {
        quantity: legSide * quantity,
        price,
        commission,
        nowMs,
      });
      this.#fills.push({ fill, commission: { amount: commission, realisedPnl: realised } });
      return { execId: fill.execId, commission, realisedPnl: realised };
    });
    if (order.filled >= request.quantity) {
      order.completedAtMs = nowMs;
      order.completedStatus = `Filled Size: ${order.filled}`;
      order.status = 'Filled';
    }
    this.#emit({ type: 'changed', order });
    for (const commission of reports) this.#emit({ type: 'commission', order, report: commission });
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

function holdingsOf({ legs, action }: OrderRequest, quantity: number): Holding[] {
  const side = action === 'BUY' ? 1 : -1;
  return legs.map((leg) => ({
    instrument: leg.instrument,
    quantity: side * (leg.action === 'BUY' ? 1 : -1) * leg.ratio * quantity,
  }));
}
