import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dividendsOf } from '../../broker/simulator/core/rates.ts';
import { UNIVERSE } from '../../broker/simulator/core/universe.ts';
import type { LegworkClient } from '../../electron/contract/client.ts';
import type { DeskStatus, LogLine, QuoteRow } from '../../electron/contract/desk.ts';
import type { OrderView, PositionGroup, TicketQuote } from '../../electron/contract/orders.ts';
import type { ScanHead } from '../../electron/contract/scan.ts';
import { openEngine, type HostedEngine } from '../../electron/hosts/openEngine.ts';
import { newYorkDate } from '../../scanner/domain/calendar.ts';
import { parseProfile, type ProfileInput } from '../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { eventually } from './eventually.ts';
import { followStream, type Followed } from './followStream.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'legwork-desk-'));
let hosted: HostedEngine;
let api: LegworkClient;
let desk: Followed<undefined, DeskStatus>;
let log: Followed<LogLine, undefined>;
const follows: { close(): void }[] = [];

const amd = (changes: Partial<ProfileInput> = {}) =>
  parseProfile({
    ...{ version: 1, name: 'AMD puts', symbols: ['AMD'], strategies: ['bullPut'] },
    ...{ dte: { min: 25, max: 40 }, shortDelta: { min: 0.2, max: 0.4 }, width: { max: 10 } },
    ...changes,
  });

function openScan(stream: string, profile = amd()): Promise<Followed<RankedSpread, ScanHead>> {
  return remember(
    followStream<RankedSpread, ScanHead>({
      ...{ api, stream, keyOf: ({ id }) => id },
      open: (name, signal) => api.scan.watch({ stream: name, profile }, { signal }),
    }),
  );
}

async function remember<F extends { close(): void }>(opening: Promise<F>): Promise<F> {
  const followed = await opening;
  follows.push(followed);
  return followed;
}

function bestOf(scan: Followed<RankedSpread, ScanHead>): RankedSpread {
  const [best] = [...scan.rows.values()].sort((a, b) => b.score - a.score);
  if (best === undefined) throw new Error('the scan has no rows');
  return best;
}

beforeAll(async () => {
  hosted = await openEngine({ dataDir, version: '0.0.0', seed: 7 });
  api = createRouterClient(hosted.engine.router, { context: { owner: randomUUID() } });
  desk = await remember(
    followStream<undefined, DeskStatus>({
      ...{ api, stream: 'desk-stream', keyOf: () => '' },
      open: (stream, signal) => api.desk.watch({ stream }, { signal }),
    }),
  );
  log = await remember(
    followStream<LogLine, undefined>({
      ...{ api, stream: 'log-stream', keyOf: ({ id }) => id },
      open: (stream, signal) => api.desk.log({ stream }, { signal }),
    }),
  );
  await desk.until((followed) => (followed.head()?.link.phase === 'ready' ? true : undefined));
});
afterAll(async () => {
  for (const follow of follows) follow.close();
  await hosted.close();
  rmSync(dataDir, { recursive: true });
});

test('a start without settings is connected to a simulated market and badged so', () => {
  const status = desk.head();
  expect(status?.link).toMatchObject({ mode: 'simulated', upstreamOk: true, readOnlyApi: false });
  expect(status?.link.accounts[0]).toMatch(/^SIM/);
  expect(status?.marketOpen).toBe(true);
  expect(status?.safety.ordersEnabled).toBe(false);
  expect(status?.safety.blocks.join(' ')).toContain('switched off');
});

test('the watchlist moves and knows IV rank and percentile apart', async () => {
  const symbols = ['SPY', 'AMD', 'NOSUCH'];
  const quotes = await remember(
    followStream<QuoteRow, undefined>({
      ...{ api, stream: 'quote-stream', keyOf: ({ symbol }) => symbol },
      open: (stream, signal) => api.desk.quotes({ stream, symbols }, { signal }),
    }),
  );
  const spy = await quotes.until(({ rows }) =>
    rows.get('SPY')?.ivPercentile === undefined || rows.get('SPY')?.last === undefined ? undefined : rows.get('SPY'),
  );
  expect(spy.last).toBeGreaterThan(100);
  expect(spy.iv).toBeGreaterThan(0.03);
  expect(spy.ivRank).not.toBe(spy.ivPercentile);
  const first = spy.last;
  await quotes.until(({ rows }) => (rows.get('SPY')?.last === first ? undefined : true));
  expect(quotes.rows.get('NOSUCH')).toEqual({ symbol: 'NOSUCH', kind: 'live' });
  quotes.close();
});

test('scan, ticket, preview, arm, send, fill, position with P&L, close', { timeout: 60_000 }, async () => {
  const scan = await openScan('scan-stream-1');
  await scan.until(({ rows }) => (rows.size > 0 ? true : undefined));
  const complete = (head: ScanHead | undefined) => head?.progress.symbolsDone === 1 && !head.progress.running;
  await scan.until(({ head }) => (complete(head()) ? true : undefined));
  const row = bestOf(scan);
  expect(row).toMatchObject({ symbol: 'AMD', strategy: 'bullPut' });

  const subject = { kind: 'open', spreadId: row.id } as const;
  const ticket = await remember(
    followStream<undefined, TicketQuote>({
      ...{ api, stream: 'ticket-stream-1', keyOf: () => '' },
      open: (stream, signal) => api.ticket.watch({ stream, subject }, { signal }),
    }),
  );
  const quote = await ticket.until(({ head }) => (head()?.natural === undefined ? undefined : head()));
  const { natural = NaN, mid = NaN, best = NaN, tick } = quote;
  expect(natural).toBeLessThanOrEqual(mid);
  expect(mid).toBeLessThanOrEqual(best);
  expect(Math.round((natural / tick) * 1e6) % 1e6).toBe(0);

  const asked = { subject, quantity: 2, credit: natural, tif: 'DAY' } as const;
  const refused = await api.ticket.preview(asked);
  expect(refused.token).toBeUndefined();
  expect(refused.risk.filter(({ verdict }) => verdict === 'stop').map(({ id }) => id)).toEqual([
    'ordersEnabled',
    'armed',
  ]);

  await api.safety.enableOrders({ enabled: true });
  await api.safety.arm();
  const preview = await api.ticket.preview({ ...asked, credit: ticket.head()?.natural ?? natural });
  expect(preview.mode).toBe('simulated');
  expect(preview.marginSource).toBe('broker');
  // Two legs, two contracts each, 0.65 a leg where the profile names no fee: none here.
  expect((preview.maxLoss ?? NaN) + (preview.maxProfit ?? NaN)).toBeCloseTo(row.width * 200, 6);
  const { token = '' } = preview;
  const orders = await remember(
    followStream<OrderView, undefined>({
      ...{ api, stream: 'orders-stream', keyOf: ({ orderRef }) => orderRef },
      open: (stream, signal) => api.orders.watch({ stream }, { signal }),
    }),
  );
  const { orderRef } = await api.ticket.send({ token });
  await expect(api.ticket.send({ token })).rejects.toMatchObject({ data: { code: 'preview-expired' } });
  const filled = await orders.until(({ rows }) =>
    rows.get(orderRef)?.phase === 'filled' ? rows.get(orderRef) : undefined,
  );
  expect(filled.filled).toBe(2);
  expect(filled.averageCredit).toBeGreaterThanOrEqual(filled.credit);

  const positions = await remember(
    followStream<PositionGroup, undefined>({
      ...{ api, stream: 'positions-stream', keyOf: ({ id }) => id },
      open: (stream, signal) => api.positions.watch({ stream }, { signal }),
    }),
  );
  const held = await positions.until(({ rows }) =>
    [...rows.values()].find((group) => group.unrealisedPnl !== undefined && group.mark !== undefined),
  );
  expect(held).toMatchObject({ symbol: 'AMD', strategy: 'bullPut', quantity: -2 });
  expect(held.maxLoss).toBeCloseTo(row.width * 200 - (held.maxProfit ?? NaN), 6);
  expect(held.title).toContain(`${row.shortStrike}/${row.longStrike} bull put`);

  await closePosition(held, orders, positions);
});

async function closePosition(
  held: PositionGroup,
  orders: Followed<OrderView, undefined>,
  positions: Followed<PositionGroup, undefined>,
): Promise<void> {
  const subject = { kind: 'close', positionId: held.id } as const;
  const ticket = await remember(
    followStream<undefined, TicketQuote>({
      ...{ api, stream: 'ticket-stream-2', keyOf: () => '' },
      open: (stream, signal) => api.ticket.watch({ stream, subject }, { signal }),
    }),
  );
  const quote = await ticket.until(({ head }) => (head()?.natural === undefined ? undefined : head()));
  expect(quote.natural).toBeLessThan(0);
  expect(quote.maxQuantity).toBe(2);
  const preview = await api.ticket.preview({ subject, quantity: 2, credit: quote.natural ?? NaN, tif: 'DAY' });
  expect(preview.sentence).toContain('Buy back');
  const { orderRef } = await api.ticket.send({ token: preview.token ?? '' });
  await orders.until(({ rows }) => (rows.get(orderRef)?.phase === 'filled' ? true : undefined));
  await positions.until(({ rows }) => (rows.has(held.id) ? undefined : true));
}

test('a changed profile re-filters without asking TWS again, under a new generation', { timeout: 30_000 }, async () => {
  const scan = await openScan('scan-stream-2', amd({ limit: 500 }));
  await scan.until(({ head }) =>
    head()?.progress.symbolsDone === 1 && (head()?.summary?.survivors ?? 0) > 5 ? true : undefined,
  );
  const { generation } = scan;
  const before = generation();
  await api.scan.pause({ stream: 'scan-stream-2', paused: true });
  await scan.until(({ head }) => (head()?.progress.paused === true ? true : undefined));
  const loaded = scan.head()?.progress;
  const narrow = amd({ limit: 500, shortDelta: { min: 0.25, max: 0.3 } });
  await api.scan.refine({ stream: 'scan-stream-2', profile: narrow });
  await scan.until((followed) => (followed.generation() > before ? true : undefined));
  expect(scan.rows.size).toBeGreaterThan(0);
  for (const row of scan.rows.values()) expect(Math.abs(row.shortDelta ?? NaN)).toBeGreaterThanOrEqual(0.25 - 1e-9);
  // A new load would count from nothing again; a frame or two of the old one may still have been on its way.
  expect(scan.head()?.progress.toQuote).toBe(loaded?.toQuote);
  expect(scan.head()?.progress.messagesSent).toBeGreaterThanOrEqual(loaded?.messagesSent ?? Infinity);
  scan.close();
});

test('rows explain themselves: analysis and why-not', { timeout: 30_000 }, async () => {
  const scan = await openScan('scan-stream-3');
  await scan.until(({ rows }) => (rows.size > 0 ? true : undefined));
  const row = bestOf(scan);
  expect(row.terms.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(row.score, 9);
  const analysis = await api.scan.analyse({ spreadId: row.id });
  expect(analysis.forward).toBeGreaterThan(analysis.spot * 0.98);
  expect(analysis.exercise).toBe('american');
  expect(analysis.evLenses.map(({ lens, value }) => [lens, typeof value])).toEqual([
    ['rnd', 'number'],
    ['realised', 'number'],
    ['history', 'number'],
  ]);
  const { symbol, expiry, strategy, shortStrike, longStrike } = row;
  const question = { symbol, expiry, strategy, shortStrike, longStrike };
  expect(await api.scan.whyNot({ ...question, profile: amd() })).toMatchObject({ found: true, passes: true });
  const strict = await api.scan.whyNot({ ...question, profile: amd({ pop: { min: 0.99 } }) });
  expect(strict.failures[0]?.filter).toBe('pop');
  // The market has moved since the row was made.
  expect(strict.failures[0]?.value).toBeCloseTo(row.pop ?? NaN, 1);
  scan.close();
});

test('an unknown symbol is a problem of its own and stops no other', { timeout: 30_000 }, async () => {
  const scan = await openScan('scan-stream-4', amd({ symbols: ['NOSUCH', 'AMD'] }));
  await scan.until(({ rows }) => (rows.size > 0 ? true : undefined));
  const problems = await scan.until(({ head }) =>
    head()?.progress.problems.length === 1 ? head()?.progress.problems : undefined,
  );
  expect(problems[0]?.symbol).toBe('NOSUCH');
  scan.close();
});

test('the checklist passes against the simulator and leaves the link alone', async () => {
  const target = desk.head()?.link.target;
  if (target === undefined) throw new Error('not connected');
  const { epoch } = desk.head()?.link ?? {};
  const checks = await api.connection.check({ ...target, clientId: target.clientId + 1 });
  expect(checks.map(({ id, state }) => `${id} ${state}`)).toEqual(
    ['listening', 'handshake', 'clientId', 'account', 'readOnly', 'clock', 'marketData'].map((id) => `${id} passed`),
  );
  const taken = await api.connection.check(target);
  expect(taken.find(({ id }) => id === 'clientId')?.state).toBe('failed');
  expect(desk.head()?.link).toMatchObject({ phase: 'ready', epoch });
});

test('all is quiet while no order can be sent and nobody asks, however much the streams tell', async () => {
  const { isQuiet } = hosted.engine;
  await api.safety.arm();
  const messages = desk.messages();
  await sleep(2_500);
  expect(desk.messages()).toBeGreaterThan(messages);
  expect(isQuiet()).toBe(false);
  await api.safety.disarm();
  expect(isQuiet()).toBe(false);
  await eventually(isQuiet);
  await api.settings.get();
  expect(isQuiet()).toBe(false);
  await eventually(isQuiet);
});

test('a halt blocks new orders, is said, and is lifted by a person', async () => {
  await api.safety.halt({ reason: 'test' });
  await desk.until(({ head }) => (head()?.safety.halted?.reason === 'test' ? true : undefined));
  expect(desk.head()?.safety.blocks.join(' ')).toContain('Halted');
  await api.safety.resume();
  await desk.until(({ head }) => (head()?.safety.halted === undefined ? true : undefined));
});

test('the log tells the story in plain words, and holds no token', () => {
  const texts = [...log.rows.values()].map(({ text }) => text).join('\n');
  expect(texts).toContain('simulated account SIM');
  expect(texts).toMatch(/AMD .* bull put .*: filled/);
  const file = readFileSync(join(dataDir, 'legwork.log'), 'utf8');
  expect(file).toContain('filled');
  expect(file).not.toMatch(/[?&]t=[A-Za-z0-9_-]{20}/);
});

test(
  'spreads over an ex-dividend day are left out on request, and named by the analysis',
  { timeout: 60_000 },
  async () => {
    const listing = UNIVERSE.find(({ symbol }) => symbol === 'GS');
    const next = listing && dividendsOf(listing, newYorkDate(Date.now())).next;
    if (!next) throw new Error('the simulator lists a payer called GS');
    const profile = amd({ symbols: ['GS'], dte: { min: 20, max: 100 }, shortDelta: { min: 0.25, max: 0.35 } });
    const scan = await openScan('scan-stream-dividend', profile);
    const isDone = (head: ScanHead | undefined) => head?.progress.symbolsDone === 1 && !head.progress.running;
    await scan.until(({ head, rows }) => (isDone(head()) && rows.size > 0 ? true : undefined));
    const over = [...scan.rows.values()].find(({ expiry }) => expiry >= next.exDate);
    expect(over, 'an expiry beyond the next ex-dividend day').toBeDefined();
    const analysis = await api.scan.analyse({ spreadId: over?.id ?? '' });
    expect(analysis.dividends[0]).toEqual(next);

    await api.scan.refine({ stream: 'scan-stream-dividend', profile: { ...profile, excludeExDividend: true } });
    const rejected = await scan.until(
      ({ head }) => head()?.summary?.funnel.find(({ filter }) => filter === 'excludeExDividend')?.rejected,
    );
    expect(rejected).toBeGreaterThan(0);
    await scan.until(({ rows }) => ([...rows.values()].every(({ expiry }) => expiry < next.exDate) ? true : undefined));
  },
);
