import { creditOfLimit } from './payload.ts';
import { priceWords } from './words.ts';
import type { OrderRecord } from './orderBook.ts';
import type { OrderEvent } from './journal.ts';
import { isOpen } from './phase.ts';
import type { OrderPhase } from './phase.ts';

/** An order as a person sees it; the contract's OrderView has the same shape. */
export interface OrderView {
  orderRef: string;
  account: string;
  symbol: string;
  title: string;
  phase: OrderPhase;
  /** TWS's own status word. */
  status: string;
  quantity: number;
  filled: number;
  /** Limit and average fill as credit per share: > 0 received. */
  credit: number;
  averageCredit?: number;
  commission?: number;
  tif: 'DAY' | 'GTC';
  orderId?: number;
  permId?: number;
  createdAtMs: number;
  updatedAtMs: number;
  canCancel: boolean;
  message?: string;
  events: { atMs: number; text: string }[];
}

/** TWS acknowledges within a second; one that has not by then may have dropped the order. @source Lean IB #93. */
export const ACKNOWLEDGE_MS = 5000;

/** The order with its newest word and its whole story. */
export function orderView(record: OrderRecord, nowMs: number): OrderView {
  const { intent, outcome, events } = record;
  const story = events.map(({ event }) => ({ atMs: atMsOf(event), text: eventWords(event) }));
  const { averagePrice, commission } = outcome;
  const permId = outcome.permIds[0];
  const message = warningOf(record, nowMs) ?? story.at(-1)?.text;
  return {
    orderRef: intent.orderRef,
    account: intent.order.account,
    symbol: intent.order.symbol,
    title: intent.title,
    phase: outcome.phase,
    status: outcome.status,
    quantity: intent.order.quantity,
    filled: outcome.filled,
    credit: creditOfLimit(intent.order.limitPrice),
    ...(averagePrice === undefined ? {} : { averageCredit: creditOfLimit(averagePrice) }),
    ...(commission === undefined ? {} : { commission }),
    tif: intent.order.tif,
    orderId: intent.orderId,
    ...(permId === undefined ? {} : { permId }),
    createdAtMs: intent.createdAtMs,
    updatedAtMs: Math.max(intent.createdAtMs, ...story.map(({ atMs }) => atMs)),
    canCancel: isOpen(outcome.phase),
    ...(message === undefined ? {} : { message }),
    events: [{ atMs: intent.createdAtMs, text: 'Written to the order journal.' }, ...story],
  };
}

/** What a person must know before the newest event. */
function warningOf({ intent, outcome, state }: OrderRecord, nowMs: number): string | undefined {
  const { livePermIds, noTrace, notFound, phase, unevenLegs } = outcome;
  if (livePermIds.length > 1) {
    return `Working twice at IB (permIds ${livePermIds.join(' and ')}). No new order leaves. Cancel: that reaches both.`;
  }
  if (noTrace) {
    return (
      'Compared with TWS after the connection was lost: no open order, completed order or fill bears its reference. ' +
      'It may never have arrived. Look in TWS, then say here what became of it.'
    );
  }
  if (notFound) {
    return (
      'TWS does not know it by our id: it may be over, or belong to another client. Look in TWS, then say here what ' +
      'became of it.'
    );
  }
  if (phase === 'unknown') return 'It may or may not be at IB. Legwork will compare with TWS once connected.';
  if (unevenLegs) return 'The legs did not fill evenly. Check the positions: a leg may be without its partner.';
  if (phase === 'sent' && nowMs - intent.createdAtMs >= ACKNOWLEDGE_MS) {
    return 'TWS has not acknowledged it. It is never sent again by itself. Look for it in TWS, or cancel it here.';
  }
  return state.resolved !== undefined && phase === state.resolved.outcome ? `A person said: ${phase}.` : undefined;
}

function atMsOf(event: OrderEvent): number {
  return event.type === 'execution' ? event.execution.atMs : event.atMs;
}

/** One event in plain words. */
function eventWords(event: OrderEvent): string {
  switch (event.type) {
    case 'written':
      return `Sent to TWS as order ${event.orderId}.`;
    case 'notWritten':
      return `Not sent: ${event.reason}`;
    case 'maybeWritten':
      return `Writing failed, and it may have been sent: ${event.reason}`;
    case 'openOrder':
      return `TWS has it: ${event.status}, permId ${event.permId}.`;
    case 'status':
      return statusWords(event);
    case 'execution':
      return fillWords(event.execution);
    case 'commission':
      return `Commission ${event.commission.toFixed(2)}.`;
    case 'notice':
      return `TWS ${event.code}: ${event.message}`;
    case 'completed':
      return `TWS lists it as completed: ${event.status}.`;
    case 'linkLost':
      return 'The connection was lost; what becomes of it is unknown until TWS is read again.';
    case 'reconciled':
      return 'Compared with TWS.';
    case 'cancelRequested':
      return `Cancel asked for by ${event.by}.`;
    case 'resolved':
      return `Settled by ${event.by} as ${event.outcome}.`;
    default:
      return event satisfies never;
  }
}

function statusWords({ status, filled, remaining, whyHeld }: Extract<OrderEvent, { type: 'status' }>): string {
  const held = whyHeld === '' ? '' : ` (held: ${whyHeld})`;
  return `${status}${held}, ${filled} of ${filled + remaining} filled.`;
}

function fillWords({
  isComboSummary,
  quantity,
  price,
  side,
  conId,
}: Extract<OrderEvent, { type: 'execution' }>['execution']) {
  const value = `${price < 0 ? '-' : ''}${priceWords(price)}`;
  if (!isComboSummary) return `Leg ${conId}: ${side === 'BOT' ? 'bought' : 'sold'} ${quantity} at ${value}.`;
  return `Filled ${quantity} at ${price < 0 ? 'a credit' : 'a debit'} of ${priceWords(price)}.`;
}
