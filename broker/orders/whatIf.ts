import { toAppError } from '../../scanner/domain/errors.ts';
import type { OrderPort, WhatIf } from '../gateway.ts';
import type { RiskCheck } from '../risk/riskCheck.ts';
import { orderOfTicket } from './ticket.ts';
import type { Ticket } from './ticket.ts';

/** Findings with which a what-if makes no sense: TWS is not there, or legs, price or quantity are none. */
const NEEDED = ['link', 'readOnlyApi', 'account', 'legs', 'price', 'tick', 'quantity'];

interface WhatIfRequest {
  ticket: Ticket;
  orderRef: string;
  checks: readonly RiskCheck[];
  orders: OrderPort;
  signal: AbortSignal | undefined;
}

/** TWS's margin and commission for a ticket; where it gives none, why in plain words. Never rejects. */
export async function askWhatIf(request: WhatIfRequest): Promise<{ whatIf?: WhatIf; warning?: string }> {
  const { ticket, orderRef, checks, orders, signal } = request;
  if (checks.some(({ id, verdict }) => verdict === 'stop' && NEEDED.includes(id))) return {};
  try {
    // Its own reference: nothing that TWS says of the question can be taken for news of the order.
    const whatIf = await orders.whatIf(orderOfTicket(ticket, `${orderRef}-what-if`), signal);
    return whatIf.warning === undefined ? { whatIf } : { whatIf, warning: whatIf.warning };
  } catch (thrown) {
    return { warning: `TWS gave no margin for this order: ${toAppError(thrown).message}` };
  }
}
