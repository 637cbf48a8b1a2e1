import type { Ticket } from '../../../broker/orders/ticket.ts';
import { LONG_PUT, SHORT_PUT, leg } from './orderFixtures.ts';

/** The ticket of design/mock/live.html: 5 AMD 100/95 bull puts at 1.29. */
export function bullPutTicket(changes: Partial<Ticket> = {}): Ticket {
  return {
    effect: 'open',
    account: 'SIM0001',
    symbol: 'AMD',
    strategy: 'bullPut',
    legs: [leg('SELL', 100, SHORT_PUT), leg('BUY', 95, LONG_PUT)],
    quantity: 5,
    credit: 1.29,
    tif: 'DAY',
    feesPerLeg: 0.65,
    increments: [{ lowEdge: 0, increment: 0.01 }],
    ...changes,
  };
}

/** Buys the same spread back at a debit. */
export function closingTicket(changes: Partial<Ticket> = {}): Ticket {
  return bullPutTicket({
    effect: 'close',
    legs: [leg('BUY', 100, SHORT_PUT), leg('SELL', 95, LONG_PUT)],
    credit: -0.51,
    ...changes,
  });
}
