import { randomUUID } from 'node:crypto';
import type {
  AccountSummary,
  BrokerGateway,
  ComboLeg,
  OrderPort,
  PnlUpdate,
  PositionUpdate,
  QuoteUpdate,
  Underlying,
} from '../../broker/gateway.ts';
import { OrderDesk } from '../../broker/orders/orderDesk.ts';
import type { ComboQuote, Ticket } from '../../broker/orders/ticket.ts';
import { createTwsGateway } from '../../broker/tws/twsGateway.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import type { Storage } from '../../electron/storage/storage.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import { alignToTick } from '../../scanner/domain/money.ts';
import { eventually } from './eventually.ts';

export interface TestDeskOptions {
  port: number;
  /** SQLite file; the same path again is a restart. */
  path: string;
  clock: Clock;
  clientId?: number;
  /** Stands between the desk and the wire, to kill or to count. */
  wrapOrders?: (orders: OrderPort) => OrderPort;
}

/** The whole order path as the engine wires it: real storage, real client library, real desk. */
export interface TestDesk {
  desk: OrderDesk;
  gateway: BrokerGateway;
  storage: Storage;
  positions: Map<number, PositionUpdate>;
  logged: string[];
  /** Connects, and waits until orders are reconciled and balances have come. */
  connect(): Promise<void>;
  /** A bull put spread on SPY with live quotes on both legs; its short strike is the first below `share` of spot. */
  spread(share?: number): Promise<TestSpread>;
  /** Switches orders on and arms. */
  ready(): void;
  close(): Promise<void>;
}

export interface TestSpread {
  ticket(changes: { quantity?: number; at: 'natural' | 'best'; effect?: 'open' | 'close' }): Ticket;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function startDesk({ port, path, clock, clientId = 1, wrapOrders }: TestDeskOptions): TestDesk {
  const logged: string[] = [];
  const storage = openStorage({ path, clock, log: (_, text) => void logged.push(text) });
  const gateway = createTwsGateway({
    ...{ clock, random: () => 0, contractCache: storage.contractCache, orderIdStore: storage.journal, log: silent },
    settings: { messageCeiling: 45, lineBudget: 90 },
  });
  const summaries = new Map<string, AccountSummary>();
  const pnls = new Map<string, PnlUpdate>();
  const positions = new Map<number, PositionUpdate>();
  gateway.account.onSummary((summary) => void summaries.set(summary.account, summary));
  gateway.account.onPnl((pnl) => void (pnl.conId === undefined && pnls.set(pnl.account, pnl)));
  gateway.account.onPosition((position) => void positions.set(position.conId, position));
  const quotes = new Map<number, { quote: QuoteUpdate; atMs: number }>();
  const desk = new OrderDesk({
    orders: wrapOrders?.(gateway.orders) ?? gateway.orders,
    journal: storage.journal,
    safety: storage.safety,
    clock,
    newId: () => randomUUID(),
    log: (_, text) => void logged.push(text),
    surroundings: {
      link: () => gateway.connection.status(),
      limits: () => ({ ...storage.settings.get().limits, maxQuantity: 1000, maxLossPerOrder: 1e6, maxOpenRisk: 1e7 }),
      armMs: () => 60_000,
      quote: ({ legs }) => quoteOf(legs, quotes),
      marketOpen: () => true,
      summary: (account) => summaries.get(account),
      pnl: (account) => pnls.get(account),
      positions: () => [...positions.values()],
    },
  });
  return {
    ...{ desk, gateway, storage, positions, logged },
    connect: async () => {
      gateway.connection.connect({ host: '127.0.0.1', port, clientId });
      await eventually(() => gateway.connection.status().phase === 'ready');
      await eventually(() => [...pnls.values()].some(({ daily }) => daily !== undefined) && summaries.size > 0);
    },
    spread: (share = 0.99) => watchSpread(gateway, quotes, share),
    ready: () => {
      desk.setOrdersEnabled(true);
      desk.arm();
    },
    close: async () => {
      desk.close();
      await gateway.close();
      storage.close();
    },
  };
}

type Quotes = Map<number, { quote: QuoteUpdate; atMs: number }>;

async function watchSpread(gateway: BrokerGateway, quotes: Quotes, share: number): Promise<TestSpread> {
  const underlying = await gateway.reference.underlying('SPY');
  const [first] = await gateway.reference.optionClasses(underlying);
  const expiry = first?.expiries[5] ?? '';
  const puts = await gateway.reference.contracts(underlying, first?.root ?? '', expiry, 'P');
  // A little out of the money, and about five dollars wide: a spread that has a price on both sides.
  const spot = await spotOf(gateway, underlying);
  const listed = puts.filter(({ conId }) => conId !== undefined).sort((a, b) => b.strike - a.strike);
  const short = listed.find(({ strike }) => strike < share * spot);
  const long = listed.find(({ strike }) => short !== undefined && strike <= short.strike - 5);
  if (long?.conId === undefined || short?.conId === undefined) throw new Error('the simulator lists no SPY puts');
  for (const contract of [long, short]) {
    gateway.marketData.watchOption(contract, (quote, _, atMs) => {
      const known = quotes.get(contract.conId ?? 0)?.quote ?? {};
      quotes.set(contract.conId ?? 0, { quote: { ...known, ...quote }, atMs });
    });
  }
  const increments = await gateway.reference.priceIncrements(short.conId);
  const legs = (effect: 'open' | 'close'): ComboLeg[] => [
    { conId: short.conId ?? 0, action: effect === 'open' ? 'SELL' : 'BUY', ratio: 1, contract: short },
    { conId: long.conId ?? 0, action: effect === 'open' ? 'BUY' : 'SELL', ratio: 1, contract: long },
  ];
  await eventually(() => quoteOf(legs('open'), quotes)?.natural !== undefined);
  return {
    ticket: ({ quantity = 1, at, effect = 'open' }) => {
      const quote = quoteOf(legs(effect), quotes);
      const [status] = gateway.connection.status().accounts;
      return {
        ...{ effect, account: status ?? '', symbol: 'SPY', strategy: 'bullPut', legs: legs(effect), quantity },
        // A little past natural, so that it is sure to fill; or a little past the best, so that it is sure to wait.
        credit: alignToTick(at === 'natural' ? (quote?.natural ?? 0) - 0.05 : (quote?.best ?? 0) + 0.3, increments),
        ...{ tif: 'DAY', feesPerLeg: 0.65, increments },
      };
    },
  };
}

async function spotOf(gateway: BrokerGateway, underlying: Underlying): Promise<number> {
  let spot: number | undefined;
  const stop = gateway.marketData.watchUnderlying(underlying, ({ last, bid }) => void (spot ??= last ?? bid));
  await eventually(() => spot !== undefined);
  stop();
  return spot ?? NaN;
}

/** Net of the legs as a credit, once each has a bid and an ask. */
function quoteOf(legs: readonly ComboLeg[], quotes: Quotes): ComboQuote | undefined {
  let natural = 0;
  let best = 0;
  let atMs = Infinity;
  for (const { conId, action } of legs) {
    const known = quotes.get(conId);
    const { bid, ask } = known?.quote ?? {};
    if (known === undefined || bid === undefined || ask === undefined) return undefined;
    natural += action === 'SELL' ? bid : -ask;
    best += action === 'SELL' ? ask : -bid;
    atMs = Math.min(atMs, known.atMs);
  }
  return { natural, best, mid: (natural + best) / 2, kind: 'live', atMs };
}
