import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBrowser, hasDisplay, openAppWindow } from '../../electron/hosts/browserWindow.ts';
import { defaultDataDir } from '../../electron/hosts/dataDir.ts';

const folder = mkdtempSync(join(tmpdir(), 'legwork-browser-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('which browser', () => {
  const only = (path: string) => (candidate: string) => candidate === path;

  test.each([
    ['linux', { PATH: '/usr/local/bin:/usr/bin' }, '/usr/bin/chromium'],
    ['linux', { PATH: '/opt:/usr/bin' }, '/opt/google-chrome'],
    ['linux', { PATH: '/usr/bin' }, '/usr/bin/microsoft-edge'],
    ['darwin', {}, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  ] as const)('on %s with %j: %s', (platform, env, path) => {
    expect(findBrowser({ platform, env, isExecutable: only(path) })).toBe(path);
  });

  test('on Windows Edge is found where Chrome is not', () => {
    const env = { PROGRAMFILES: 'C:\\Program Files', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
    const found = findBrowser({ platform: 'win32', env, isExecutable: (path) => path.includes('msedge') });
    expect(found).toContain('msedge.exe');
  });

  test('a person may name one; then no other is taken', () => {
    const env = { PATH: '/usr/bin', LEGWORK_BROWSER: '/opt/mine' };
    expect(findBrowser({ platform: 'linux', env, isExecutable: only('/opt/mine') })).toBe('/opt/mine');
    expect(findBrowser({ platform: 'linux', env, isExecutable: only('/usr/bin/chromium') })).toBeUndefined();
  });

  test('none is none, and no display is no display', () => {
    expect(findBrowser({ platform: 'linux', env: {}, isExecutable: () => true })).toBeUndefined();
    expect(hasDisplay({ platform: 'linux', env: {} })).toBe(false);
    expect(hasDisplay({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true);
    expect(hasDisplay({ platform: 'win32', env: {} })).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('the window', () => {
  const fakeBrowser = (name: string, script: string) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test('opens the address as an app, under a profile of its own', async () => {
    const browser = fakeBrowser('echo', `printf '%s\\n' "$@" > ${folder}/args`);
    expect(await openAppWindow(browser, 'http://127.0.0.1:1/?t=x', folder).ended).toBe('handed-over');
    const args = readFileSync(join(folder, 'args'), 'utf8').split('\n');
    expect(args).toContain('--app=http://127.0.0.1:1/?t=x');
    expect(args).toContain(`--user-data-dir=${join(folder, 'browser')}`);
    expect(args.includes('--no-sandbox')).toBe(process.getuid?.() === 0);
  });

  test('a browser that fails, or is not there, is told from one that was closed', async () => {
    expect(await openAppWindow(fakeBrowser('fails', 'exit 3'), 'http://127.0.0.1:1/', folder).ended).toBe('failed');
    expect(await openAppWindow(join(folder, 'nowhere'), 'http://127.0.0.1:1/', folder).ended).toBe('failed');
    expect(await openAppWindow(fakeBrowser('stays', 'sleep 3.1'), 'http://127.0.0.1:1/', folder).ended).toBe('closed');
  });
});

test.each([
  ['win32', { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }, /AppData.Roaming.Legwork$/],
  ['darwin', {}, /^.home.me.Library.Application Support.Legwork$/],
  ['linux', { XDG_DATA_HOME: '/data' }, /^.data.legwork$/],
  ['linux', {}, /^.home.me..local.share.legwork$/],
] as const)('data on %s with %j', (platform, env, expected) => {
  expect(defaultDataDir({ platform, env, home: '/home/me' })).toMatch(expected);
});
