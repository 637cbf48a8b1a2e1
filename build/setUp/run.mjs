import { spawn } from 'node:child_process';

/**
 * Runs a program to its end with this terminal's input and output. Ctrl-C and a polite kill reach it too, and it
 * decides when to leave.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 * @throws when it could not be started
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => void child.kill(signal);
  // On Ctrl-C the terminal has told the child already; without a listener we would leave before it.
  const wait = () => undefined;
  process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', wait);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', wait);
      resolve(code ?? 1);
    });
  });
}
