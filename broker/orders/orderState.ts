import type { Execution } from '../gateway.ts';
import type { Era, OrderIntent, ResolvedOutcome, StampedEvent } from './journal.ts';
import { classifyOrderNotice } from './orderNotices.ts';
import type { OrderNotice } from './orderNotices.ts';

/**
 * What is known of one order: a set of facts, each of which only ever grows. Nothing here depends on the order in
 * which events came, so any shuffle or duplication of them folds to the same state; the phase is worked out from the
 * facts (orderOutcome.ts), never stepped through.
 */
export interface OrderState {
  readonly intent: OrderIntent;
  /** Latest era in which the frame was written; 0 while it was not. */
  readonly writtenEra: Era;
  /** Era in which writing failed in a way that leaves open whether TWS has the frame; 0 while it never did. */
  readonly maybeWrittenEra: Era;
  /** Why it was certainly not written. */
  readonly notWritten: string | undefined;
  /** What TWS showed, by permId; under 0 what it said before it told the permId. */
  readonly sightings: ReadonlyMap<number, Sighting>;
  /** By execId without its correction number; the latest correction. */
  readonly fills: ReadonlyMap<string, Execution>;
  /** By execId. TWS sends them after the fill, before it, or never. */
  readonly commissions: ReadonlyMap<string, Commission>;
  /** By code and era. */
  readonly notices: ReadonlyMap<string, NoticeFact>;
  /** Latest era whose connection was lost; 0 while none was. */
  readonly lostEra: Era;
  /** Latest era in which everything TWS knows was read to its end. */
  readonly reconciledEra: Era;
  readonly cancelEra: Era;
  readonly resolved: Resolved | undefined;
}

/** One permId as TWS showed it. Every field is the largest that was ever seen. */
export interface Sighting {
  readonly orderIds: ReadonlySet<number>;
  /** Latest era in which TWS showed it alive, and the furthest live status of that era. */
  readonly liveEra: Era;
  readonly liveStatus: string;
  /** Latest era in which TWS showed it as filled, cancelled or (completed, inactive) rejected; 0 while never. */
  readonly filledEra: Era;
  readonly cancelledEra: Era;
  readonly rejectedEra: Era;
  /** Contracts, as the status says; executions may know better. */
  readonly filled: number;
  /** Per share, of the largest `filled`. */
  readonly averagePrice: number | undefined;
}

export interface Resolved {
  outcome: ResolvedOutcome;
  era: Era;
}

export interface Commission {
  dollars: number;
  realisedPnl: number | undefined;
}

export interface NoticeFact {
  code: number;
  era: Era;
  orderId: number;
  says: OrderNotice;
  message: string;
  atMs: number;
}

/** Live words of TWS, from the least to the furthest. `Inactive` is not an end: the order may be held and wake up. */
const LIVE_STATUSES = ['', 'ApiPending', 'PendingSubmit', 'Inactive', 'PreSubmitted', 'Submitted', 'PendingCancel'];

/** Of a permId that TWS has not shown. */
export const UNSEEN: Sighting = {
  orderIds: new Set(),
  liveEra: 0,
  liveStatus: '',
  filledEra: 0,
  cancelledEra: 0,
  rejectedEra: 0,
  filled: 0,
  averagePrice: undefined,
};

/** The state of an intent that is in the journal and of which nothing more is known. */
export function newOrderState(intent: OrderIntent): OrderState {
  return {
    intent,
    writtenEra: 0,
    maybeWrittenEra: 0,
    notWritten: undefined,
    sightings: new Map(),
    fills: new Map(),
    commissions: new Map(),
    notices: new Map(),
    lostEra: 0,
    reconciledEra: 0,
    cancelEra: 0,
    resolved: undefined,
  };
}

/**
 * Folds one event into the state. Returns the same object when the event says nothing new, so that a repeated
 * callback is neither journalled nor shown again. Never drops a fill, whatever the state.
 */
export function reduceOrder(state: OrderState, { era, event }: StampedEvent): OrderState {
  switch (event.type) {
    case 'written':
      return era > state.writtenEra ? { ...state, writtenEra: era } : state;
    case 'maybeWritten':
      return era > state.maybeWrittenEra ? { ...state, maybeWrittenEra: era } : state;
    case 'notWritten':
      // Two reasons cannot both be the first in every shuffle; the smaller text is.
      return state.notWritten === undefined || event.reason < state.notWritten
        ? { ...state, notWritten: event.reason }
        : state;
    case 'openOrder':
      return see(state, event, statusFacts(event.status, era, 'live'));
    case 'status': {
      const facts = statusFacts(event.status, era, 'live');
      const averagePrice = event.filled > 0 ? event.averagePrice : undefined;
      return see(state, event, { ...facts, filled: event.filled, averagePrice });
    }
    case 'completed':
      return see(state, { ...event, orderId: 0 }, statusFacts(event.status, era, 'completed'));
    case 'execution':
      return foldFill(state, event.execution);
    case 'commission':
      return foldCommission(state, event.execId, event);
    case 'notice':
      return foldNotice(state, era, event);
    case 'linkLost':
      return era > state.lostEra ? { ...state, lostEra: era } : state;
    case 'reconciled':
      return era > state.reconciledEra ? { ...state, reconciledEra: era } : state;
    case 'cancelRequested':
      return era > state.cancelEra ? { ...state, cancelEra: era } : state;
    case 'resolved':
      return resolve(state, { outcome: event.outcome, era });
    default:
      return event satisfies never;
  }
}

/** What a status word is evidence of. A word that we do not know is shown and taken as live. */
function statusFacts(status: string, era: Era, from: 'live' | 'completed'): Partial<Sighting> {
  if (/^filled/i.test(status)) return { filledEra: era };
  if (/^(api)?cancell?ed/i.test(status)) return { cancelledEra: era };
  if (from === 'completed') return { rejectedEra: era };
  return { liveEra: era, liveStatus: status };
}

/** Joins two sightings of one permId: each field the larger, in every order of arrival. */
export function joinSightings(a: Sighting, b: Partial<Sighting>): Sighting {
  const liveEra = Math.max(a.liveEra, b.liveEra ?? 0);
  const words = [a.liveEra === liveEra ? a.liveStatus : '', b.liveEra === liveEra ? (b.liveStatus ?? '') : ''];
  const filled = b.filled ?? 0;
  return {
    orderIds: new Set([...a.orderIds, ...(b.orderIds ?? [])]),
    liveEra,
    liveStatus: words.sort(byProgress)[1] ?? '',
    filledEra: Math.max(a.filledEra, b.filledEra ?? 0),
    cancelledEra: Math.max(a.cancelledEra, b.cancelledEra ?? 0),
    rejectedEra: Math.max(a.rejectedEra, b.rejectedEra ?? 0),
    filled: Math.max(a.filled, filled),
    averagePrice: joinPrice(a, { filled, averagePrice: b.averagePrice }),
  };
}

type Priced = Pick<Sighting, 'filled' | 'averagePrice'>;

/** The average of the larger filled quantity; at the same quantity the larger price, so that order does not matter. */
function joinPrice(a: Priced, b: Priced): number | undefined {
  if (a.filled !== b.filled) return a.filled > b.filled ? a.averagePrice : b.averagePrice;
  if (a.averagePrice === undefined || b.averagePrice === undefined) return a.averagePrice ?? b.averagePrice;
  return Math.max(a.averagePrice, b.averagePrice);
}

function byProgress(a: string, b: string): number {
  const rank = (word: string): number => LIVE_STATUSES.indexOf(word);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

interface Seen {
  permId: number;
  orderId: number;
}

function see(state: OrderState, seen: Seen, facts: Partial<Sighting>): OrderState {
  const before = state.sightings.get(seen.permId) ?? UNSEEN;
  const orderIds = seen.orderId > 0 ? new Set([seen.orderId]) : new Set<number>();
  const after = joinSightings(before, { ...facts, orderIds });
  if (state.sightings.has(seen.permId) && sameSighting(before, after)) return state;
  return { ...state, sightings: new Map(state.sightings).set(seen.permId, after) };
}

function sameSighting(a: Sighting, b: Sighting): boolean {
  return (
    a.orderIds.size === b.orderIds.size &&
    a.liveEra === b.liveEra &&
    a.liveStatus === b.liveStatus &&
    a.filledEra === b.filledEra &&
    a.cancelledEra === b.cancelledEra &&
    a.rejectedEra === b.rejectedEra &&
    a.filled === b.filled &&
    a.averagePrice === b.averagePrice
  );
}

/** `0000e0d5.6a1b.01.02` is correction 02 of fill `0000e0d5.6a1b.01`. @source TWS API, Execution.execId. */
function splitExecId(execId: string): { fill: string; correction: string } {
  const dot = execId.lastIndexOf('.');
  return dot < 0 ? { fill: execId, correction: '' } : { fill: execId.slice(0, dot), correction: execId.slice(dot + 1) };
}

function foldFill(state: OrderState, execution: Execution): OrderState {
  const { fill, correction } = splitExecId(execution.execId);
  const held = state.fills.get(fill);
  if (held !== undefined && splitExecId(held.execId).correction >= correction) return state;
  return { ...state, fills: new Map(state.fills).set(fill, execution) };
}

interface CommissionReport {
  commission: number;
  realisedPnl: number | undefined;
}

/** The larger of two reports of one fill; of equal ones that which knows the P&L. */
function foldCommission(state: OrderState, execId: string, report: CommissionReport): OrderState {
  const { commission: dollars, realisedPnl } = report;
  const held = state.commissions.get(execId);
  if (held !== undefined) {
    if (held.dollars > dollars) return state;
    if (held.dollars === dollars && (held.realisedPnl ?? -Infinity) >= (realisedPnl ?? -Infinity)) return state;
  }
  return { ...state, commissions: new Map(state.commissions).set(execId, { dollars, realisedPnl }) };
}

interface NoticeReport {
  orderId: number;
  code: number;
  message: string;
  atMs: number;
}

function foldNotice(state: OrderState, era: Era, notice: NoticeReport): OrderState {
  const { code, orderId, message, atMs } = notice;
  const says = classifyOrderNotice(code, message);
  const key = `${code} ${era} ${orderId} ${message}`;
  const held = state.notices.get(key);
  if (held !== undefined && held.atMs <= atMs) return state;
  const notices = new Map(state.notices).set(key, { code, era, orderId, says, message, atMs });
  return { ...state, notices };
}

/** A person's last word counts; of two in one era the more careful one. */
function resolve(state: OrderState, next: Resolved): OrderState {
  const careful: readonly ResolvedOutcome[] = ['not-sent', 'cancelled', 'filled'];
  const held = state.resolved;
  if (held !== undefined) {
    if (held.era > next.era) return state;
    if (held.era === next.era && careful.indexOf(held.outcome) >= careful.indexOf(next.outcome)) return state;
  }
  return { ...state, resolved: next };
}
