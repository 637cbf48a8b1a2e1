import type { TradingMode } from '../../scanner/domain/tradingMode.ts';
import type { ComboOrder, OrderWireEvent } from '../gateway.ts';
import type { RiskCheck } from '../risk/riskCheck.ts';
import type { OrderPhase } from './phase.ts';
import type { Micros } from '../../scanner/domain/money.ts';

/** What a person asked for, exactly as it goes on the wire; committed to disk before the first byte is written. */
export interface OrderIntent {
  /** Also `order.orderRef`: our identity of the order, for ever. */
  orderRef: string;
  /** Valid for this client id and this era only; TWS's permId and our orderRef outlive it. */
  orderId: number;
  order: ComboOrder;
  /** SHA-256 of the canonical payload, equal to that of the preview. */
  payloadHash: string;
  /** `close` only reduces risk that is already held. */
  effect: 'open' | 'close';
  mode: TradingMode;
  /** `AMD 100/95 bull put 15 Sep 2023`. */
  title: string;
  /** Worst-case loss of the whole order, fees in: reserved until the order's end is known. 0 for a close. */
  maxLossMicros: Micros;
  /** What the risk gate said at transmit. */
  verdict: readonly RiskCheck[];
  /** See `Era`. */
  era: Era;
  createdAtMs: number;
}

/**
 * Counts connections over the life of the journal, restarts included: a higher era is always later. Events of one era
 * may come in any order; events of a later era are better evidence than those of an earlier one.
 */
export type Era = number;

/** What we know of ourselves, beside what the wire says. */
export type OwnOrderEvent =
  | { type: 'maybeWritten'; reason: string; atMs: number }
  | { type: 'cancelRequested'; by: string; atMs: number }
  | { type: 'resolved'; outcome: ResolvedOutcome; by: string; atMs: number };

export type ResolvedOutcome = 'filled' | 'cancelled' | 'not-sent';

export type OrderEvent = OrderWireEvent | OwnOrderEvent;

/** An event with the connection that carried it. */
export interface StampedEvent {
  era: Era;
  event: OrderEvent;
}

/** One intent with all that was heard of it, oldest first. */
export interface JournalledOrder {
  intent: OrderIntent;
  events: readonly StampedEvent[];
}

/**
 * The durable, append-only record of orders. SQLite implements it (electron/storage).
 * Reading and appending never throw: a failed write shows in `problem`, which stops new risk and never a cancel.
 */
export interface OrderJournal {
  /** Why the journal cannot be written, in plain words with what to do; undefined while it can. */
  problem(): string | undefined;
  /**
   * Commits the intent with synchronous=FULL and raises the order-id high water, in one transaction.
   * @throws LegworkError data/storage when it is not on disk: then nothing may be sent.
   */
  commitIntent(intent: OrderIntent): void;
  append(orderRef: string, stamped: StampedEvent): void;
  /** What the facts amount to now; an order whose end is known is not loaded again once it is old. */
  recordPhase(orderRef: string, phase: OrderPhase, atMs: number): void;
  /** Orders without a known end, and all created since `sinceMs`. Oldest first. */
  load(sinceMs: number): JournalledOrder[];
  /** The highest order id ever used or seen; 0 when none. */
  orderIdHighWater(): number;
  raiseOrderIdHighWater(orderId: number): void;
  /** The highest era ever stamped; 0 when none. */
  lastEra(): Era;
}

/** A halt stays until a person lifts it, restarts included. */
export interface Halt {
  atMs: number;
  by: string;
  reason: string;
}

export interface SafetyState {
  halted: Halt | undefined;
  ordersEnabled: boolean;
  /** Live accounts that a person has unlocked by typing their id. */
  unlockedAccounts: readonly string[];
}

/** Durable state of the safety switches. @throws LegworkError data/storage from the writes. */
export interface SafetyStore {
  read(): SafetyState;
  writeHalt(halt: Halt | undefined): void;
  writeOrdersEnabled(enabled: boolean): void;
  writeUnlocked(account: string, unlocked: boolean, atMs: number): void;
}
