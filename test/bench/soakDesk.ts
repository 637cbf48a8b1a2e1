import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LegworkClient } from '../../electron/contract/client.ts';
import type { LogLine, QuoteRow } from '../../electron/contract/desk.ts';
import type { ScanHead } from '../../electron/contract/scan.ts';
import { parseProfile, type Profile } from '../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { openWindow } from '../contract/transports.ts';
import { followStream, type Followed } from '../flow/followStream.ts';
import { LAUNCH_ADDRESS, startCommand } from '../legworkProcess.ts';

/** How much the desk has done so far: a soak of a desk that stands still proves nothing. */
export interface SoakWork {
  rows: number;
  contracts: number;
  streamMessages: number;
  twsMessages: number;
  refined: number;
}

export interface SoakDesk {
  work(): SoakWork;
  /** Of the program, not of who watches it. */
  memory(): Promise<NodeJS.MemoryUsage>;
  /** What a person at the desk does every few seconds: drags a filter, opens and closes a second scan, asks why. */
  act(round: number): Promise<void>;
  close(): Promise<void>;
}

const SYMBOLS = ['SPY', 'QQQ', 'IWM', 'AAPL', 'MSFT', 'NVDA', 'AMD', 'TSLA', 'META', 'AMZN'];
const WIDTHS = [5, 6, 8, 10];

/** Expiries of a whole quarter: some of the shares go ex-dividend before, which makes tables of another kind. */
function profileOf(maxWidth: number, symbols = SYMBOLS): Profile {
  return parseProfile({
    ...{ version: 1, name: 'soak', symbols, strategies: ['bullPut', 'bearCall'], limit: 500 },
    ...{ dte: { min: 20, max: 100 }, shortDelta: { min: 0.15, max: 0.35 }, width: { max: maxWidth } },
    greeks: 'model',
  });
}

/**
 * The program as people run it, in a process of its own with the simulator in its thread and over TCP, and in this one a
 * window over its WebSocket: a live scan, quotes and the log.
 * @param run what Node is started with, as `npm start` does.
 */
export async function openSoakDesk(run: { flags: readonly string[]; env: NodeJS.ProcessEnv }): Promise<SoakDesk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'legwork-soak-'));
  const flags = [...run.flags, '--import', new URL('./reportMemory.ts', import.meta.url).href];
  const serve = ['serve', '--port', '0', '--seed', '11', '--data-dir', dataDir];
  const { found, child, stop } = await startCommand(serve, LAUNCH_ADDRESS, { flags, env: run.env });
  const window = await openWindow(found[0]);
  const { api } = window;
  const scan = await openScan(api, profileOf(Math.max(...WIDTHS)));
  const quotes = await followStream<QuoteRow, undefined>({
    ...{ api, stream: 'soak-quotes', keyOf: ({ symbol }) => symbol },
    open: (stream, signal) => api.desk.quotes({ stream, symbols: SYMBOLS }, { signal }),
  });
  const log = await followStream<LogLine, undefined>({
    ...{ api, stream: 'soak-log', keyOf: ({ id }) => id },
    open: (stream, signal) => api.desk.log({ stream }, { signal }),
  });
  const follows = [scan, quotes, log];
  let refined = 0;
  return {
    work: () => ({
      ...{ rows: scan.rows.size, contracts: scan.head()?.summary?.contracts ?? 0, refined },
      streamMessages: follows.reduce((sum, followed) => sum + followed.messages(), 0),
      twsMessages: scan.head()?.progress.messagesSent ?? 0,
    }),
    memory: async () => {
      child.send('memory');
      const [memory] = (await once(child, 'message')) as [NodeJS.MemoryUsage];
      return memory;
    },
    act: async (round) => {
      const error = follows.map((followed) => followed.error()).find((thrown) => thrown !== undefined);
      if (error !== undefined) throw error instanceof Error ? error : new Error('a stream of the soak ended');
      await api.scan.refine({ stream: 'soak-scan', profile: profileOf(WIDTHS[round % WIDTHS.length] ?? 5) });
      refined += 1;
      if (round % 6 === 0) await visit(api, scan, round);
    },
    close: async () => {
      for (const followed of follows) followed.close();
      await stop();
      window.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function openScan(api: LegworkClient, profile: Profile, stream = 'soak-scan') {
  return followStream<RankedSpread, ScanHead>({
    ...{ api, stream, keyOf: ({ id }) => id },
    open: (name, signal) => api.scan.watch({ stream: name, profile }, { signal }),
  });
}

/** A second scan comes and goes, and a row is looked into. */
async function visit(api: LegworkClient, scan: Followed<RankedSpread, ScanHead>, round: number): Promise<void> {
  const second = await openScan(api, profileOf(5, SYMBOLS.slice(0, 2)), `soak-visit-${round}`);
  await second.until(({ messages }) => (messages() > 0 ? true : undefined));
  second.close();
  const [row] = scan.rows.values();
  if (row === undefined) return;
  await api.scan.analyse({ spreadId: row.id });
  const { symbol, expiry, strategy, shortStrike, longStrike } = row;
  await api.scan.whyNot({ profile: profileOf(1), symbol, expiry, strategy, shortStrike, longStrike });
}
