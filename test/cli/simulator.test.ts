import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { runSimulator } from '../../electron/cli/simulator.ts';

interface Told {
  out: string;
  err: string;
}

function io(abort = new AbortController()) {
  const told: Told = { out: '', err: '' };
  const out = (text: string): void => void (told.out += text);
  const err = (text: string): void => void (told.err += text);
  return { told, abort, io: { out, err, signal: abort.signal } };
}

test('prints its port alone on stdout, answers there, and ends with Ctrl-C', async () => {
  const run = io();
  const done = runSimulator(['--port', '0', '--seed', '9'], run.io);
  await expect.poll(() => run.told.out).toMatch(/^\d+\n$/);
  const socket = connect(Number(run.told.out), '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  run.abort.abort();
  expect(await done).toBe(0);
  expect(run.told.err).toContain('seed 9');
});

test('--help lists the options', async () => {
  const run = io();
  expect(await runSimulator(['--help'], run.io)).toBe(0);
  expect(run.told.out).toContain('--hours always|exchange');
});

test.each([
  [['--port', 'x'], 'port'],
  [['--seed=-1'], 'seed'],
  [['--hours', 'sometimes'], 'hours'],
  [['--chain', 'nowhere.csv'], 'chain'],
  [['--nonsense'], 'options'],
])('%j is refused, naming %s', async (argv, field) => {
  await expect(runSimulator(argv, io().io)).rejects.toMatchObject({ error: { kind: 'input', field } });
});
