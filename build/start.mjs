// `npm start`: sets up what is missing and opens Legwork, in Electron where it can be had, else in a browser.
import { join } from 'node:path';
import { electronBinary, fetchElectron } from './setUp/electron.mjs';
import { bundle, legwork, prepare, root } from './setUp/prepare.mjs';
import { say } from './setUp/progress.mjs';
import { run } from './setUp/run.mjs';

/** Electron that dies this soon did not start at all (a missing library, a sandbox the system forbids). */
const STILLBORN_MS = 5_000;
/** Only the loopback host knows these, so they choose it. */
const BROWSER_FLAGS = ['--no-electron', '--no-open', '--port', '--seed', '--hours', '--help', '-h'];

const given = process.argv.slice(2);
const passed = given.filter((arg) => arg !== '--electron' && arg !== '--no-electron');
const node = await prepare();
await bundle(node);
const electron = wantsElectron() ? await findElectron() : undefined;
process.exitCode = electron === undefined ? await inBrowser() : await inElectron(electron);

/** @returns {boolean} */
function wantsElectron() {
  if (given.some((arg) => BROWSER_FLAGS.includes(arg.split('=')[0] ?? arg))) return false;
  // Run by root, Electron refuses to start with its sandbox: only when someone brings a binary for it.
  if (process.getuid?.() === 0 && process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined) return false;
  return hasDisplay();
}

async function findElectron() {
  return electronBinary(root) ?? (await fetchElectron(root, { node, again: given.includes('--electron') }));
}

async function inBrowser() {
  const opens = !given.some((arg) => ['--no-open', '--help', '-h'].includes(arg));
  // Says what to install where there is none; without a window the address is printed all the same.
  if (opens && hasDisplay()) await run(node, [join(root, 'build/browser.ts')]);
  return legwork(node, ['app', ...passed]);
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * @param {string} electron
 * @returns {Promise<number>}
 */
async function inElectron(electron) {
  const startedAt = Date.now();
  const code = await run(electron, [root, ...passed]).catch(() => 1);
  if (code === 0 || Date.now() - startedAt > STILLBORN_MS) return code;
  say(
    'Electron did not start on this computer; opening in a browser instead ("npm start -- --no-electron" does so at once).',
  );
  return inBrowser();
}
