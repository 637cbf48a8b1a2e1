/**
 * The browser that tests drive and that shows the window where Electron is not to be had. Run as a script it makes sure
 * that there is one, and says what to install where it cannot.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser, thisComputer } from '../electron/hosts/browserWindow.ts';

const INSTALL_LIMIT_MS = 300_000;

/** Installs Debian's chromium when root runs us on Debian; other systems ask a person. */
function installOnDebian(): void {
  const isDebian = process.platform === 'linux' && existsSync('/etc/debian_version');
  if (!isDebian || process.getuid?.() !== 0) return;
  process.stderr.write("Installing Debian's chromium package (about 100 MB; a minute or two) ...\n");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    // Named fonts, since without any the pages would have no letters.
    ['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation', 'fonts-dejavu-core'],
  ]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env, timeout: INSTALL_LIMIT_MS });
  }
}

/**
 * @returns path of a Chromium, Chrome or Edge
 * @throws Error that says what to install
 */
export function browserOrInstall(): string {
  const found = findBrowser(thisComputer);
  if (found !== undefined) return found;
  installOnDebian();
  const installed = findBrowser(thisComputer);
  if (installed !== undefined) return installed;
  throw new Error(
    'No browser was found, and the interface needs one of Chrome, Edge or Chromium. Install one (on Debian and Ubuntu: ' +
      'apt-get install chromium), or name it in the environment variable LEGWORK_BROWSER.',
  );
}

if (import.meta.main) {
  try {
    browserOrInstall();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
