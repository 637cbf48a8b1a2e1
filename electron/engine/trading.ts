import { recordOf } from '../../broker/orders/orderBook.ts';
import { OrderDesk } from '../../broker/orders/orderDesk.ts';
import { newYorkDate } from '../../scanner/domain/calendar.ts';
import type { EngineCore } from './core.ts';
import { AccountBook } from './desk/accountBook.ts';
import type { EngineDeps } from './engineDeps.ts';
import { PositionBook } from './positions/positionBook.ts';
import { Broadcast } from './streams/broadcast.ts';
import { comboQuote } from './ticket/comboQuote.ts';
import { LegQuotes } from './ticket/legQuotes.ts';
import { TicketBook } from './ticket/ticketBook.ts';

/** The title strip and the positions are read, not charted: four times a second is alive enough. */
const STATUS_MS = 250;
const POSITIONS_MS = 250;
const MS_PER_MINUTE = 60_000;

export type EngineTrading = ReturnType<typeof openTrading>;

/** Accounts, positions, tickets and the order desk. */
export function openTrading(deps: EngineDeps, core: EngineCore) {
  const { clock, storage } = deps;
  const { gateway, settings, deskLog } = core;
  const statusChanges = new Broadcast(clock, STATUS_MS);
  const positionChanges = new Broadcast(clock, POSITIONS_MS);
  const quotes = new LegQuotes(gateway.marketData);
  const accounts = new AccountBook(gateway.account, statusChanges.request);
  const orders: OrderDesk = new OrderDesk({
    ...{ clock, journal: storage.journal, safety: storage.safety, newId: deps.newId, orders: gateway.orders },
    surroundings: {
      link: core.link,
      limits: () => settings.current.limits,
      armMs: () => settings.current.armMinutes * MS_PER_MINUTE,
      quote: ({ legs, increments }) => comboQuote(legs, (conId) => quotes.latest(conId), increments),
      marketOpen: core.marketOpen,
      summary: (account) => accounts.summary(account),
      pnl: (account) => accounts.pnl(account),
      positions: (account) => positions.of(account),
    },
    log: (level, text) => {
      if (level === 'info') deskLog.info(text);
      else if (level === 'warning') deskLog.warn(text);
      else deskLog.error(text);
    },
  });
  // A position may be older than the orders that still matter, and is shown as it was opened all the same.
  const recent = new Set(orders.records().map(({ intent }) => intent.orderRef));
  const unexpired = storage.journal.loadUnexpired(newYorkDate(clock.now()));
  const older = unexpired.filter(({ intent }) => !recent.has(intent.orderRef)).map(recordOf);
  const positions: PositionBook = new PositionBook({
    ...{ account: gateway.account, quotes, nowMs: core.nowMs },
    records: () => [...older, ...orders.records()],
    onChange: positionChanges.request,
  });
  const tickets = new TicketBook({
    ...{ feed: core.feed, recent: core.recent, reference: gateway.reference, quotes, link: core.link, clock },
    position: (id) => positions.group(id),
    maxQuantity: () => settings.current.limits.maxQuantity,
  });
  return { statusChanges, positionChanges, accounts, orders, positions, tickets };
}
