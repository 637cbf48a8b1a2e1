import { isUnbound } from '../core/exchange.ts';
import { isLive } from '../core/orderTypes.ts';
import type { BookOrder, CommissionReport, Fill, OrderEvent } from '../core/orderTypes.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import { UNSET_DOUBLE } from './frames.ts';
import type { Field } from './frames.ts';
import { ANSWER, REQUEST } from './messageIds.ts';
import {
  completedOrderFields,
  executionFields,
  fillSymbol,
  openOrderFields,
  orderStatusFields,
} from './orderFields.ts';
import { readPlacedOrder, resolveOrder } from './orderRequest.ts';
import { requestedInstant } from './requestedInstant.ts';

const CME_TAGGING_FIELDS = 192;

function commissionFields({ execId, commission, realisedPnl }: CommissionReport): Field[] {
  return [ANSWER.commissionReport, 1, execId, commission, 'USD', realisedPnl ?? UNSET_DOUBLE, UNSET_DOUBLE, ''];
}

/** Nothing known yet. */
const UNSET = 'unset';

/** Orders, cancels, open and completed orders, executions. */
export class OrdersFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;
  readonly #unlisten: () => void;
  #autoBind = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    const { exchange } = connection.core;
    this.#unlisten = exchange.onEvent((event) => this.#tell(event));
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.placeOrder, (request) => this.#place(request)],
      [REQUEST.cancelOrder, (request) => this.#cancel(request)],
      [REQUEST.globalCancel, () => exchange.cancelAll()],
      [REQUEST.openOrders, () => this.#openOrders((clientId) => clientId === connection.clientId)],
      [REQUEST.allOpenOrders, () => this.#openOrders(() => true)],
      [REQUEST.autoOpenOrders, (request) => this.#autoOpenOrders(request)],
      [REQUEST.executions, (request) => this.#executions(request)],
      [REQUEST.completedOrders, () => this.#completedOrders()],
    ]);
  }

  close(): void {
    this.#unlisten();
  }

  #tell(event: OrderEvent): void {
    if (event.type === 'position' || ownerOf(event) !== this.#connection.clientId) return;
    if (event.type === 'changed' && isUnbound(event.order.request)) return this.#bind();
    switch (event.type) {
      case 'changed':
        return this.#sendOrder(event.order);
      case 'fill':
        return this.#connection.send(...executionFields(-1, event.fill, this.#connection.serverVersion));
      case 'commission':
        return this.#connection.send(...commissionFields(event.report));
      case 'notice':
        return this.#connection.error(event.orderId, event.error.code, event.error.message);
    }
  }

  #sendOrder(order: BookOrder): void {
    this.#connection.send(...openOrderFields(order, this.#connection.serverVersion));
    this.#connection.send(...orderStatusFields(order));
  }

  #place(request: FieldReader): void {
    const { core, serverVersion, clientId, faults } = this.#connection;
    const placed = readPlacedOrder(request, serverVersion);
    const order = resolveOrder(core, placed, clientId);
    if ('code' in order) return this.#connection.error(placed.orderId, order.code, order.message);
    if (!placed.whatIf) return core.exchange.place(order);
    const answer = core.exchange.whatIf(order);
    if ('code' in answer) return this.#connection.error(placed.orderId, answer.code, answer.message);
    if (faults.condition.whatIfTwice) this.#connection.send(...openOrderFields(previewOf(order), serverVersion, UNSET));
    this.#connection.send(...openOrderFields(previewOf(order), serverVersion, answer));
  }

  #cancel(request: FieldReader): void {
    const { core, serverVersion, clientId } = this.#connection;
    if (serverVersion < CME_TAGGING_FIELDS) request.int();
    const orderId = request.int();
    const order = core.exchange.find(clientId, orderId);
    if (!order) {
      const message = `OrderId ${orderId} that needs to be cancelled is not found.`;
      return this.#connection.error(orderId, 10147, message);
    }
    const error = core.exchange.cancel(order);
    if (error) this.#connection.error(orderId, error.code, error.message);
  }

  #openOrders(wanted: (clientId: number) => boolean): void {
    for (const order of this.#connection.core.exchange.orders()) {
      if (isLive(order) && order.request.transmit && wanted(order.request.clientId)) this.#sendOrder(order);
    }
    this.#connection.send(ANSWER.openOrderEnd, 1);
  }

  /** Client 0 alone takes over orders placed by hand, now and from now on. */
  #autoOpenOrders(request: FieldReader): void {
    request.int();
    const wanted = request.bool();
    if (this.#connection.clientId !== 0) {
      const cause = 'Only the default client (with a clientId of 0) can auto bind orders';
      return this.#connection.error(-1, 321, `Error validating request.-'bA' : cause - ${cause}`);
    }
    this.#autoBind = wanted;
    this.#bind();
  }

  #bind(): void {
    if (!this.#autoBind) return;
    for (const order of this.#connection.core.exchange.bindHandOrders()) {
      this.#connection.send(ANSWER.orderBound, order.permId, order.request.clientId, order.request.orderId);
      this.#sendOrder(order);
    }
  }

  #executions(request: FieldReader): void {
    request.int();
    const requestId = request.int();
    const wanted = readExecutionFilter(request);
    for (const { fill, commission } of this.#connection.core.exchange.fills()) {
      if (!wanted(fill)) continue;
      this.#connection.send(...executionFields(requestId, fill, this.#connection.serverVersion));
      if (commission) this.#connection.send(...commissionFields(commission));
    }
    this.#connection.send(ANSWER.executionsEnd, 1, requestId);
  }

  #completedOrders(): void {
    for (const order of this.#connection.core.exchange.orders()) {
      if (isLive(order) || order.completedAtMs === undefined) continue;
      this.#connection.send(...completedOrderFields(order, this.#connection.serverVersion));
    }
    this.#connection.send(ANSWER.completedOrdersEnd);
  }
}

function ownerOf(event: Exclude<OrderEvent, { type: 'position' }>): number {
  if (event.type === 'notice') return event.clientId;
  return (event.type === 'fill' ? event.fill.order : event.order).request.clientId;
}

/** A what-if is answered as an open order that does not exist. */
function previewOf(request: BookOrder['request']): BookOrder {
  return {
    request,
    permId: 0,
    status: 'PreSubmitted',
    filled: 0,
    averagePrice: 0,
    lastFillPrice: 0,
    placedAtMs: 0,
    completedAtMs: undefined,
    completedStatus: '',
    legCommissions: [],
  };
}

/** clientId, account, time (`yyyymmdd-hh:mm:ss` or with a space), symbol, secType, exchange, side. */
function readExecutionFilter(request: FieldReader): (fill: Fill) => boolean {
  const clientId = request.int();
  const account = request.text();
  const sinceMs = requestedInstant(request.text()) ?? -Infinity;
  const symbol = request.text().trim().toUpperCase();
  const secType = request.text().trim().toUpperCase();
  const exchange = request.text().trim().toUpperCase();
  const side = request.text().trim().toUpperCase();
  const sideWanted = side.startsWith('B') ? 'BOT' : side.startsWith('S') ? 'SLD' : '';
  return (fill) =>
    (clientId === 0 || clientId === fill.order.request.clientId) &&
    (account === '' || account === fill.order.request.account) &&
    fill.atMs >= sinceMs &&
    (exchange === '' || exchange === fill.exchange) &&
    (symbol === '' || symbol === fillSymbol(fill)) &&
    (secType === '' || secType === (fill.instrument ? (fill.instrument.kind === 'option' ? 'OPT' : 'STK') : 'BAG')) &&
    (sideWanted === '' || sideWanted === fill.side);
}
