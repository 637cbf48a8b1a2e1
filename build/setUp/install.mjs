import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';
import { say, stop } from './progress.mjs';

/**
 * @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/** Removed by `npm ci` together with node_modules, and written again only when everything is there. */
const STAMP = 'node_modules/.legwork-install';

/**
 * @param {string} root
 * @returns {string} changes whenever other packages are wanted
 */
function wanted(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`;
}

/**
 * True when node_modules is whole and is what the lock says, whoever installed it. npm writes its own list
 * (node_modules/.package-lock.json) last, so an install that was cut short has none.
 * @param {string} root
 */
export function isInstalled(root) {
  const list = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(list)) return false;
  const stamp = join(root, STAMP);
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === wanted(root);
  const locked = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(list);
  const whole = Object.entries(locked).every(([folder, { version, optional }]) => {
    if (folder === '') return true;
    const found = installed[folder];
    if (found === undefined) return optional === true;
    return found.version === version && existsSync(join(root, folder, 'package.json'));
  });
  if (whole) writeFileSync(stamp, wanted(root));
  return whole;
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(file) {
  /** @type {unknown} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  return /** @type {Lock} */ (lock).packages ?? {};
}

/**
 * Installs exactly what the lock says when it is not there already. Runs no install scripts: nothing needs any.
 * @param {string} root
 */
export async function install(root) {
  if (isInstalled(root)) return;
  say('Installing packages from the lock (the first time: about a minute) ...');
  const startedAt = Date.now();
  const [command, ...first] = npmCommand();
  // NODE_ENV=production or a user's npmrc must not leave out the tools or the local Node.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const code = await run(command, [...first, ...args, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: command.endsWith('.cmd'),
  }).catch((/** @type {unknown} */ error) => stop(`npm could not be started (${String(error)}). Is it installed?`));
  if (code !== 0) {
    stop(
      `npm ci failed with code ${code}; its own words are above. Legwork needs the npm registry once, and about ` +
        '600 MB of disk. When that is solved run the same command again: it starts the install anew.',
    );
  }
  writeFileSync(join(root, STAMP), wanted(root));
  say(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

/**
 * npm's own script run by this Node where it can be found, so that no shell is needed on Windows.
 * @returns {[string, ...string[]]}
 */
function npmCommand() {
  const beside = dirname(process.execPath);
  const script = [
    process.env['npm_execpath'],
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
  ].find((file) => file?.endsWith('npm-cli.js') && existsSync(file));
  if (script !== undefined) return [process.execPath, script];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}
