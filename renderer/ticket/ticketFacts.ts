import type { TicketQuote } from '../../electron/contract/orders.ts';

/** Contracts of one leg that must be traded to open and to hold to expiry: two legs. */
const LEGS = 2;

export interface TicketFacts {
  /** Dollars for the whole order, fees in; the engine's preview replaces them. */
  maxLoss: number;
  maxProfit: number;
}

/** Largest loss and profit of opening `quantity` verticals at `credit` per share, fees in. @source finance.md */
export function openingFacts(
  quote: Pick<TicketQuote, 'width' | 'multiplier' | 'feesPerLeg'>,
  credit: number,
  quantity: number,
): TicketFacts {
  const { width, multiplier, feesPerLeg } = quote;
  const fees = feesPerLeg * LEGS * quantity;
  const units = multiplier * quantity;
  const received = credit >= 0;
  const profit = received ? credit : width + credit;
  const loss = received ? width - credit : -credit;
  return { maxProfit: profit * units - fees, maxLoss: loss * units + fees };
}

/** Profit that closing at `credit` locks in for `quantity` verticals opened at `entry`, both per share, fees of the close in. */
export function closingProfit(
  { multiplier, feesPerLeg }: Pick<TicketQuote, 'multiplier' | 'feesPerLeg'>,
  { entry, credit, quantity }: { entry: number; credit: number; quantity: number },
): number {
  return quantity * ((entry + credit) * multiplier - feesPerLeg * LEGS);
}
