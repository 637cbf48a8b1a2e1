import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const START_LIMIT_MS = 30_000;
/** As `legwork serve` prints it: opens one window, once. */
export const LAUNCH_ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/\?t=[\w-]+/;

export interface LegworkProcess {
  /** What the pattern matched of its output. */
  found: RegExpExecArray;
  child: ChildProcess;
  stop: () => Promise<void>;
}

interface Run {
  /** Of Node, before the command. */
  flags?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** Runs a command of `legwork` as a person would, until its output has what is waited for. It can be sent messages. */
export async function startCommand(
  args: readonly string[],
  pattern: RegExp,
  { flags = [], env = process.env }: Run = {},
): Promise<LegworkProcess> {
  const child = spawn(process.execPath, [...flags, join(root, 'electron/cli/legwork.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env,
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  let said = '';
  const found = await new Promise<RegExpExecArray>((resolveFound, failed) => {
    const timer = setTimeout(() => failed(new Error(`Not ready in ${START_LIMIT_MS} ms:\n${said}`)), START_LIMIT_MS);
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const match = pattern.exec(said);
      if (match === null) return;
      clearTimeout(timer);
      resolveFound(match);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    void exited.then(() => failed(new Error(`legwork ${args.join(' ')} ended before it was ready:\n${said}`)));
  });
  return {
    found,
    child,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
