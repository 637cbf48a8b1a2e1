import type { BrokerGateway, BrokerLog, ContractCache } from '../../broker/gateway.ts';
import { memoryOrderIds } from '../../broker/tws/orderIds.ts';
import { createTwsGateway } from '../../broker/tws/twsGateway.ts';
import { ScanPool } from '../../scanner/pool/scanPool.ts';
import { scopedContractCache } from './connection/scopedContractCache.ts';
import { DeskLog } from './desk/deskLog.ts';
import { isMarketOpen } from './desk/marketHours.ts';
import { WatchlistQuotes } from './desk/watchlistQuotes.ts';
import type { EngineDeps } from './engineDeps.ts';
import type { EngineLog } from './log.ts';
import { ChainFeed } from './scan/chainFeed.ts';
import { ChainLoads } from './scan/loads.ts';
import { RecentSpreads } from './scan/recentSpreads.ts';
import { UnderlyingFacts } from './scan/underlyingFacts.ts';
import { OpenScans } from './scanService.ts';
import { LiveSettings } from './settingsService.ts';
import { Broadcast } from './streams/broadcast.ts';
import { StreamRegistry } from './streams/streamRegistry.ts';

/** Watchlist prices are read, not charted. */
const QUOTES_MS = 250;

export type EngineCore = ReturnType<typeof openCore>;

/** The gateway, the chain and the scans: all that knows nothing of orders. */
export function openCore(deps: EngineDeps) {
  const { clock, storage, log } = deps;
  const deskLog = new DeskLog(clock, log);
  const settings = new LiveSettings(storage.settings);
  const gateway: BrokerGateway = openGateway(deps, settings, () => simulatorAddress(gateway));
  const link = () => gateway.connection.status();
  const connected = () => link().phase === 'ready' || link().phase === 'reconciling';
  const nowMs = () => Math.round(clock.now() + (link().clockSkewMs ?? 0));
  const feed = new ChainFeed();
  const scans = new OpenScans();
  const quoteChanges = new Broadcast(clock, QUOTES_MS);
  const facts = new UnderlyingFacts({
    ...{ reference: gateway.reference, history: storage.history, feed, clock, log, connected },
    mayStore: () => simulatorAddress(gateway) === undefined,
    onChange: (symbol) => {
      for (const scan of scans.all()) scan.factsChanged(symbol);
      quoteChanges.request();
    },
  });
  return {
    ...{ deskLog, settings, gateway, link, connected, nowMs, feed, scans, quoteChanges, facts },
    streams: new StreamRegistry(log),
    recent: new RecentSpreads(),
    loads: new ChainLoads(gateway.marketData, feed),
    pool: new ScanPool({
      clock,
      threads: deps.threads,
      onProblem: (text) => {
        deskLog.warn(text);
      },
      ...(deps.workerFile === undefined ? {} : { workerFile: deps.workerFile }),
    }),
    watchlist: new WatchlistQuotes({
      ...{ reference: gateway.reference, marketData: gateway.marketData, feed, facts, connected },
      onChange: quoteChanges.request,
    }),
    rate: () => settings.current.riskFreeRate,
    marketOpen: () => (link().mode === 'simulated' && deps.simulator.alwaysOpen) || isMarketOpen(nowMs()),
    /** A gateway of its own for the connection checklist; it leaves no trace. */
    newGateway: () =>
      createTwsGateway({
        ...{ clock, random: deps.random, log: brokerLog(log), contractCache: NO_CACHE },
        settings: gatewaySettings(settings),
        orderIdStore: memoryOrderIds(),
      }),
  };
}

const NO_CACHE: ContractCache = { read: () => undefined, write: () => undefined };

/** Where the simulator that we are connected to listens; undefined for IB itself. */
export function simulatorAddress(gateway: BrokerGateway): string | undefined {
  const { mode, target } = gateway.connection.status();
  return mode === 'simulated' && target !== undefined ? `${target.host}:${target.port}` : undefined;
}

function gatewaySettings({ current: { messageCeiling, lineBudget } }: LiveSettings) {
  return { messageCeiling, lineBudget };
}

function openGateway(
  { clock, random, storage, log }: EngineDeps,
  settings: LiveSettings,
  simulator: () => string | undefined,
): BrokerGateway {
  return createTwsGateway({
    ...{ clock, random, log: brokerLog(log), settings: gatewaySettings(settings) },
    contractCache: scopedContractCache(storage.contractCache, simulator),
    orderIdStore: {
      highWater: () => storage.journal.orderIdHighWater(),
      raise: (_clientId, orderId) => {
        storage.journal.raiseOrderIdHighWater(orderId);
      },
    },
  });
}

/** The broker logs as pino does: details first. */
function brokerLog(log: EngineLog): BrokerLog {
  return {
    info: (details, message) => {
      log.info(message, details);
    },
    warn: (details, message) => {
      log.warn(message, details);
    },
    error: (details, message) => {
      log.error(message, details);
    },
  };
}
