import type { TicketQuote } from '../../electron/contract/orders.ts';

export interface TicketFacts {
  /** Dollars for the whole order, fees in; the engine's preview replaces them. */
  maxLoss: number;
  maxProfit: number;
}

/** Contracts are traded once per leg: two of a vertical, four of a condor. */
type Quote = Pick<TicketQuote, 'multiplier' | 'feesPerLeg'> & { legs: readonly unknown[] };

/** Largest loss and profit of opening `quantity` spreads at `credit` per share, fees in. @source finance.md */
export function openingFacts(quote: Quote & { width: number }, credit: number, quantity: number): TicketFacts {
  const { width, multiplier, feesPerLeg, legs } = quote;
  const fees = feesPerLeg * legs.length * quantity;
  const units = multiplier * quantity;
  const received = credit >= 0;
  const profit = received ? credit : width + credit;
  const loss = received ? width - credit : -credit;
  return { maxProfit: profit * units - fees, maxLoss: loss * units + fees };
}

/** Profit that closing at `credit` locks in for `quantity` spreads opened at `entry`, both per share, fees of the close in. */
export function closingProfit(
  { multiplier, feesPerLeg, legs }: Quote,
  { entry, credit, quantity }: { entry: number; credit: number; quantity: number },
): number {
  return quantity * ((entry + credit) * multiplier - feesPerLeg * legs.length);
}
