import { isLive } from '../core/orderTypes.ts';
import type { BookOrder, CommissionReport, Fill, OrderEvent } from '../core/orderTypes.ts';
import type { Connection, MessageFamily } from './family.ts';
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

const CME_TAGGING_FIELDS = 192;

function commissionFields({ execId, commission, realisedPnl }: CommissionReport): Field[] {
  return [ANSWER.commissionReport, 1, execId, commission, 'USD', realisedPnl ?? UNSET_DOUBLE, UNSET_DOUBLE, ''];
}

/** Orders, cancels, open and completed orders, executions. */
export function ordersFamily(connection: Connection): MessageFamily {
  const { core } = connection;
  const { exchange } = core;

  const sendOrder = (order: BookOrder): void => {
    connection.send(...openOrderFields(order, connection.serverVersion));
    connection.send(...orderStatusFields(order));
  };

  const onEvent = (event: OrderEvent): void => {
    const clientId = ownerOf(event);
    if (clientId !== connection.clientId) return;
    switch (event.type) {
      case 'changed':
        return sendOrder(event.order);
      case 'fill':
        return connection.send(...executionFields(-1, event.fill, connection.serverVersion));
      case 'commission':
        return connection.send(...commissionFields(event.report));
      case 'refused':
        return connection.error(event.orderId, event.error.code, event.error.message);
      default:
        return event satisfies never;
    }
  };
  const unlisten = exchange.onEvent(onEvent);

  const place = (request: FieldReader): void => {
    const placed = readPlacedOrder(request, connection.serverVersion);
    const order = resolveOrder(core, placed, connection.clientId);
    if ('code' in order) return connection.error(placed.orderId, order.code, order.message);
    if (!placed.whatIf) return exchange.place(order);
    const answer = exchange.whatIf(order);
    if ('code' in answer) return connection.error(placed.orderId, answer.code, answer.message);
    connection.send(...openOrderFields(previewOf(order), connection.serverVersion, answer));
  };

  const cancel = (request: FieldReader): void => {
    if (connection.serverVersion < CME_TAGGING_FIELDS) request.int();
    const orderId = request.int();
    const order = exchange.find(connection.clientId, orderId);
    if (!order) return connection.error(orderId, 10147, `OrderId ${orderId} that needs to be cancelled is not found.`);
    const error = exchange.cancel(order);
    if (error) connection.error(orderId, error.code, error.message);
  };

  const openOrders = (wanted: (order: BookOrder) => boolean) => (): void => {
    for (const order of exchange.orders())
      if (isLive(order) && order.request.transmit && wanted(order)) sendOrder(order);
    connection.send(ANSWER.openOrderEnd, 1);
  };

  const executions = (request: FieldReader): void => {
    request.int();
    const requestId = request.int();
    const wanted = readExecutionFilter(request);
    for (const { fill, commission } of exchange.fills()) {
      if (!wanted(fill)) continue;
      connection.send(...executionFields(requestId, fill, connection.serverVersion));
      if (commission) {
        const report = { execId: fill.execId, commission: commission.amount, realisedPnl: commission.realisedPnl };
        connection.send(...commissionFields(report));
      }
    }
    connection.send(ANSWER.executionsEnd, 1, requestId);
  };

  const completed = (): void => {
    for (const order of exchange.orders()) {
      if (!isLive(order) && order.completedAtMs !== undefined)
        connection.send(...completedOrderFields(order, connection.serverVersion));
    }
    connection.send(ANSWER.completedOrdersEnd);
  };

  const autoOpenOrders = (): void => {
    if (connection.clientId === 0) return;
    connection.error(-1, 321, "Error validating request.-'bA' : cause - Only client 0 may bind orders automatically");
  };

  return {
    handlers: new Map([
      [REQUEST.placeOrder, place],
      [REQUEST.cancelOrder, cancel],
      [REQUEST.globalCancel, () => exchange.cancelAll()],
      [REQUEST.openOrders, openOrders((order) => order.request.clientId === connection.clientId)],
      [REQUEST.allOpenOrders, openOrders(() => true)],
      [REQUEST.autoOpenOrders, autoOpenOrders],
      [REQUEST.executions, executions],
      [REQUEST.completedOrders, completed],
    ]),
    close: unlisten,
  };
}

function ownerOf(event: OrderEvent): number {
  if (event.type === 'refused') return event.clientId;
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
  request.text();
  const symbol = request.text().trim().toUpperCase();
  const secType = request.text().trim().toUpperCase();
  request.text();
  const side = request.text().trim().toUpperCase();
  const sideWanted = side.startsWith('B') ? 'BOT' : side.startsWith('S') ? 'SLD' : '';
  return (fill) =>
    (clientId === 0 || clientId === fill.order.request.clientId) &&
    (account === '' || account === fill.order.request.account) &&
    (symbol === '' || symbol === fillSymbol(fill)) &&
    (secType === '' || secType === (fill.instrument ? (fill.instrument.kind === 'option' ? 'OPT' : 'STK') : 'BAG')) &&
    (sideWanted === '' || sideWanted === fill.side);
}
