import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';
import { findNode24 } from './node24.mjs';
import { say, stop } from './progress.mjs';
import { run } from './run.mjs';

/** The folder of the project. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Everything a command of Legwork needs before it can run: packages from the lock and a Node 24.
 * @returns {Promise<string>} path of the Node to run it with
 */
export async function prepare() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) stop(`Legwork needs Node 20 or later to start; this is Node ${process.versions.node}.`);
  await install(root);
  return findNode24(root);
}

/**
 * Bundles the interface where it is older than its sources. Takes a fraction of a second when nothing changed.
 * @param {string} node
 */
export async function bundle(node) {
  const code = await run(node, [join(root, 'build/bundle.ts')], { cwd: root, stdio: ['ignore', 2, 2] });
  if (code !== 0) stop('The interface could not be built; the reason is above.');
}

/**
 * Left to itself V8 lets the nursery of every thread grow to 128 MB over an hour of ticks, and old objects to four times
 * what is in use before it collects them, which looks like a leak and is of no use here. The less a heap may hold at
 * most, the sooner it is collected. A nursery has its size from the start: it would come to it anyway, in jumps of some
 * megabytes whenever the machine is busy, and not go back. Old objects are collected when they have grown by a fifth:
 * pages that a late collection sets free stay resident in a pool of their thread until one comes that is told to give
 * memory back (`pooledMemory.ts`), 50 MB of them on a busy machine.
 * Nothing is made among the old objects at once: V8 does so where most of what a function made has lasted, and the rows of
 * a scan do at first, while all are new to the window. Later most of them are dropped at once, and would fill and tear the
 * old pages by a megabyte a second. Nor does a full collection make old pages of the nursery's fullest ones: it moves what
 * lives on them into the holes that there are, which takes 6 MB less unless others keep the processor busy.
 */
export const V8_FLAGS = [
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--max-old-space-size=2048',
  '--heap-growing-percent=20',
  '--no-allocation-site-pretenuring',
  '--no-page-promotion',
];

/**
 * The same for the C library of Linux, which others do not know. glibc keeps arenas, up to eight for each core, and once a
 * large block was freed it takes blocks of up to its size from them too. They hardly ever shrink: the columns of a scan
 * leave holes between what stays, some 10 MB at a limit of 128 KB, and more whenever the machine is busy. With two arenas and
 * a fixed limit such blocks are mapped and go when they are freed. The limit is just above the 64 KB of a read from a
 * socket: to map each of those costs three hundredths of a core.
 */
export const MALLOC_LIMITS = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '70000',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/**
 * Runs the `legwork` command under Node 24 in the folder it was called from.
 * @param {string} node
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function legwork(node, args) {
  // npm runs scripts in the project's folder; file arguments are meant from where the person stands.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  try {
    const env = { ...MALLOC_LIMITS, ...process.env };
    return await run(node, [...V8_FLAGS, join(root, 'electron/cli/legwork.ts'), ...args], { cwd, env });
  } catch (error) {
    say(`Node 24 at ${node} does not run on this computer (${String(error)}). Install Node 24 and run it again.`);
    return 1;
  }
}
