import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { watchLoop } from '../../../broker/simulator/loopWatch.ts';
import { realClock } from '../../../electron/hosts/realClock.ts';

/** Writes a byte every few milliseconds and notes when, at the latest, it was in the socket, on the computer's own clock. */
const WRITER = `
  const { connect } = require('node:net');
  const { port, writtenMs } = require('node:worker_threads').workerData;
  let sent = 0;
  const socket = connect(port, '127.0.0.1', () => {
    setInterval(() => {
      if (sent === writtenMs.length) return;
      socket.write('.');
      writtenMs[sent++] = Number(process.hrtime.bigint()) / 1e6;
    }, 3);
  });
  socket.setNoDelay(true);
  socket.on('error', () => process.exit());
`;
const MESSAGES = 200;
const HELD_MS = 150;

/** On the scale of the writer. */
function computerMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

test('what a held-up thread reads was written after the time that is told for it', async () => {
  const loop = watchLoop(realClock);
  const toComputer = computerMs() - realClock.monotonic();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const writtenMs = new Float64Array(new SharedArrayBuffer(8 * MESSAGES));
  const writer = new Worker(WRITER, { eval: true, workerData: { port, writtenMs } });
  const [socket] = (await once(server, 'connection')) as [Socket];
  const held = new Int32Array(new SharedArrayBuffer(4));
  const toldMs: number[] = [];
  const readMs: number[] = [];
  await new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      const all = (ms: number): number[] => new Array<number>(bytes.length).fill(ms);
      toldMs.push(...all(loop.turnedAt() + toComputer));
      readMs.push(...all(computerMs()));
      if (toldMs.length === MESSAGES) resolve();
      Atomics.wait(held, 0, 0, HELD_MS);
    });
  });
  loop.stop();
  await writer.terminate();
  socket.destroy();
  server.close();
  const written = [...writtenMs];
  expect(written.filter((ms, n) => ms > 0 && (toldMs[n] ?? NaN) > ms)).toEqual([]);
  const longestWait = Math.max(...written.map((ms, n) => (ms > 0 ? (readMs[n] ?? NaN) - ms : 0)));
  expect(longestWait).toBeGreaterThan(HELD_MS / 2);
});
