import type { Ticket } from '../../../broker/orders/ticket.ts';
import { LONG_CALL, LONG_PUT, SHORT_CALL, SHORT_PUT, leg } from './orderFixtures.ts';

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

/** The bull put's strikes under other contract ids: to the desk another order. */
export function otherContracts(add: number): Ticket['legs'] {
  return [leg('SELL', 100, SHORT_PUT + add), leg('BUY', 95, LONG_PUT + add)];
}

/** The bull put with a 120/130 bear call beside it: the call wing is the wider one. */
export function condorTicket(changes: Partial<Ticket> = {}): Ticket {
  return bullPutTicket({
    strategy: 'ironCondor',
    legs: [
      leg('SELL', 100, SHORT_PUT),
      leg('BUY', 95, LONG_PUT),
      leg('SELL', 120, SHORT_CALL, 'C'),
      leg('BUY', 130, LONG_CALL, 'C'),
    ],
    quantity: 2,
    credit: 2.35,
    ...changes,
  });
}

/** Buys the condor back at a debit. */
export function closingCondorTicket(changes: Partial<Ticket> = {}): Ticket {
  const legs = condorTicket().legs.map(turned);
  return condorTicket({ effect: 'close', legs, credit: -1.1, ...changes });
}

/** The leg the other way round. */
export function turned(each: Ticket['legs'][number]): Ticket['legs'][number] {
  return { ...each, action: each.action === 'BUY' ? 'SELL' : 'BUY' };
}
