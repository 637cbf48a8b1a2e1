import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { AppError } from '../../scanner/domain/errors.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import { toAppError } from '../../scanner/domain/errors.ts';
import { watchLoop } from './loopWatch.ts';
import { startSimulator } from './server.ts';
import type { SimulatorOptions } from './server.ts';

/** What can cross into a thread: everything but the clock, which the thread has of its own. */
export type ThreadOptions = Omit<SimulatorOptions, 'clock' | 'loopTurnedAt' | 'onBug'> & {
  /** The bundled thread, where there is a bundle; by default this file. */
  threadFile?: string | URL;
};

export interface SimulatorThread {
  readonly port: number;
  /** Ends the thread; it runs until then, also past the end of its clients. */
  close(): Promise<void>;
}

/** Many times what is in use, and yet so little that V8 collects old objects soon: see MOST_HEAP_MB of the scan's threads. */
const MOST_HEAP_MB = 512;

interface ThreadData {
  kind: 'legwork simulator';
  options: Omit<SimulatorOptions, 'clock' | 'loopTurnedAt' | 'onBug'>;
}

type ThreadReport = { type: 'listening'; port: number } | { type: 'failed'; error: AppError };

/**
 * Runs a simulator in a thread of its own, so that it cannot slow the caller.
 * @throws LegworkError connection/refused when the port cannot be had.
 */
export async function startSimulatorThread({ threadFile, ...options }: ThreadOptions): Promise<SimulatorThread> {
  const data: ThreadData = { kind: 'legwork simulator', options };
  const resourceLimits = { maxOldGenerationSizeMb: MOST_HEAP_MB };
  const worker = new Worker(threadFile ?? new URL(import.meta.url), { workerData: data, resourceLimits });
  const report = await new Promise<ThreadReport>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new Error(`The simulator's thread ended with code ${code} before it was ready.`)),
    );
  });
  if (report.type === 'failed') {
    await worker.terminate();
    throw new LegworkError(report.error);
  }
  worker.unref();
  return { port: report.port, close: async () => void (await worker.terminate()) };
}

/** The thread's own clock: it is a host. */
const threadClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (run, delayMs) => setTimeout(run, delayMs),
  clearTimer: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};

/** One client's trouble must not take the market from the others. */
function reportBug(thrown: unknown): void {
  process.stderr.write(`simulator: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
}

async function runThread({ options }: ThreadData): Promise<void> {
  let report: ThreadReport;
  try {
    const { port } = await startSimulator({
      ...options,
      clock: threadClock,
      loopTurnedAt: watchLoop(threadClock).turnedAt,
      onBug: reportBug,
    });
    report = { type: 'listening', port };
  } catch (thrown) {
    report = { type: 'failed', error: toAppError(thrown) };
  }
  parentPort?.postMessage(report);
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'legwork simulator';
}

const handed: unknown = workerData;
if (!isMainThread && isThreadData(handed)) await runThread(handed);
