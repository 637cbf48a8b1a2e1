/** Where an order stands. `draft`: in the journal, not yet written. `sent`: written, not yet acknowledged by TWS. */
export type OrderPhase =
  | 'draft'
  | 'sent'
  | 'working'
  | 'partial'
  | 'cancelling'
  | 'unknown'
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'not-sent';

const ENDS: readonly OrderPhase[] = ['filled', 'cancelled', 'rejected', 'not-sent'];

/** True in phases in which an order can still cost or earn something. */
export function isOpen(phase: OrderPhase): boolean {
  return !ENDS.includes(phase);
}
