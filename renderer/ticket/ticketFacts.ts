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
