import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safe } from '@orpc/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppError } from '../../scanner/domain/errors.ts';
import { startNodeHost, type NodeHost } from '../../electron/hosts/nodeHost.ts';
import { TRANSPORTS, type Connected } from './transports.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'legwork-contract-'));
/** Nothing listens there: the contract has to work without a broker. */
const NOBODY = { host: '127.0.0.1', port: 1 };
let host: NodeHost;

beforeAll(async () => {
  host = await startNodeHost({ dataDir, version: '1.2.3', port: 0, rendererDir: dataDir, broker: NOBODY });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true });
});

/** The AppError that a call answers with. */
async function errorOf(call: Promise<unknown>): Promise<AppError> {
  const { error } = await safe(call);
  const { defined, data } = error as { defined?: boolean; data?: AppError };
  if (defined !== true || data === undefined) throw new Error(`no contract error: ${String(error)}`);
  return data;
}

describe.each(TRANSPORTS)('contract over %s', (_name, open) => {
  let window: Connected;
  beforeEach(async () => {
    window = await open(host);
  });
  afterEach(async () => {
    window.close();
    await vi.waitFor(() => {
      expect(host.hosted.engine.openStreams()).toBe(0);
    });
  });

  test('a call answers with what the schema promises', async () => {
    const settings = await window.api.settings.get();
    expect(settings.limits.maxQuantity).toBe(10);
    expect(await window.api.settings.put({ ...settings, armMinutes: 30 })).toMatchObject({ armMinutes: 30 });
    expect(await window.api.profiles.list()).toHaveLength(4);
  });

  test('a refusal is data, with what to do', async () => {
    const error = await errorOf(window.api.profiles.remove({ id: 'profile-77' }));
    expect(error).toMatchObject({ kind: 'input', code: 'not-found', field: 'id' });
    expect(error.message).toContain('profile-77');
  });

  test('bad input names its field', async () => {
    const [stored] = await window.api.profiles.list();
    if (stored === undefined) throw new Error('no built-in profile');
    const dte = { min: 50, max: 10 };
    const bad = await errorOf(window.api.profiles.save({ profile: { ...stored.profile, dte } }));
    expect(bad).toMatchObject({ kind: 'input', code: 'invalid', field: 'profile.dte' });
    const extra = { ...stored.profile, dteMax: 10 };
    expect(await errorOf(window.api.profiles.save({ profile: extra }))).toMatchObject({ field: 'profile.dteMax' });
  });

  test.each([
    ['not json', '{"version": 1', 'profile'],
    ['a wrong field', '{"version":1,"name":"x","dte":{"min":"ten"}}', 'dte.min'],
    ['an unknown field', '{"version":1,"name":"x","delta":{}}', 'delta'],
    ['a prototype', '{"version":1,"name":"x","__proto__":{}}', '__proto__'],
    ['a bomb of brackets', '['.repeat(100_000), 'profile'],
    ['another version', '{"version":2,"name":"x"}', 'version'],
  ])('an import of %s saves nothing and says where', async (_what, text, field) => {
    const error = await errorOf(window.api.profiles.import({ text }));
    expect(error).toMatchObject({ kind: 'input', code: 'invalid', field });
    expect(await window.api.profiles.list()).toHaveLength(4);
  });

  test('an exported profile imports as the same profile', async () => {
    const [stored] = await window.api.profiles.list();
    const { text, fileName } = await window.api.profiles.export({ id: stored?.id ?? '' });
    expect(fileName).toBe('high-iv-bull-puts.json');
    const imported = await window.api.profiles.import({ text });
    expect(imported.profile).toEqual(stored?.profile);
    await window.api.profiles.remove({ id: imported.id });
  });

  test('a stream tells the state at once, and ends when the window aborts it', async () => {
    const abort = new AbortController();
    const messages = await window.api.desk.watch({ stream: 'desk-stream' }, { signal: abort.signal });
    for await (const message of messages) {
      expect(message).toMatchObject({ seq: 1, reset: true, head: { version: '1.2.3', link: { accounts: [] } } });
      expect(host.hosted.engine.openStreams()).toBe(1);
      abort.abort();
      break;
    }
    await vi.waitFor(() => {
      expect(host.hosted.engine.openStreams()).toBe(0);
    });
  });

  test('a stream that cannot go on ends with the contract’s error', async () => {
    const spreadId = 'SPY|SPY|2030-01-18|P|430|425|bullPut';
    const subject = { kind: 'open', spreadId } as const;
    const messages = await window.api.ticket.watch({ stream: 'ticket-stream', subject });
    expect(await errorOf(messages.next())).toMatchObject({ kind: 'input', code: 'not-found', field: 'spreadId' });
  });

  test('without a broker, what needs one says so and the rest works', async () => {
    expect(await errorOf(window.api.reference.search({ text: 'SPY' }))).toMatchObject({ kind: 'connection' });
    expect(await errorOf(window.api.safety.arm())).toMatchObject({ kind: 'order', code: 'blocked' });
    expect(await errorOf(window.api.ticket.send({ token: 'made up' }))).toMatchObject({ code: 'preview-expired' });
    expect(await errorOf(window.api.orders.cancel({ orderRef: 'LW-1' }))).toMatchObject({ code: 'not-found' });
    const checks = await window.api.connection.check({ ...NOBODY, clientId: 5 });
    expect(checks.map(({ state }) => state)).toEqual(['failed', ...Array.from({ length: 6 }, () => 'todo')]);
    expect(checks[0]?.advice).toContain('Enable ActiveX and Socket Clients');
  });

  test('a window reaches its own streams only', async () => {
    const [stored] = await window.api.profiles.list();
    if (stored === undefined) throw new Error('no built-in profile');
    const { profile } = stored;
    const other = await open(host);
    const abort = new AbortController();
    const messages = await window.api.scan.watch({ stream: 'scan-stream', profile }, { signal: abort.signal });
    await messages.next();
    const refined = errorOf(other.api.scan.refine({ stream: 'scan-stream', profile }));
    expect(await refined).toMatchObject({ kind: 'input', code: 'not-found' });
    await window.api.scan.refine({ stream: 'scan-stream', profile });
    abort.abort();
    await messages.return();
    other.close();
  });
});

test('a window that goes away without a word leaves no stream behind', async () => {
  const open = TRANSPORTS.find(([name]) => name === 'a WebSocket')?.[1];
  if (open === undefined) throw new Error('no such transport');
  const window = await open(host);
  const messages = await window.api.desk.log({ stream: 'log-stream' });
  await messages.next();
  expect(host.hosted.engine.openStreams()).toBe(1);
  window.close();
  await vi.waitFor(() => {
    expect(host.hosted.engine.openStreams()).toBe(0);
  });
});
