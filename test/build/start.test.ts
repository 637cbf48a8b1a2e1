import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../../build');
const root = mkdtempSync(join(tmpdir(), 'legwork-start-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A project whose command, bundler and Electron only say how they were called. */
beforeAll(() => {
  for (const part of ['setUp', 'start.mjs', 'legwork.mjs'])
    cpSync(join(source, part), join(root, 'build', part), { recursive: true });
  write('package-lock.json', '{ "packages": {} }');
  write('node_modules/.package-lock.json', '{ "packages": {} }');
  write('build/browser.ts', "process.stderr.write('browser\\n');");
  write('build/bundle.ts', "process.stderr.write('bundled\\n');");
  const said = "console.log('legwork', ...process.argv.slice(2)); console.error('flags', ...process.execArgv);";
  write('electron/cli/legwork.ts', `${said} process.exitCode = 3;`);
});

interface Ran {
  stdout: string;
  stderr: string;
  status: number | null;
}

function launch(script: string, args: string[], env: Record<string, string | undefined> = {}): Ran {
  const surroundings = { ...process.env, INIT_CWD: root, ELECTRON_OVERRIDE_DIST_PATH: join(root, 'none'), ...env };
  return spawnSync(process.execPath, [join(root, 'build', script), ...args], { encoding: 'utf8', env: surroundings });
}

test('start passes its flags on, and the exit code back', () => {
  const { stdout, status } = launch('start.mjs', ['--no-open', '--port', '0', '--broker', '127.0.0.1:7497']);
  expect(stdout).toBe('legwork app --no-open --port 0 --broker 127.0.0.1:7497\n');
  expect(status).toBe(3);
});

test('a browser is looked for only where a window is to open', () => {
  expect(launch('start.mjs', ['--no-electron'], { DISPLAY: ':0' }).stderr).toContain('browser');
  expect(launch('start.mjs', ['--no-open'], { DISPLAY: ':0' }).stderr).not.toContain('browser');
});

test('its own flags stay with it', () => {
  expect(launch('start.mjs', ['--no-electron', '--client-id=7']).stdout).toBe('legwork app --client-id=7\n');
});

test('every thread of Legwork has a small nursery, so that memory does not creep up for an hour', () => {
  expect(launch('legwork.mjs', ['scan']).stderr).toContain('flags --min-semi-space-size=4 --max-semi-space-size=4');
});

test('the command writes nothing of its own to stdout', () => {
  const { stdout, stderr } = launch('legwork.mjs', ['scan', '--json', '-']);
  expect(stdout).toBe('legwork scan --json -\n');
  expect(stderr).not.toContain('bundled');
});

test('commands with a window are bundled first', () => {
  expect(launch('legwork.mjs', ['serve']).stderr).toContain('bundled');
});

/** Scripts with a #! line are not for Windows. */
const cannotPretend = process.platform === 'win32';

test.skipIf(cannotPretend)('opens Electron where its binary is there', () => {
  const electron = write('dist/electron', `#!${process.execPath}\nconsole.log('electron', ...process.argv.slice(3));`);
  chmodSync(electron, 0o755);
  const env = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: dirname(electron) };
  expect(launch('start.mjs', ['--client-id', '7'], env).stdout).toBe('electron --client-id 7\n');
});

test.skipIf(cannotPretend)('falls back to a browser when Electron dies at once', () => {
  const electron = write('broken/electron', `#!${process.execPath}\nprocess.exit(127);`);
  chmodSync(electron, 0o755);
  const { stdout, stderr } = launch('start.mjs', [], { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: dirname(electron) });
  expect(stdout).toBe('legwork app\n');
  expect(stderr).toContain('--no-electron');
});

test('without a display nothing is tried with Electron on Linux', { skip: process.platform !== 'linux' }, () => {
  const { stdout } = launch('start.mjs', [], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined });
  expect(stdout).toBe('legwork app\n');
});

/** Windows does not tell a process that its parent has gone. */
test.skipIf(process.platform === 'win32')(
  'a kill of npm, which its shell passes to nobody, still ends the app',
  async () => {
    const cli = join(root, 'electron/cli/legwork.ts');
    const before = readFileSync(cli, 'utf8');
    const waits =
      "process.on('SIGTERM', () => { console.log('closing'); process.exit(0); }); console.log('up'); setInterval(() => {}, 1e3);";
    writeFileSync(cli, waits);
    try {
      const start = `"${process.execPath}" "${join(root, 'build/start.mjs')}" --no-open; true`;
      const shell = spawn('/bin/sh', ['-c', start], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, INIT_CWD: root, npm_lifecycle_event: 'start' },
      });
      const said: string[] = [];
      const ended = new Promise<void>((done) => shell.stdout.once('close', done));
      await new Promise<void>((up) => {
        shell.stdout.on('data', (chunk: Buffer) => {
          said.push(chunk.toString());
          up();
        });
      });
      shell.kill('SIGKILL');
      await ended;
      expect(said.join('')).toBe('up\nclosing\n');
    } finally {
      writeFileSync(cli, before);
    }
  },
);
