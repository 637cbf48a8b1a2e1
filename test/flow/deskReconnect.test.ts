import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator, type RunningSimulator } from '../../broker/simulator/server.ts';
import type { LegworkClient } from '../../electron/contract/client.ts';
import type { DeskStatus, LogLine, QuoteRow } from '../../electron/contract/desk.ts';
import type { TicketQuote } from '../../electron/contract/orders.ts';
import type { ScanHead } from '../../electron/contract/scan.ts';
import { openEngine, type HostedEngine } from '../../electron/hosts/openEngine.ts';
import { realClock } from '../../electron/hosts/realClock.ts';
import { parseProfile } from '../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { followStream, type Followed } from './followStream.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'legwork-reconnect-'));
const profile = parseProfile({
  ...{ version: 1, name: 'AMD puts', symbols: ['AMD'], strategies: ['bullPut'] },
  ...{ dte: { min: 25, max: 40 }, shortDelta: { min: 0.2, max: 0.4 }, width: { max: 5 } },
});

let first: RunningSimulator;
let second: RunningSimulator;
let hosted: HostedEngine;
let api: LegworkClient;
let desk: Followed<undefined, DeskStatus>;
let scan: Followed<RankedSpread, ScanHead>;
let quotes: Followed<QuoteRow, undefined>;
let log: Followed<LogLine, undefined>;

beforeAll(async () => {
  const simulator = (seed: number) => startSimulator({ port: 0, seed, clock: realClock, hours: 'always' });
  [first, second] = await Promise.all([simulator(1), simulator(2)]);
  hosted = await openEngine({ dataDir, version: '0', broker: { host: '127.0.0.1', port: first.port } });
  api = createRouterClient(hosted.engine.router, { context: { owner: randomUUID() } });
  desk = await followStream<undefined, DeskStatus>({
    ...{ api, stream: 'desk-stream', keyOf: () => '' },
    open: (stream, signal) => api.desk.watch({ stream }, { signal }),
  });
  log = await followStream<LogLine, undefined>({
    ...{ api, stream: 'log-stream', keyOf: ({ id }) => id },
    open: (stream, signal) => api.desk.log({ stream }, { signal }),
  });
  quotes = await followStream<QuoteRow, undefined>({
    ...{ api, stream: 'quote-stream', keyOf: ({ symbol }) => symbol },
    open: (stream, signal) => api.desk.quotes({ stream, symbols: ['SPY'] }, { signal }),
  });
  scan = await followStream<RankedSpread, ScanHead>({
    ...{ api, stream: 'scan-stream', keyOf: ({ id }) => id },
    open: (stream, signal) => api.scan.watch({ stream, profile }, { signal }),
  });
});
afterAll(async () => {
  for (const followed of [desk, scan, quotes, log]) followed.close();
  await hosted.close();
  await Promise.all([first.close(), second.close()]);
  rmSync(dataDir, { recursive: true });
});

const newestQuote = (rows: Iterable<RankedSpread>) => Math.max(0, ...[...rows].map(({ short }) => short.quotedAtMs));

test(
  'a cut connection is said, comes back, and quotes flow again into the open scan',
  { timeout: 40_000 },
  async () => {
    await scan.until(({ rows, head }) => (rows.size > 0 && head()?.progress.symbolsDone === 1 ? true : undefined));
    const { generation } = scan;
    const before = generation();
    const epoch = desk.head()?.link.epoch ?? 0;
    first.faults.cutAll();
    const offline = await scan.until(({ head }) => head()?.problem);
    // What was on its way to the simulator when it cut decides whether TCP tells of an end or of a reset.
    expect(offline).toMatch(/TWS closed the connection|The connection to TWS broke/);
    expect(scan.rows.size).toBeGreaterThan(0);
    await desk.until(({ head }) => {
      const link = head()?.link;
      return link?.phase === 'ready' && link.epoch > epoch ? true : undefined;
    });
    const cutAtMs = newestQuote(scan.rows.values());
    await scan.until(({ rows }) => (newestQuote(rows.values()) > cutAtMs ? true : undefined));
    expect(scan.head()?.problem).toBeUndefined();
    expect(generation()).toBe(before);
    const last = quotes.rows.get('SPY')?.atMs ?? Infinity;
    await quotes.until(({ rows }) => ((rows.get('SPY')?.atMs ?? 0) > last ? true : undefined));
  },
);

test('another market voids everything that was known of the old one', { timeout: 40_000 }, async () => {
  const { generation } = scan;
  const before = generation();
  const oldSpot = quotes.rows.get('SPY')?.last;
  const [row] = scan.rows.values();
  const subject = { kind: 'open', spreadId: row?.id ?? '' } as const;
  const ticket = await followStream<undefined, TicketQuote>({
    ...{ api, stream: 'ticket-stream', keyOf: () => '' },
    open: (stream, signal) => api.ticket.watch({ stream, subject }, { signal }),
  });
  await ticket.until(({ head }) => head()?.natural);
  await api.connection.connect({ host: '127.0.0.1', port: second.port, clientId: 3 });
  await desk.until(({ head }) => {
    const link = head()?.link;
    return link?.phase === 'ready' && link.target?.port === second.port ? true : undefined;
  });
  const voided = await ticket.until(() => undefined).catch((error: unknown) => error);
  expect(voided).toMatchObject({ data: { kind: 'input', code: 'not-found' } });
  await scan.until((followed) => (followed.generation() > before && followed.rows.size > 0 ? true : undefined));
  await quotes.until(({ rows }) => {
    const { last } = rows.get('SPY') ?? {};
    return last !== undefined && last !== oldSpot ? true : undefined;
  });
});

test('a refused connection is said with the address and what to start', { timeout: 20_000 }, async () => {
  await api.connection.connect({ host: '127.0.0.1', port: 1, clientId: 3 });
  const problem = await desk.until(({ head }) => {
    const link = head()?.link;
    return link?.phase === 'offline' && link.target?.port === 1 ? link.problem : undefined;
  });
  expect(problem).toContain('127.0.0.1:1');
  expect(problem).toContain('Enable ActiveX and Socket Clients');
  await log.until(({ rows }) => [...rows.values()].find(({ text }) => text.includes('127.0.0.1:1')));
  await api.connection.disconnect();
});
