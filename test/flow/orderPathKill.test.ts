import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../broker/simulator/server.ts';
import type { RunningSimulator } from '../../broker/simulator/server.ts';
import { wednesday } from './wednesday.ts';
import { eventually } from './eventually.ts';
import { startDesk } from './testDesk.ts';

const CHILD = fileURLToPath(new URL('./orderPathChild.ts', import.meta.url));

let simulator: RunningSimulator;
let nextClientId = 1;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 7, clock: wednesday, hours: 'always' });
});
afterAll(() => simulator.close());

/** Runs the child until it has killed itself. @returns what it journalled last. */
async function killedAt(moment: string, path: string, clientId: number): Promise<string> {
  const child = spawn(process.execPath, [CHILD, String(simulator.port), path, String(clientId), moment]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect({ signal: child.signalCode, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
  return out.trim();
}

/**
 * Kill -9 at each boundary of a real process, then a restart on its file: the journal knows the order, TWS has it at
 * most once, and it is never sent again. `orders` is what the simulator must hold.
 */
test.each([
  { moment: 'before-write', orders: [0], phases: ['unknown'] },
  // The frame may or may not have reached the kernel: both are right, two orders never are.
  { moment: 'after-place', orders: [0, 1], phases: ['unknown', 'working'] },
  { moment: 'after-write', orders: [0, 1], phases: ['unknown', 'working'] },
  { moment: 'after-acknowledgement', orders: [1], phases: ['working'] },
  { moment: 'after-fill', orders: [1], phases: ['filled'] },
])('invariants 1, 2 and 4: kill -9 $moment', async ({ moment, orders, phases }) => {
  const folder = mkdtempSync(join(tmpdir(), 'legwork-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'legwork.sqlite');
  const clientId = nextClientId++;
  const orderRef = await killedAt(moment, path, clientId);
  const onBooks = () => simulator.core.exchange.orders().filter(({ request }) => request.orderRef === orderRef);
  const held = onBooks().length;
  expect(orders).toContain(held);

  const again = startDesk({ port: simulator.port, path, clock: wednesday, clientId });
  onTestFinished(() => again.close());
  expect(again.storage.problem()).toBeUndefined();
  expect(again.storage.journal.verify().problem).toBeUndefined();
  const phase = () => again.desk.views().find((view) => view.orderRef === orderRef)?.phase ?? 'lost';
  // What is known to be over stays over; everything else is unknown until TWS has been read.
  expect(phase()).toBe(phases.includes('filled') ? 'filled' : 'unknown');
  await again.connect();
  await eventually(() => phases.includes(phase()));
  // The journal and TWS agree, and nothing was sent again.
  expect(phase() === 'unknown' ? 0 : 1).toBe(onBooks().length);
  expect(onBooks()).toHaveLength(held);
  expect(again.desk.safety()).not.toHaveProperty('armedUntilMs');
});
