import type { OrderPhase, OrderView } from '../../electron/contract/orders.ts';

const WORDS: Readonly<Record<OrderPhase, string>> = {
  draft: 'Not sent yet',
  sent: 'Sent, not acknowledged',
  working: 'Working',
  partial: 'Partly filled',
  cancelling: 'Cancelling',
  unknown: 'Outcome unknown',
  filled: 'Filled',
  cancelled: 'Cancelled',
  rejected: 'Rejected',
  'not-sent': 'Never sent',
};

/** An order's phase in a person's words. */
export function phaseWords(order: Pick<OrderView, 'phase'>): string {
  return WORDS[order.phase];
}

/** True while something can still happen to it. */
export function isOpen(order: Pick<OrderView, 'phase'>): boolean {
  return !['filled', 'cancelled', 'rejected', 'not-sent'].includes(order.phase);
}
