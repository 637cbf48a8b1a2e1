import type { Clock } from '../../scanner/domain/clock.ts';
import type { AccountSummary, LinkStatus, OrderPort, PnlUpdate, PositionUpdate } from '../gateway.ts';
import type { RiskLimits } from '../risk/riskWorld.ts';
import type { Halt, OrderJournal, SafetyStore } from './journal.ts';
import type { ComboQuote, Ticket } from './ticket.ts';

/** What the desk looks at around it, always as it is now. */
export interface DeskSurroundings {
  link(): LinkStatus;
  limits(): RiskLimits;
  /** How long a session stays armed, ms. */
  armMs(): number;
  quote(ticket: Ticket): ComboQuote | undefined;
  marketOpen(): boolean;
  summary(account: string): AccountSummary | undefined;
  /** Of the whole account. */
  pnl(account: string): PnlUpdate | undefined;
  positions(account: string): readonly PositionUpdate[];
}

export interface OrderDeskDeps {
  orders: OrderPort;
  journal: OrderJournal;
  safety: SafetyStore;
  clock: Clock;
  /** A fresh UUID each time. */
  newId: () => string;
  surroundings: DeskSurroundings;
  log: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/** Same fields as the contract's Safety. */
export interface SafetyView {
  ordersEnabled: boolean;
  armedUntilMs?: number;
  halted?: Halt;
  unlockedAccounts: string[];
  unknownOrders: number;
  blocks: string[];
}
