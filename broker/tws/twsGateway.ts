import type { Clock, Random } from '../../scanner/domain/clock.ts';
import { AccountFeed } from '../account/accountFeed.ts';
import type { BrokerGateway, BrokerLog, ContractCache } from '../gateway.ts';
import { MarketDataDesk } from '../marketData/marketDataDesk.ts';
import { DEFAULT_PATIENCE, type ProbePatience } from '../marketData/optionProbe.ts';
import { HistoricalPacer } from '../pacing/historicalPacer.ts';
import { LineBudget } from '../pacing/lineBudget.ts';
import { MessagePacer } from '../pacing/messagePacer.ts';
import { AccountWire } from './accountWire.ts';
import { DailyHistory } from './dailyHistory.ts';
import { TwsLink } from './link.ts';
import { MarketRules } from './marketRules.ts';
import { OrderIds, RequestIds, type OrderIdStore } from './orderIds.ts';
import { OrderWire } from './orderWire.ts';
import { QuoteLines } from './quoteLines.ts';
import { ReferenceDesk } from './referenceDesk.ts';
import { TwsRequests } from './requests.ts';
import { DEFAULT_SESSION, TwsSession, type SessionSettings } from './session.ts';
import { StatusBoard } from './statusBoard.ts';
import { WhatIfs } from './whatIfs.ts';

export interface TwsSettings {
  /** Most frames in any rolling 1,000 ms; 45 leaves room below TWS's 50. */
  messageCeiling: number;
  /** Market-data lines that Legwork may use of the account's (100 by default). */
  lineBudget: number;
  session?: Partial<SessionSettings>;
  patience?: Partial<ProbePatience>;
  /** Deadlines of requests, ms. */
  requestMs?: number;
  historyMs?: number;
  whatIfMs?: number;
}

export interface TwsGatewayDeps {
  clock: Clock;
  random: Random;
  settings: TwsSettings;
  contractCache: ContractCache;
  /** Highest order id ever used, kept across restarts. */
  orderIdStore: OrderIdStore;
  log: BrokerLog;
}

export const DEFAULT_TWS_SETTINGS: TwsSettings = { messageCeiling: 45, lineBudget: 90 };

/** A TWS, an IB Gateway or our simulator, reached over the TWS API. Offline until `connection.connect` is called. */
export function createTwsGateway({
  clock,
  random,
  settings,
  contractCache,
  orderIdStore,
  log,
}: TwsGatewayDeps): BrokerGateway {
  const { requestMs = 15_000, historyMs = 60_000, whatIfMs = 8_000 } = settings;
  const pacer = new MessagePacer(clock, { ceiling: settings.messageCeiling });
  const budget = new LineBudget(settings.lineBudget);
  const ids = new RequestIds(clock);
  const orderIds = new OrderIds(orderIdStore);
  const link = new TwsLink(pacer, log);
  const board = new StatusBoard({ clock, link, pacer, lines: budget, log });
  const session = new TwsSession({
    ...{ clock, random, log, link, pacer, board, orderIds },
    requestIds: ids,
    settings: { ...DEFAULT_SESSION, ...settings.session },
  });
  const requests = new TwsRequests({ link, clock, ids });
  const historyPacer = new HistoricalPacer(clock);
  link.onLost((reason) => historyPacer.purge(reason));
  const reference = new ReferenceDesk({
    ...{ requests, clock },
    cache: contractCache,
    history: new DailyHistory({ requests, pacer: historyPacer, deadlineMs: historyMs }),
    rules: new MarketRules({ link, clock, deadlineMs: requestMs }),
    deadlineMs: requestMs,
  });
  const lines = new QuoteLines({ link, lines: budget, ids, clock, log, session });
  const marketData = new MarketDataDesk({
    ...{ clock, log, reference, lines, budget, pacer },
    link: {
      isOpen: () => link.isOpen,
      onUp: (up) => session.listen({ up }),
    },
    patience: { ...DEFAULT_PATIENCE, ...settings.patience },
  });
  const whatIfs = new WhatIfs({ link, orderIds, clock, deadlineMs: whatIfMs });
  const orders = new OrderWire({ link, session, orderIds, clock, log, whatIfs });
  const account = new AccountFeed({ clock, log });
  account.use(new AccountWire({ link, session, ids, clock }, account));
  return {
    connection: session,
    reference,
    marketData,
    orders,
    account,
    close: () => {
      marketData.close();
      session.disconnect();
      lines.close();
      account.close();
      historyPacer.purge('Legwork is closing');
      pacer.close();
      return Promise.resolve();
    },
  };
}
