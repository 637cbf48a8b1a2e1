import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../engine/engine.ts';
import { simulatorLauncher } from '../engine/simulatorThread.ts';
import { openStorage } from '../storage/storage.ts';
import { openLogFile, type LogFile } from './logFile.ts';
import { giveBackPooledMemory } from './pooledMemory.ts';
import { realClock } from './realClock.ts';

/** Ours by default; TWS's own examples use the low numbers. */
export const DEFAULT_CLIENT_ID = 17;
const PROBE_MS = 3_000;

export interface EngineChoices {
  /** Made when it is not there. */
  dataDir: string;
  version: string;
  /** A TWS or IB Gateway; the built-in simulator when absent. */
  broker?: { host: string; port: number } | undefined;
  clientId?: number | undefined;
  /** Of the simulated market. */
  seed?: number | undefined;
  hours?: 'always' | 'exchange' | undefined;
  /** Bundled threads, where there is a bundle. */
  workerFile?: string | URL;
  simulatorFile?: string | URL;
}

export interface HostedEngine {
  engine: Engine;
  log: LogFile;
  /** Why the database cannot be used, where it lies and what to do; then nothing is saved and no order leaves. */
  storageProblem: () => string | undefined;
  /** Ends engine, simulator and log, in this order. */
  close(): Promise<void>;
}

/** The engine on this computer's clock, disk, sockets and threads, connecting to its broker. */
export async function openEngine(choices: EngineChoices): Promise<HostedEngine> {
  const { dataDir, version, broker, clientId = DEFAULT_CLIENT_ID, seed = 1, hours = 'always' } = choices;
  await mkdir(dataDir, { recursive: true });
  const log = openLogFile(dataDir);
  const simulator = simulatorLauncher({ seed, hours, ...optional('threadFile', choices.simulatorFile) });
  const storage = openStorage({
    path: join(dataDir, 'legwork.db'),
    clock: realClock,
    log: (level, text) => {
      log[level === 'warning' ? 'warn' : level](text);
    },
  });
  const engine = createEngine({
    ...{ clock: realClock, random: Math.random, newId: randomUUID, storage, log, version, clientId, simulator },
    threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    canConnect,
    ...optional('workerFile', choices.workerFile),
  });
  log.info('Legwork started', { version, dataDir, pid: process.pid, node: process.version });
  const stopWatching = logCrashes(log);
  const stopGivingBack = giveBackPooledMemory({ clock: realClock, isQuiet: engine.isQuiet });
  // The window need not wait for it: it shows the connection coming.
  const connecting = engine.connect(broker === undefined ? undefined : { ...broker, clientId });
  return {
    engine,
    log,
    storageProblem: storage.problem,
    close: async () => {
      await connecting;
      stopGivingBack();
      await engine.close();
      await simulator.close();
      stopWatching();
      log.info('Legwork ended');
      log.flush();
    },
  };
}

function optional<Name extends string>(name: Name, file: string | URL | undefined) {
  return (file === undefined ? {} : { [name]: file }) as Partial<Record<Name, string | URL>>;
}

/** True when something accepts connections there. */
function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_MS });
    const finish = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => {
      finish(true);
    });
    for (const event of ['error', 'timeout']) {
      socket.once(event, () => {
        finish(false);
      });
    }
  });
}

/** Whatever ends this process leaves its stack in the log first; the process still ends. @returns what stops it. */
function logCrashes(log: LogFile): () => void {
  const onCrash = (error: Error, origin: string) => {
    log.error('Legwork ends: an error that nothing caught', { origin, message: error.message, stack: error.stack });
    log.flush();
  };
  process.on('uncaughtExceptionMonitor', onCrash);
  return () => {
    process.off('uncaughtExceptionMonitor', onCrash);
  };
}
