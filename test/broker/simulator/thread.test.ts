import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startSimulatorThread } from '../../../broker/simulator/thread.ts';
import type { SimulatorThread } from '../../../broker/simulator/thread.ts';
import { rawClient } from './rawClient.ts';

const threads: SimulatorThread[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

test('a simulator in its own thread listens, and refuses a port that is taken', async () => {
  const thread = await startSimulatorThread({ port: 0, seed: 1, hours: 'always' });
  threads.push(thread);
  const socket = connect(thread.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const client = await rawClient(socket, { start: false });
  await expect.poll(() => client.serverVersion).toBe(193);
  client.send(71, 2, 1, '');
  await expect.poll(() => client.of(9)).toEqual([['9', '1', '1']]);
  socket.destroy();
  await expect(startSimulatorThread({ port: thread.port, seed: 1, hours: 'always' })).rejects.toThrow(
    'another program uses it',
  );
});
