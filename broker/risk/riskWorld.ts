import type { AccountSummary, ComboLeg, LinkStatus, PnlUpdate, PositionUpdate, WhatIf } from '../gateway.ts';
import type { OrderPhase } from '../orders/phase.ts';
import type { Halt } from '../orders/journal.ts';
import type { ComboQuote, Ticket } from '../orders/ticket.ts';

/** Dollars, unless the name says otherwise. A person sets these; no program can raise them. */
export interface RiskLimits {
  maxQuantity: number;
  maxLossPerOrder: number;
  maxOpenRisk: number;
  ordersPerMinute: number;
  tradesPerDay: number;
  maxDailyLoss: number;
  maxQuoteAgeMs: number;
  /** How far past natural a limit may lie, dollars per share. */
  priceCollar: number;
}

/** Older than this, a P&L says nothing of the loss so far while positions are held. */
export const MAX_PNL_AGE_MS = 120_000;

/** The same legs and sides again within this time are a double click until shown otherwise. */
export const DUPLICATE_WINDOW_MS = 10_000;

export interface ProposedOrder {
  ticket: Ticket;
  /** Dollars for the whole order, fees in; 0 when it only closes. Infinity when there is no bound. */
  maxLoss: number;
  /** Undefined until TWS has answered. */
  whatIf: WhatIf | undefined;
}

/** An order of today, or one that is still open, as the gate sees it. */
export interface OrderRisk {
  orderRef: string;
  title: string;
  account: string;
  phase: OrderPhase;
  legs: readonly ComboLeg[];
  legsKey: string;
  /** Combos that may still fill. */
  remaining: number;
  /** Worst-case dollars of what may still fill. */
  reserved: number;
  createdAtMs: number;
  /** More than one permId of it is alive. */
  doubled: boolean;
}

/** Everything the gate looks at, as it is now. */
export interface RiskWorld {
  nowMs: number;
  limits: RiskLimits;
  link: Pick<LinkStatus, 'phase' | 'mode' | 'accounts' | 'upstreamOk' | 'readOnlyApi'>;
  ordersEnabled: boolean;
  armed: boolean;
  halted: Halt | undefined;
  unlockedAccounts: readonly string[];
  storageProblem: string | undefined;
  quote: ComboQuote | undefined;
  marketOpen: boolean;
  summary: AccountSummary | undefined;
  /** Of the whole account. */
  pnl: PnlUpdate | undefined;
  /** Of the ticket's account. */
  positions: readonly PositionUpdate[];
  /** Of every account: an order whose fate is unknown stops new risk everywhere. */
  orders: readonly OrderRisk[];
}
