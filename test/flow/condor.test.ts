import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LegworkClient } from '../../electron/contract/client.ts';
import type { DeskStatus } from '../../electron/contract/desk.ts';
import type { OrderView, PositionGroup, Preview, TicketQuote, TicketSubject } from '../../electron/contract/orders.ts';
import type { ScanHead } from '../../electron/contract/scan.ts';
import { openEngine, type HostedEngine } from '../../electron/hosts/openEngine.ts';
import { parseProfile, type ProfileInput } from '../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { followStream, type Followed } from './followStream.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'legwork-condor-'));
let hosted: HostedEngine;
let api: LegworkClient;
let orders: Followed<OrderView, undefined>;
let positions: Followed<PositionGroup, undefined>;
const follows: { close(): void }[] = [];

const condors = (changes: Partial<ProfileInput> = {}) =>
  parseProfile({
    ...{ version: 1, name: 'AMD condors', symbols: ['AMD'], strategies: ['ironCondor'], feesPerLeg: 0.65 },
    ...{ dte: { min: 25, max: 40 }, shortDelta: { min: 0.15, max: 0.35 }, width: { max: 10 } },
    ...changes,
  });

async function remember<F extends { close(): void }>(opening: Promise<F>): Promise<F> {
  const followed = await opening;
  follows.push(followed);
  return followed;
}

beforeAll(async () => {
  hosted = await openEngine({ dataDir, version: '0.0.0', seed: 7 });
  api = createRouterClient(hosted.engine.router, { context: { owner: randomUUID() } });
  const desk = await remember(
    followStream<undefined, DeskStatus>({
      ...{ api, stream: 'desk-stream', keyOf: () => '' },
      open: (stream, signal) => api.desk.watch({ stream }, { signal }),
    }),
  );
  orders = await remember(
    followStream<OrderView, undefined>({
      ...{ api, stream: 'orders-stream', keyOf: ({ orderRef }) => orderRef },
      open: (stream, signal) => api.orders.watch({ stream }, { signal }),
    }),
  );
  positions = await remember(
    followStream<PositionGroup, undefined>({
      ...{ api, stream: 'positions-stream', keyOf: ({ id }) => id },
      open: (stream, signal) => api.positions.watch({ stream }, { signal }),
    }),
  );
  await desk.until((followed) => (followed.head()?.link.phase === 'ready' ? true : undefined));
  await api.safety.enableOrders({ enabled: true });
  await api.safety.arm();
});
afterAll(async () => {
  for (const follow of follows) follow.close();
  await hosted.close();
  rmSync(dataDir, { recursive: true });
});

/** Rows of a scan that has loaded everything once. */
async function scanned(stream: string, profile = condors()): Promise<RankedSpread[]> {
  const scan = await remember(
    followStream<RankedSpread, ScanHead>({
      ...{ api, stream, keyOf: ({ id }) => id },
      open: (name, signal) => api.scan.watch({ stream: name, profile }, { signal }),
    }),
  );
  await scan.until(({ head, rows }) => {
    const { progress } = head() ?? {};
    return rows.size > 0 && progress?.symbolsDone === 1 && !progress.running ? true : undefined;
  });
  return [...scan.rows.values()].sort((a, b) => b.score - a.score);
}

let streams = 0;

/** Previews at natural, sends, and waits for the fill. */
async function tradeAtNatural(
  subject: TicketSubject,
  quantity: number,
): Promise<{ quote: TicketQuote; preview: Preview; order: OrderView }> {
  const ticket = await remember(
    followStream<undefined, TicketQuote>({
      ...{ api, stream: `ticket-stream-${streams++}`, keyOf: () => '' },
      open: (stream, signal) => api.ticket.watch({ stream, subject }, { signal }),
    }),
  );
  const quote = await ticket.until(({ head }) => (head()?.natural === undefined ? undefined : head()));
  const preview = await api.ticket.preview({ subject, quantity, credit: quote.natural ?? NaN, tif: 'DAY' });
  if (preview.token === undefined) throw new Error(JSON.stringify(preview.risk));
  const { orderRef } = await api.ticket.send({ token: preview.token });
  const order = await orders.until(({ rows }) => {
    const row = rows.get(orderRef);
    return row?.phase === 'filled' && row.commission !== undefined ? row : undefined;
  });
  ticket.close();
  return { quote, preview, order };
}

const heldOf = (strategy: string) => [...positions.rows.values()].filter((group) => group.strategy === strategy);

test('a condor goes from a row to one filled order, to one position, and back', { timeout: 60_000 }, async () => {
  const [row] = await scanned('condor-scan');
  if (row?.callWing === undefined) throw new Error('the scan found no condor');
  const { shortStrike, longStrike, callWing, width } = row;
  expect(longStrike).toBeLessThan(shortStrike);
  expect(shortStrike).toBeLessThan(callWing.shortStrike);
  expect(callWing.shortStrike).toBeLessThan(callWing.longStrike);
  expect(width).toBe(Math.max(shortStrike - longStrike, callWing.longStrike - callWing.shortStrike));

  const { quote, preview, order } = await tradeAtNatural({ kind: 'open', spreadId: row.id }, 2);
  const strikes = `${shortStrike}/${longStrike} · ${callWing.shortStrike}/${callWing.longStrike}`;
  expect(quote.legs.map(({ action, right, strike }) => [action, right, strike])).toEqual([
    ['SELL', 'P', shortStrike],
    ['BUY', 'P', longStrike],
    ['SELL', 'C', callWing.shortStrike],
    ['BUY', 'C', callWing.longStrike],
  ]);
  expect(preview.sentence).toMatch(/^Sell 2 iron condors on AMD\. .* as one combo, for a credit of /);
  // One side only; one contract of the cheapest commission would be 1.00, so two are 1.30 a leg.
  expect(preview.margin).toBe(200 * width);
  expect(preview.commission).toBeCloseTo(4 * 1.3, 9);
  expect((preview.maxLoss ?? NaN) + (preview.maxProfit ?? NaN)).toBeCloseTo(200 * width, 6);
  expect(order).toMatchObject({ filled: 2, title: expect.stringContaining(`AMD ${strikes} iron condor`) as string });
  expect(order.averageCredit).toBeGreaterThanOrEqual(order.credit);
  expect(order.commission).toBeCloseTo(4 * 1.3, 9);

  const held = await positions.until(() =>
    // Positions are told leg by leg.
    heldOf('ironCondor').find(
      ({ quantity, mark, unrealisedPnl }) => quantity === -2 && mark !== undefined && unrealisedPnl !== undefined,
    ),
  );
  expect(positions.rows.size).toBe(1);
  expect(held).toMatchObject({ quantity: -2, name: `${strikes} iron condor` });
  expect(held.legs.map(({ quantity }) => quantity)).toEqual([-2, 2, -2, 2]);
  expect(held.maxLoss).toBeCloseTo(200 * width - (held.maxProfit ?? NaN), 6);

  const back = await tradeAtNatural({ kind: 'close', positionId: held.id }, 2);
  expect(back.quote).toMatchObject({ maxQuantity: 2, width });
  expect(back.preview.sentence).toMatch(/^Buy back 2 iron condors on AMD\./);
  expect(back.preview.margin).toBe(-200 * width);
  await positions.until(({ rows }) => (rows.size === 0 ? true : undefined));
});

test('two wings that are opened apart stay two positions', { timeout: 60_000 }, async () => {
  const rows = await scanned('wing-scan', condors({ strategies: ['bullPut', 'bearCall'] }));
  const puts = rows.find(({ strategy }) => strategy === 'bullPut');
  const calls = rows.find(({ strategy, expiry }) => strategy === 'bearCall' && expiry === puts?.expiry);
  await tradeAtNatural({ kind: 'open', spreadId: puts?.id ?? '' }, 1);
  await tradeAtNatural({ kind: 'open', spreadId: calls?.id ?? '' }, 1);
  await positions.until(() => (heldOf('bullPut').length === 1 && heldOf('bearCall').length === 1 ? true : undefined));
  expect(positions.rows.size).toBe(2);
  for (const { id } of [...positions.rows.values()]) await tradeAtNatural({ kind: 'close', positionId: id }, 1);
  await positions.until(({ rows: held }) => (held.size === 0 ? true : undefined));
});

test('a condor explains itself: analysis with four legs, and why-not', { timeout: 60_000 }, async () => {
  const [row] = await scanned('explained-scan');
  if (row?.callWing === undefined) throw new Error('the scan found no condor');
  const analysis = await api.scan.analyse({ spreadId: row.id });
  expect(analysis.evLenses.map(({ lens, value }) => [lens, typeof value])).toEqual([
    ['rnd', 'number'],
    ['realised', 'number'],
    ['history', 'number'],
  ]);
  for (const { value = NaN } of analysis.evLenses) {
    expect(value).toBeGreaterThanOrEqual(-row.maxLoss / 100 - 0.01);
    expect(value).toBeLessThanOrEqual(row.maxProfit / 100 + 0.01);
  }
  const { symbol, expiry, strategy, shortStrike, longStrike, callWing } = row;
  const calls = { callShortStrike: callWing.shortStrike, callLongStrike: callWing.longStrike };
  const question = { symbol, expiry, strategy, shortStrike, longStrike, ...calls };
  expect(await api.scan.whyNot({ ...question, profile: condors() })).toMatchObject({ found: true });
  const strict = await api.scan.whyNot({ ...question, profile: condors({ pop: { min: 0.999 } }) });
  expect(strict.failures.map(({ filter }) => filter)).toContain('pop');
});
