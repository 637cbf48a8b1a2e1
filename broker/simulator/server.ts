import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { recordedSources } from './core/recordedSource.ts';
import { SimulatorCore } from './core/simulatorCore.ts';
import { FaultPlan } from './faults.ts';
import type { FaultRule, WireCondition } from './faults.ts';
import { SessionTable } from './wire/sessionTable.ts';

export interface SimulatorOptions {
  /** 0 takes any free port. */
  port: number;
  /** The same seed, clock and requests give the same bytes. */
  seed: number;
  clock: Clock;
  /** `always`: the session never closes. `exchange`: New York hours, weekends and holidays. */
  hours: 'always' | 'exchange';
  /** Chains of quote files; they replace the generated options of their symbols. */
  recordedChains?: readonly RecordedChain[];
  /** Account ids; each starts with 250,000 dollars. */
  accounts?: readonly string[];
  faults?: readonly FaultRule[];
  /** When the thread last looked at its sockets, where it can be held up: see `watchLoop`. */
  loopTurnedAt?: () => number;
  /** Told of the simulator's own mistakes; thrown when absent. The client that met one is cut off either way. */
  onBug?: (thrown: unknown) => void;
}

/** Misfortunes on demand, for drills and tests. */
export interface SimulatorFaults {
  /** @returns disarms the rule. */
  add(rule: FaultRule): () => void;
  /** Forgets all rules and heals the wire. */
  clear(): void;
  /** Ends every connection at once. */
  cutAll(): void;
  /** A notice of TWS to every client: 1100, 1101, 1102, 2103, ... */
  notify(code: number, message: string): void;
  /** Stops reading, falls silent, or writes in slices; what is not named stays as it is. */
  setWire(condition: Partial<WireCondition>): void;
  /** What nextValidId says from now on; undefined for the truth. */
  setNextValidId(orderId: number | undefined): void;
  /** Closes, then listens again on the same port with orders and positions kept, as TWS's nightly restart. */
  restart(): Promise<void>;
}

export interface RunningSimulator {
  readonly port: number;
  readonly faults: SimulatorFaults;
  /** The truth behind the wire, for tests to compare with. */
  readonly core: SimulatorCore;
  /** A client connection without a socket, for runs in virtual time. */
  connect(): Duplex;
  close(): Promise<void>;
}

const DEFAULT_ACCOUNTS = ['SIM0000001'];
const STARTING_CASH = 250_000;
const HOST = '127.0.0.1';

/**
 * Starts a TWS on 127.0.0.1.
 * @throws LegworkError connection/refused when the port cannot be had.
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { clock, seed, hours, accounts = DEFAULT_ACCOUNTS, recordedChains = [] } = options;
  const recorded = recordedSources(recordedChains, clock.now());
  const core = new SimulatorCore({ clock, seed, hours, accounts, startingCash: STARTING_CASH, recorded });
  const plan = new FaultPlan(options.faults);
  const onBug = options.onBug ?? rethrow;
  const sessions = new SessionTable({
    core,
    faults: plan,
    loopTurnedAt: options.loopTurnedAt ?? (() => clock.monotonic()),
    onBug,
  });
  const server = createServer({ noDelay: true }, (socket) => sessions.accept(socket));
  const port = await listen(server, options.port);
  const stopListening = async (): Promise<void> => {
    sessions.cutAll();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    port,
    core,
    faults: {
      add: (rule) => plan.add(rule),
      clear: () => {
        plan.clear();
        sessions.applyCondition();
      },
      cutAll: () => sessions.cutAll(),
      notify: (code, message) => sessions.notify(code, message),
      setWire: (condition) => {
        plan.condition = { ...plan.condition, ...condition };
        sessions.applyCondition();
      },
      setNextValidId: (orderId) => {
        plan.nextValidId = orderId;
      },
      restart: async () => {
        await stopListening();
        await listen(server, port);
      },
    },
    connect: () => {
      const [client, ours] = duplexPair();
      sessions.accept(ours);
      return client;
    },
    close: async () => {
      await stopListening();
      core.close();
    },
  };
}

function rethrow(thrown: unknown): never {
  throw thrown;
}

/** @returns the port listened on. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const reason = cause.code === 'EADDRINUSE' ? 'another program uses it' : cause.message;
      const message = `The simulator cannot listen on ${HOST}:${port}: ${reason}. Choose another port, or 0 for any.`;
      reject(new LegworkError({ kind: 'connection', code: 'refused', message }, { cause }));
    };
    server.once('error', refuse);
    server.listen(port, HOST, () => {
      server.off('error', refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
