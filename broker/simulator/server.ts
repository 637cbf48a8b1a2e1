import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { SimulatorCore } from './core/simulatorCore.ts';
import { SessionTable } from './wire/sessionTable.ts';

export interface SimulatorOptions {
  /** 0 takes any free port. */
  port: number;
  seed: number;
  clock: Clock;
  /** `always`: the session never closes. `exchange`: New York hours, weekends and holidays. */
  hours: 'always' | 'exchange';
  /** Chains of quote files, replacing the generated options of their symbols. */
  recordedChains?: readonly RecordedChain[];
  /** Account ids; they start with SIM. */
  accounts?: readonly string[];
}

export interface RunningSimulator {
  readonly port: number;
  /** Behind the wire, for tests that look at the truth. */
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
  const { clock, seed, hours } = options;
  const accounts = options.accounts ?? DEFAULT_ACCOUNTS;
  const core = new SimulatorCore({ clock, seed, hours, accounts, startingCash: STARTING_CASH, recorded: [] });
  const sessions = new SessionTable(core);
  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    sessions.accept(socket);
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    core,
    connect: () => {
      const [client, ours] = duplexPair();
      sessions.accept(ours);
      return client;
    },
    close: async () => {
      sessions.cutAll();
      core.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'another program uses it' : cause.message;
      const message = `The simulator cannot listen on ${HOST}:${port}: ${reason}. Choose another port, or 0 for any.`;
      reject(new LegworkError({ kind: 'connection', code: 'refused', message }, { cause }));
    });
    server.listen(port, HOST, resolve);
  });
}
