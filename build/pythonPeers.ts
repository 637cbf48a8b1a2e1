import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { PeerRunner } from '../test/bench/benchLine.ts';

/** Debian's own, beside which its packages are installed; another python3 on the path would not see them. */
const PYTHON = '/usr/bin/python3';
const PACKAGES = ['python3-numpy', 'python3-pandas', 'python3-numba', 'python3-scipy', 'quantlib-python'];
const IMPORTS = 'import numpy, pandas, numba, scipy, QuantLib';
const INSTALL_LIMIT_MS = 900_000;

/** Makes sure that the Python peers are there, installing them when root runs us on Debian. */
export function pythonPeers(asked: boolean): PeerRunner {
  if (!asked) return { absent: 'not installed: run with --peers' };
  if (hasPeers()) return { python: PYTHON };
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return absent('they are Debian packages');
  if (process.getuid?.() !== 0) return absent('apt-get needs root');
  process.stderr.write(`Installing ${PACKAGES.join(' ')} (about 400 MB; a few minutes) ...\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', ...PACKAGES],
  ]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env, timeout: INSTALL_LIMIT_MS });
  }
  return hasPeers() ? { python: PYTHON } : absent('apt-get failed');
}

function hasPeers(): boolean {
  return existsSync(PYTHON) && spawnSync(PYTHON, ['-c', IMPORTS], { stdio: 'ignore' }).status === 0;
}

function absent(why: string): PeerRunner {
  return { absent: `not installed: ${why}; apt-get install ${PACKAGES.join(' ')}` };
}
