import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { electronBinary, fetchElectron } from '../../../build/setUp/electron.mjs';

let root = '';
let server: Server | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'legwork-electron-'));
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined);
});
afterEach(() => {
  server?.close();
  server = undefined;
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, text = ''): string {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Stands where Electron is downloaded from; counts how often it is asked. */
async function downloadSite(): Promise<() => number> {
  let asked = 0;
  const site = createServer((_request, response) => {
    asked++;
    response.end();
  });
  server = site;
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  vi.stubEnv('ELECTRON_MIRROR', `http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  return () => asked;
}

/** An address that nobody answers: a port that was ours and is closed. */
async function deadSite(): Promise<void> {
  await downloadSite();
  await new Promise((closed) => server?.close(closed));
  server = undefined;
}

const INSTALLER = 'node_modules/electron/install.js';
const options = { node: process.execPath, again: false };

test('no binary is no binary, whatever path.txt says', () => {
  write('node_modules/electron/path.txt', 'electron');
  expect(electronBinary(root)).toBeUndefined();
});

test('the binary named by path.txt', () => {
  write('node_modules/electron/path.txt', 'electron\n');
  const binary = write('node_modules/electron/dist/electron');
  expect(electronBinary(root)).toBe(binary);
});

test('ELECTRON_OVERRIDE_DIST_PATH goes first', () => {
  write('node_modules/electron/path.txt', 'electron');
  write('node_modules/electron/dist/electron');
  const binary = write('elsewhere/electron');
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', dirname(binary));
  expect(electronBinary(root)).toBe(binary);
});

test('a refused download is remembered, and tried again only when asked to', async () => {
  write(INSTALLER, 'process.exit(1)');
  await deadSite();
  expect(await fetchElectron(root, options)).toBeUndefined();
  const asked = await downloadSite();
  expect(await fetchElectron(root, options)).toBeUndefined();
  expect(asked()).toBe(0);
  rmSync(join(root, 'node_modules/.cache'), { recursive: true });
  expect(await fetchElectron(root, options)).toBeUndefined();
  expect(asked()).toBe(1);
});

test('a download that works gives the binary and remembers nothing', async () => {
  const dist = join(root, 'node_modules/electron/dist');
  const make = `const fs = require('node:fs'); fs.mkdirSync(${JSON.stringify(dist)}); fs.writeFileSync(${JSON.stringify(join(dist, 'electron'))}, '');`;
  write(INSTALLER, make);
  write('node_modules/electron/path.txt', 'electron');
  await downloadSite();
  expect(await fetchElectron(root, options)).toBe(join(dist, 'electron'));
  expect(existsSync(join(root, 'node_modules/.cache'))).toBe(false);
});
