import type { BrokerTarget, LinkStatus } from '../../broker/gateway.ts';
import { isOpen } from '../../broker/orders/phase.ts';
import { toAppError } from '../../scanner/domain/errors.ts';
import { connectionService, connectSimulator } from './connectionService.ts';
import { openCore, type EngineCore } from './core.ts';
import { deskService } from './deskService.ts';
import { deskStatus } from './deskStatus.ts';
import type { EngineDeps } from './engineDeps.ts';
import { followLink } from './followLink.ts';
import { createImplementer, type Implementer } from './implementer.ts';
import { ordersService } from './ordersService.ts';
import { positionsService } from './positionsService.ts';
import { profilesService } from './profilesService.ts';
import { referenceService } from './referenceService.ts';
import { safetyService } from './safetyService.ts';
import { scanService } from './scanService.ts';
import { settingsService } from './settingsService.ts';
import { ticketService } from './ticketService.ts';
import { openTrading, type EngineTrading } from './trading.ts';

/** Between two steps of what a person does, such as dragging a slider. */
const QUIET_MS = 2_000;

export type Engine = ReturnType<typeof createEngine>;

/** Wires broker, scanner and storage, and serves the contract over them. Knows nothing of who hosts it. */
export function createEngine(deps: EngineDeps) {
  const core = openCore(deps);
  const trading = openTrading(deps, core);
  const stopFollowing = followLink(deps.clock, core, trading);
  let calledAt = -Infinity;
  const onCall = () => {
    calledAt = deps.clock.monotonic();
  };
  return {
    router: createRouter(createImplementer(deps.log, onCall), deps, { core, trading }),
    /** True while a pause harms nobody: no order can cost anything, none can be sent, and nobody has just asked for anything. */
    isQuiet: () =>
      deps.clock.monotonic() - calledAt >= QUIET_MS &&
      trading.orders.safety().armedUntilMs === undefined &&
      !trading.orders.records().some(({ outcome }) => isOpen(outcome.phase)),
    /** Streams open now, over all windows. */
    openStreams: () => core.streams.openStreams,
    /** Connects to a TWS; without a target to the built-in simulator. What goes wrong is in the log and the status. */
    connect: async (target: BrokerTarget | undefined) => {
      try {
        if (target === undefined) await connectSimulator(connectionDeps(deps, core));
        else core.gateway.connection.connect(target);
      } catch (thrown) {
        core.deskLog.error(toAppError(thrown).message);
      }
    },
    /** Tells why there is no connection, now and whenever the reason changes. @returns what stops it. */
    onLinkProblem: (tell: (problem: string) => void) => {
      let told: string | undefined;
      const look = ({ problem }: LinkStatus) => {
        if (problem !== undefined && problem !== told) tell(problem);
        told = problem ?? told;
      };
      look(core.link());
      return core.gateway.connection.onStatus(look);
    },
    /** Ends streams, connection, workers and storage. Cancels no order. */
    close: async () => {
      stopFollowing();
      core.streams.endAll();
      core.facts.close();
      core.watchlist.close();
      core.quoteChanges.stop();
      trading.statusChanges.stop();
      trading.positionChanges.stop();
      trading.tickets.close();
      trading.positions.close();
      trading.accounts.close();
      trading.orders.close();
      await core.gateway.close();
      await core.pool.close();
      deps.storage.close();
    },
  };
}

function createRouter(
  os: Implementer,
  deps: EngineDeps,
  { core, trading }: { core: EngineCore; trading: EngineTrading },
) {
  const { clock, storage } = deps;
  const { streams, settings, gateway, deskLog } = core;
  return os.router({
    streams: {
      ack: os.streams.ack.handler(({ input, context }) => {
        streams.acknowledge(context.owner, input.stream, input.seq);
      }),
    },
    desk: deskService(os, {
      ...{ streams, log: deskLog, quotes: core.watchlist, quoteChanges: core.quoteChanges },
      status: () => deskStatus(deps, core, trading),
      statusChanges: trading.statusChanges,
    }),
    connection: connectionService(os, connectionDeps(deps, core)),
    settings: settingsService(os, settings, deskLog),
    profiles: profilesService(os, storage.profiles),
    reference: referenceService(os, gateway.reference),
    scan: scanService(os, core.scans, { ...core, clock, log: deskLog, ...scanHooks(core) }),
    ticket: ticketService(os, { book: trading.tickets, desk: trading.orders, streams, clock }),
    orders: ordersService(os, { desk: trading.orders, streams, clock }),
    positions: positionsService(os, { book: trading.positions, changes: trading.positionChanges, streams }),
    safety: safetyService(os, trading.orders),
  });
}

function connectionDeps(deps: EngineDeps, core: EngineCore) {
  const { clock, clientId, canConnect, simulator } = deps;
  const { gateway, newGateway } = core;
  return { clock, clientId, canConnect, gateway, newGateway, startSimulator: simulator.start };
}

function scanHooks({ connected, link }: EngineCore) {
  return {
    offline: () => (connected() ? undefined : (link().problem ?? 'Not connected. Connect to TWS or to the simulator.')),
  };
}
