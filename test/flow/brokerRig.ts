import { onTestFinished } from 'vitest';
import type {
  BrokerGateway,
  BrokerNotice,
  ContractCache,
  LinkPhase,
  LinkStatus,
  OrderWireEvent,
} from '../../broker/gateway.ts';
import { memoryOrderIds } from '../../broker/tws/orderIds.ts';
import { createTwsGateway, DEFAULT_TWS_SETTINGS, type TwsSettings } from '../../broker/tws/twsGateway.ts';
import { watchLoop } from '../../broker/simulator/loopWatch.ts';
import { startSimulator, type RunningSimulator, type SimulatorOptions } from '../../broker/simulator/server.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';
import { wednesday } from './wednesday.ts';

/** A simulator on a free port that ends with the test. */
export async function simulator(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const loop = watchLoop(wednesday);
  const sim = await startSimulator({
    ...{ port: 0, seed: 11, clock: wednesday, hours: 'always', loopTurnedAt: loop.turnedAt },
    ...options,
  });
  onTestFinished(() => sim.close().finally(() => loop.stop()));
  return sim;
}

/** A contract cache in memory, and how often it was written to. */
export function memoryCache(): ContractCache & { writes(): number } {
  const lists = new Map<string, readonly OptionContract[]>();
  let writes = 0;
  return {
    read: (...key) => lists.get(key.join('|'))?.slice(),
    write: (day, symbol, root, ...[expiry, right, contracts]) => {
      writes++;
      lists.set([day, symbol, root, expiry, right].join('|'), contracts);
    },
    writes: () => writes,
  };
}

export interface Rig {
  gateway: BrokerGateway;
  /** Phases as they were told, repeats left out. */
  phases: LinkPhase[];
  notices: BrokerNotice[];
  events: OrderWireEvent[];
  /** What went to the log as a warning or an error. */
  complaints: string[];
  cache: ReturnType<typeof memoryCache>;
  status: () => LinkStatus;
  connect: (port: number, clientId?: number) => void;
}

/** Deadlines short enough for a test, long enough for a busy machine. */
const QUICK: Partial<TwsSettings> = {
  session: {
    handshakeMs: 1_500,
    heartbeat: { everyMs: 150, deadlineMs: 400 },
    reconcileMs: 400,
    upstreamPatienceMs: 60_000,
  },
};

/** A gateway that ends with the test; a listener's throw or any other bug in its log fails it unless `mayComplain`. */
export function rig(settings: Partial<TwsSettings> = {}, { mayComplain = false, clock = wednesday } = {}): Rig {
  const complaints: string[] = [];
  const complain = (details: object, message: string): void =>
    void complaints.push(`${message} ${'err' in details ? String(details.err) : ''}`.trim());
  const cache = memoryCache();
  const gateway = createTwsGateway({
    clock,
    // The shortest pauses between attempts.
    random: () => 0,
    settings: { ...DEFAULT_TWS_SETTINGS, ...QUICK, ...settings },
    contractCache: cache,
    orderIdStore: memoryOrderIds(),
    log: { info: () => undefined, warn: complain, error: complain },
  });
  onTestFinished(async () => {
    await gateway.close();
    if (!mayComplain && complaints.length > 0) throw new Error(`the log complained: ${complaints.join('; ')}`);
  });
  const phases: LinkPhase[] = [];
  const notices: BrokerNotice[] = [];
  const events: OrderWireEvent[] = [];
  gateway.connection.onStatus(({ phase }) => void (phases.at(-1) !== phase && phases.push(phase)));
  gateway.connection.onNotice((notice) => void notices.push(notice));
  gateway.orders.onEvent((event) => void events.push(event));
  const status = (): LinkStatus => gateway.connection.status();
  const connect = (port: number, clientId = 7): void =>
    gateway.connection.connect({ host: '127.0.0.1', port, clientId });
  return { gateway, phases, notices, events, complaints, cache, status, connect };
}

/** Resolves as soon as the status is what is waited for; the test's own timeout ends it otherwise. */
export function until(rig: Pick<Rig, 'gateway'>, wanted: (status: LinkStatus) => boolean): Promise<LinkStatus> {
  return new Promise((resolve) => {
    const now = rig.gateway.connection.status();
    if (wanted(now)) return resolve(now);
    const off = rig.gateway.connection.onStatus((status) => {
      if (!wanted(status)) return;
      off();
      resolve(status);
    });
  });
}

/** A gateway that is ready to trade on a fresh simulator. */
export async function ready(settings: Partial<TwsSettings> = {}): Promise<Rig & { sim: RunningSimulator }> {
  const sim = await simulator();
  const ours = rig(settings);
  ours.connect(sim.port);
  await until(ours, ({ phase }) => phase === 'ready');
  return { ...ours, sim };
}
