import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { startSimulator } from '../../broker/simulator/server.ts';
import { realClock } from '../../electron/hosts/realClock.ts';
import { runInTerminal } from './terminal.ts';

const COMMANDS = ['app', 'serve', 'scan', 'simulator', 'healthcheck'];

describe('every command', () => {
  test.each(COMMANDS)('%s --help says what it does, on stdout', async (name) => {
    const { code, out, err } = await runInTerminal([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`legwork ${name}`);
    expect(out).toContain('--help');
    expect(err).toBe('');
  });

  test.each(COMMANDS)('%s names an option that it does not know', async (name) => {
    const { code, out, err } = await runInTerminal([name, '--frobnicate']);
    expect(code).toBe(2);
    expect(err).toContain('--frobnicate');
    expect(out).toBe('');
  });
});

test('the list of commands is on stdout when asked for, on stderr when not', async () => {
  expect(await runInTerminal(['--help'])).toMatchObject({ code: 0, err: '' });
  expect(await runInTerminal([])).toMatchObject({ code: 2, out: '' });
  for (const name of COMMANDS) expect((await runInTerminal(['--help'])).out).toContain(name);
});

test.each(['frobnicate', 'toString', '__proto__', 'App'])('unknown command %s is named', async (name) => {
  const { code, err } = await runInTerminal([name]);
  expect(code).toBe(2);
  expect(err).toContain(`unknown command "${name}"`);
});

test('version is that of package.json', async () => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')));
  expect(await runInTerminal(['version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([
  [['app', '--port', '70000'], 'port'],
  [['app', '--port', '-1'], 'port'],
  [['serve', '--port', '80x'], 'port'],
  [['serve', '--broker', '127.0.0.1:99999'], 'broker'],
  [['serve', '--broker', 'http://127.0.0.1:7497'], 'broker'],
  [['serve', '--client-id', 'one'], 'client-id'],
  [['serve', '--hours', 'sometimes'], 'hours'],
  [['healthcheck', '--timeout', '0'], 'timeout'],
  [['serve', '--data-dir', join(import.meta.filename, 'x')], 'data-dir'],
])('%j is refused by name, with exit code 2', async (argv, option) => {
  const { code, out, err } = await runInTerminal(argv);
  expect(code).toBe(2);
  expect(err).toContain(option);
  expect(out).toBe('');
});

describe('healthcheck', () => {
  test('prints version, account, mode, time and skew', async () => {
    const simulator = await startSimulator({ port: 0, seed: 1, clock: realClock, hours: 'always' });
    const broker = `127.0.0.1:${simulator.port}`;
    const table = await runInTerminal(['healthcheck', '--broker', broker]);
    const json = await runInTerminal(['healthcheck', '--broker', broker, '--json']);
    await simulator.close();
    expect(table).toMatchObject({ code: 0, err: '' });
    expect(table.out).toMatch(/Server version\s+193\nAccount\s+SIM/);
    expect(json.code).toBe(0);
    const health = z.object({ serverVersion: z.number(), clockSkewMs: z.number(), serverTime: z.iso.datetime() });
    const { clockSkewMs, serverTime } = health.parse(JSON.parse(json.out));
    // TWS tells its time in whole seconds.
    expect(Math.abs(clockSkewMs)).toBeLessThan(1_500);
    expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(5_000);
  });

  test('a refused connection says what to start, with exit code 1', async () => {
    const { code, out, err } = await runInTerminal(['healthcheck', '--broker', '127.0.0.1:1']);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('127.0.0.1:1');
    expect(err).toContain('Enable ActiveX and Socket Clients');
  });

  test('a server that never answers is given up in time', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, err } = await runInTerminal(['healthcheck', '--broker', `127.0.0.1:${port}`, '--timeout', '1']);
    silent.close();
    expect(code).toBe(1);
    expect(err).toContain('within 1 s');
  });
});
