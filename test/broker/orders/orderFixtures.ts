import type { ComboLeg, ComboOrder, Execution, OrderWireEvent } from '../../../broker/gateway.ts';
import type { OrderEvent, OrderIntent, StampedEvent } from '../../../broker/orders/journal.ts';
import type { OptionContract, Right } from '../../../scanner/domain/option.ts';

export const SHORT_PUT = 1001;
export const LONG_PUT = 1002;
export const SHORT_CALL = 1003;
export const LONG_CALL = 1004;

export function option(strike: number, right: Right = 'P', conId = 1000 + strike): OptionContract {
  return { symbol: 'AMD', root: 'AMD', expiry: '2023-09-15', right, strike, multiplier: 100, conId };
}

export function leg(action: 'BUY' | 'SELL', strike: number, conId: number, right: Right = 'P'): ComboLeg {
  return { conId, action, ratio: 1, contract: option(strike, right, conId) };
}

/** Sells the 100 put, buys the 95 put: 5 bull put spreads at a credit of 1.29. */
export function bullPutOrder(changes: Partial<ComboOrder> = {}): ComboOrder {
  return {
    orderRef: 'LW-1',
    account: 'SIM0001',
    symbol: 'AMD',
    legs: [leg('SELL', 100, SHORT_PUT), leg('BUY', 95, LONG_PUT)],
    quantity: 5,
    limitPrice: -1.29,
    tif: 'DAY',
    ...changes,
  };
}

export function bullPutIntent(changes: Partial<OrderIntent> = {}): OrderIntent {
  const order = changes.order ?? bullPutOrder();
  return {
    orderRef: order.orderRef,
    orderId: 7,
    order,
    payloadHash: 'hash',
    effect: 'open',
    mode: 'simulated',
    title: 'AMD 100/95 bull put 15 Sep 2023',
    maxLossMicros: 1_861_500_000,
    verdict: [],
    era: 1,
    createdAtMs: 1000,
    ...changes,
  };
}

export function stamped(era: number, event: OrderEvent): StampedEvent {
  return { era, event };
}

type Status = Extract<OrderWireEvent, { type: 'status' }>;

export function status(word: string, changes: Partial<Status> = {}): Status {
  return {
    ...{ type: 'status', orderId: 7, permId: 900, status: word, filled: 0, remaining: 5, averagePrice: 0 },
    ...{ whyHeld: '', atMs: 2000 },
    ...changes,
  };
}

export function openOrder(word: string, changes: Partial<Extract<OrderWireEvent, { type: 'openOrder' }>> = {}) {
  return {
    ...{ type: 'openOrder' as const, orderRef: 'LW-1', orderId: 7, permId: 900, account: 'SIM0001' },
    ...{ status: word, atMs: 2000 },
    ...changes,
  };
}

export function notice(code: number, message = 'text', orderId = 7): OrderWireEvent {
  return { type: 'notice', orderId, code, message, atMs: 2500 };
}

/** A fill of the combo itself. */
export function summaryFill(execId: string, quantity: number, changes: Partial<Execution> = {}): OrderWireEvent {
  const execution: Execution = {
    ...{ execId, orderId: 7, permId: 900, orderRef: 'LW-1', account: 'SIM0001', conId: 0, isComboSummary: true },
    ...{ side: 'BOT', quantity, price: -1.29, atMs: 3000 },
    ...changes,
  };
  return { type: 'execution', execution };
}

/** A fill of one leg. */
export function legFill(execId: string, conId: number, quantity: number, price: number): OrderWireEvent {
  const side = conId === SHORT_PUT ? 'SLD' : 'BOT';
  return summaryFill(execId, quantity, { conId, isComboSummary: false, side, price });
}

export function commission(execId: string, dollars: number, realisedPnl?: number): OrderWireEvent {
  return { type: 'commission', execId, commission: dollars, realisedPnl, atMs: 3100 };
}
