import type { Instrument } from './instrument.ts';
import type { Position } from './ledger.ts';

/** One leg of what an order trades; a single contract is one leg with ratio 1. */
export interface OrderLeg {
  instrument: Instrument;
  /** Of the combo as listed, before the order's own side. */
  action: 'BUY' | 'SELL';
  ratio: number;
  exchange: string;
  openClose: number;
}

export type OrderType = 'LMT' | 'MKT';
export type TimeInForce = 'DAY' | 'GTC';

/** What a client asks for, with its contracts resolved. */
export interface OrderRequest {
  clientId: number;
  orderId: number;
  account: string;
  symbol: string;
  isCombo: boolean;
  exchange: string;
  legs: readonly OrderLeg[];
  action: 'BUY' | 'SELL';
  quantity: number;
  type: OrderType;
  /** Per share; a combo's may be negative. Undefined for market orders. */
  limitPrice: number | undefined;
  tif: TimeInForce;
  orderRef: string;
  openClose: string;
  outsideRth: boolean;
  transmit: boolean;
  parentId: number;
  ocaGroup: string;
}

export type OrderStatus =
  'PendingSubmit' | 'PreSubmitted' | 'Submitted' | 'PendingCancel' | 'Cancelled' | 'Filled' | 'Inactive';

/** An order the book knows, live or done. */
export interface BookOrder {
  request: OrderRequest;
  permId: number;
  status: OrderStatus;
  filled: number;
  averagePrice: number;
  lastFillPrice: number;
  placedAtMs: number;
  completedAtMs: number | undefined;
  /** Why it ended, in TWS's words. */
  completedStatus: string;
  /** Commission so far per leg, dollars. */
  legCommissions: number[];
}

export function isLive(order: BookOrder): boolean {
  return order.status !== 'Cancelled' && order.status !== 'Filled' && order.status !== 'Inactive';
}

/** One execution report: of a leg, or of the whole combo. */
export interface Fill {
  execId: string;
  order: BookOrder;
  /** Undefined for the combo's own summary. */
  instrument: Instrument | undefined;
  side: 'BOT' | 'SLD';
  quantity: number;
  price: number;
  exchange: string;
  atMs: number;
  /** Of this report's leg, cumulative. */
  cumulativeQuantity: number;
  averagePrice: number;
}

export interface CommissionReport {
  execId: string;
  commission: number;
  /** Undefined when the fill closes nothing. */
  realisedPnl: number | undefined;
}

/** What TWS says of an order, in its own codes. */
export interface OrderError {
  code: number;
  message: string;
}

export type OrderEvent =
  | { type: 'changed'; order: BookOrder }
  | { type: 'fill'; fill: Fill }
  /** Complete and booked; quantity 0 when it has just been closed. */
  | { type: 'position'; account: string; position: Position }
  | { type: 'commission'; order: BookOrder; report: CommissionReport }
  /** A refusal, a confirmed cancel or a warning, about an order that the book may not know. */
  | { type: 'notice'; clientId: number; orderId: number; error: OrderError };
