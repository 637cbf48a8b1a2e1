import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeInstanceLock, type InstanceLock } from '../../electron/hosts/instanceLock.ts';
import { startLoopback } from '../../electron/hosts/loopback.ts';
import { quietLog } from '../engine/quietLog.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'legwork-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function hold(): Promise<InstanceLock> {
  const outcome = await takeInstanceLock(folder);
  if (!('held' in outcome)) throw new Error('the lock is taken');
  return outcome.held;
}

test('a second start gets a window of the running one', async () => {
  const host = await startLoopback({ port: 0, rendererDir: folder, onWindow: () => undefined, log: quietLog() });
  const lock = await hold();
  lock.announce(host.port, host.launchKey);
  const second = await takeInstanceLock(folder);
  if (!('running' in second)) throw new Error('two starts hold one folder');
  expect(second.running.launchUrl).toContain(`${host.origin}/?t=`);
  await host.close();
  expect(await takeInstanceLock(folder)).toHaveProperty('held');
});

test('a start that is still under way is not taken over', async () => {
  await hold();
  expect(await takeInstanceLock(folder)).toMatchObject({ running: { launchUrl: undefined } });
});

test('a released lock, a dead process and a damaged lock are taken over', async () => {
  (await hold()).release();
  writeFileSync(join(folder, 'legwork.lock'), JSON.stringify({ pid: 2 ** 22 + 1, port: 0, launchKey: '' }));
  (await hold()).release();
  writeFileSync(join(folder, 'legwork.lock'), 'not json');
  (await hold()).release();
});

test.skipIf(process.platform === 'win32')('the launch key is readable by this person only', async () => {
  const lock = await hold();
  lock.announce(1234, 'key');
  expect(readFileSync(join(folder, 'legwork.lock'), 'utf8')).toContain('key');
  expect(statSync(join(folder, 'legwork.lock')).mode & 0o077).toBe(0);
});
