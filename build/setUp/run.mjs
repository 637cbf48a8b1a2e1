import { spawn } from 'node:child_process';

/** A child that has not left this long after Ctrl-C was not told by the terminal. */
const CTRL_C_GRACE_MS = 5_000;
const PARENT_CHECK_MS = 500;

/**
 * Runs a program to its end with this terminal's input and output. Ctrl-C and a polite kill reach it too, and it
 * decides when to leave.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 * @throws when it could not be started
 */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const terminate = () => void child.kill('SIGTERM');
  /** @type {NodeJS.Timeout | undefined} */
  let grace;
  // A terminal sends Ctrl-C to the child itself; a program that signals only us does not.
  const onCtrlC = () => {
    grace ??= setTimeout(terminate, CTRL_C_GRACE_MS);
  };
  const parentWatch = watchParent(terminate);
  process.on('SIGTERM', terminate).on('SIGHUP', terminate).on('SIGINT', onCtrlC);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    clearTimeout(grace);
    clearInterval(parentWatch);
    process.off('SIGTERM', terminate).off('SIGHUP', terminate).off('SIGINT', onCtrlC);
  }
}

/**
 * A kill of `npm start` reaches npm and its shell, which leave without telling us; then our parent is another.
 * Started otherwise, a parent that leaves means nothing: a shell may put us in the background and go.
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, PARENT_CHECK_MS);
}
