import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

const legwork = join(import.meta.dirname, '../../electron/cli/legwork.ts');
let dataDir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'legwork-serve-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

interface Started {
  child: ChildProcess;
  /** First line on stdout. */
  line: Promise<string>;
  exit: Promise<{ code: number | null; err: string }>;
}

function start(command: string, ...argv: string[]): Started {
  const child = spawn(process.execPath, [legwork, command, '--data-dir', dataDir, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => {
      resolve(text.trim());
    });
    child.once('exit', () => {
      reject(new Error(`ended without an address: ${err}`));
    });
  });
  line.catch(() => undefined);
  const exit = new Promise<{ code: number | null; err: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, err });
    });
  });
  return { child, line, exit };
}

test('serves one window per link; a second start gets a link of its own; SIGTERM ends it cleanly', async () => {
  const first = start('serve');
  const url = new URL(await first.line);
  expect(url.hostname).toBe('127.0.0.1');
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(401);

  const second = start('serve');
  const again = new URL(await second.line);
  const { code, err } = await second.exit;
  expect(code).toBe(0);
  expect(err).toContain('running already');
  expect(again.port).toBe(url.port);
  expect((await fetch(again, { redirect: 'manual' })).status).toBe(303);

  first.child.kill('SIGTERM');
  expect((await first.exit).code).toBe(0);
  expect(existsSync(join(dataDir, 'legwork.lock'))).toBe(false);
});

test('a port in use is named, nothing is left behind, exit code 2', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, err } = await start('app', '--no-open', '--port', String(port)).exit;
  taken.close();
  expect(code).toBe(2);
  expect(err).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(existsSync(join(dataDir, 'legwork.lock'))).toBe(false);
});

test('a killed Legwork does not keep the next one from starting; a damaged database is no crash', async () => {
  const first = start('serve');
  await first.line;
  first.child.kill('SIGKILL');
  await first.exit;
  expect(existsSync(join(dataDir, 'legwork.lock'))).toBe(true);
  for (const name of ['legwork.db', 'legwork.db-wal']) writeFileSync(join(dataDir, name), 'x'.repeat(8192));
  const second = start('serve', '--broker', '127.0.0.1:1');
  const url = await second.line;
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
  second.child.kill('SIGINT');
  expect((await second.exit).code).toBe(0);
});

test('a crash leaves its stack in the log', async () => {
  const crash = join(dataDir, 'crash.ts');
  const openEngine = join(import.meta.dirname, '../../electron/hosts/openEngine.ts');
  writeFileSync(
    crash,
    `import { openEngine } from ${JSON.stringify(pathToFileURL(openEngine).href)};
     await openEngine({ dataDir: ${JSON.stringify(dataDir)}, version: '0', broker: { host: '127.0.0.1', port: 1 } });
     setTimeout(() => { throw new Error('a planted bug'); }, 0);`,
  );
  const child = spawn(process.execPath, [crash], { stdio: 'ignore' });
  children.push(child);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code).not.toBe(0);
  const log = readFileSync(join(dataDir, 'legwork.log'), 'utf8');
  expect(log).toContain('a planted bug');
  expect(log).toContain('crash.ts');
});

test('a damaged database is said at the start, and left as it is', async () => {
  const file = join(dataDir, 'legwork.db');
  const garbage = 'no database at all '.repeat(1_000);
  writeFileSync(file, garbage);
  const { child, line, exit } = start('serve');
  await line;
  child.kill('SIGTERM');
  const { code, err } = await exit;
  expect(code).toBe(0);
  expect(err).toContain(`The database is damaged (${file}`);
  expect(err).toContain('Move the file away and start again');
  expect(readFileSync(file, 'utf8')).toBe(garbage);
});

test('a database that another program holds is said at the start', async () => {
  const held = new Sqlite(join(dataDir, 'legwork.db'));
  held.exec('CREATE TABLE other (x); BEGIN EXCLUSIVE');
  const { child, line, exit } = start('serve');
  await line;
  child.kill('SIGTERM');
  expect((await exit).err).toContain('The database is in use by another program');
  held.close();
});

test.each([
  ['is a file', 'file', 'it is a file'],
  ['lies below a file', join('file', 'below'), 'a part of the path is a file'],
])('a data folder that %s is refused', async (_, path, reason) => {
  writeFileSync(join(dataDir, 'file'), 'mine');
  const { code, err } = await start('serve', '--data-dir', join(dataDir, path)).exit;
  expect(code).toBe(2);
  expect(err).toContain(reason);
  expect(err).toContain('Choose another with --data-dir.');
  expect(readFileSync(join(dataDir, 'file'), 'utf8')).toBe('mine');
});

test('a broker that does not answer is said in the terminal, and Legwork goes on', async () => {
  const { child, line } = start('serve', '--broker', '127.0.0.1:1');
  const said = new Promise<string>((resolve) => {
    child.stderr?.on('data', (text: string) => {
      if (text.includes('127.0.0.1:1 ')) resolve(text);
    });
  });
  expect((await fetch(await line, { redirect: 'manual' })).status).toBe(303);
  expect(await said).toContain('No TWS or IB Gateway answers at 127.0.0.1:1 ');
});
