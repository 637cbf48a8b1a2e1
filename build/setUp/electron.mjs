import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { say } from './progress.mjs';

const DOWNLOAD_LIMIT_MS = 300_000;
const REACH_LIMIT_MS = 5_000;
const SOURCE = 'https://github.com/electron/electron/releases';

/**
 * Electron's own program, where it is there. Looks at files only: importing the package would start a download.
 * @param {string} root
 * @returns {string | undefined}
 */
export function electronBinary(root) {
  const folder = join(root, 'node_modules/electron');
  const named = join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8').trim() : platformName();
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const binary = join(override ?? join(folder, 'dist'), name);
  return existsSync(binary) ? binary : undefined;
}

function platformName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * Fetches Electron's program, once: a refusal is remembered until the next install, so that later starts are quick.
 * @param {string} root
 * @param {{ node: string, again: boolean }} options `again` tries in spite of an earlier refusal
 * @returns {Promise<string | undefined>} the program, or undefined when it cannot be had
 */
export async function fetchElectron(root, { node, again }) {
  const installer = join(root, 'node_modules/electron/install.js');
  if (!existsSync(installer)) return undefined;
  const memory = join(root, 'node_modules/.cache/legwork/electron-refused.txt');
  if (existsSync(memory) && !again) return undefined;
  const refused = again || (await isReachable()) ? download(node, installer) : 'its download site cannot be reached';
  if (refused === undefined) return electronBinary(root);
  say(`Electron cannot be had (${refused}). Using a browser window instead; "npm start -- --electron" tries again.`);
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, `${refused}\n`);
  return undefined;
}

/** @returns {Promise<boolean>} false soon, where a download would only time out */
async function isReachable() {
  const source = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? SOURCE;
  try {
    await fetch(source, { method: 'HEAD', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} node
 * @param {string} installer Electron's own download script
 * @returns {string | undefined} why not; undefined when it was fetched
 */
function download(node, installer) {
  say('Fetching Electron, once (about 120 MB; usually under two minutes) ...');
  const { status, error } = spawnSync(node, [installer], { stdio: 'ignore', timeout: DOWNLOAD_LIMIT_MS });
  if (status === 0) return undefined;
  return error === undefined ? 'the download failed' : `no answer within ${DOWNLOAD_LIMIT_MS / 60_000} minutes`;
}
