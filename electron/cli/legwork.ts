import { join } from 'node:path';
import { toAppError } from '../../scanner/domain/errors.ts';
import type { CliIo, Command, ExitCode } from './io.ts';
import { readVersion } from './version.ts';

const root = join(import.meta.dirname, '..', '..');

interface CommandEntry {
  summary: string;
  /** Loaded when asked for, so that a scan starts without the engine and the engine without the scan. */
  load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  app: {
    summary: 'Opens Legwork in a window of an installed browser.',
    load: async () => (await import('./app.ts')).runApp,
  },
  serve: {
    summary: 'The same without opening a window; prints the address.',
    load: async () => (await import('./app.ts')).runServe,
  },
  scan: {
    summary: 'Scans recorded option chains with a profile; no connection needed.',
    load: async () => (await import('./scan.ts')).runScan,
  },
  iv: {
    summary: 'Prints the vol surface of recorded option chains, with forwards and rates.',
    load: async () => (await import('./iv.ts')).runIv,
  },
  simulator: {
    summary: 'Runs the TWS simulator on a port.',
    load: async () => (await import('./simulator.ts')).runSimulator,
  },
  healthcheck: {
    summary: 'Connects to TWS and says what it found.',
    load: async () => (await import('./healthcheck.ts')).runHealthcheck,
  },
  version: {
    summary: 'Prints the version.',
    load: () =>
      Promise.resolve((_argv, io) => {
        io.out(`${readVersion(root)}\n`);
        return Promise.resolve(0);
      }),
  },
};

/** Runs one `legwork` command line. */
export async function runLegwork(argv: string[], io: CliIo): Promise<ExitCode> {
  const [name = '', ...rest] = argv;
  if (['', 'help', '--help', '-h'].includes(name)) {
    if (name === '') io.err(usage());
    else io.out(usage());
    return name === '' ? 2 : 0;
  }
  const entry = Object.hasOwn(COMMANDS, name === '--version' ? 'version' : name)
    ? COMMANDS[name.replace(/^--/, '')]
    : undefined;
  if (entry === undefined) {
    io.err(`legwork: unknown command "${name}".\n\n${usage()}`);
    return 2;
  }
  try {
    const command = await entry.load();
    return await command(rest, io);
  } catch (thrown) {
    const error = toAppError(thrown);
    io.err(`legwork ${name}: ${error.message}\n`);
    if (error.kind === 'bug' && error.stack !== undefined) io.err(`${error.stack}\n`);
    return error.kind === 'input' ? 2 : 1;
  }
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return `Usage: legwork COMMAND [options]\n\n${lines.join('\n')}\n\n"legwork COMMAND --help" lists the options of a command.\n`;
}

/** A second Ctrl-C sooner than this is the same one, told by the terminal and by the launcher. */
const SAME_SIGNAL_MS = 1_000;

/** Ctrl-C and a request to terminate close cleanly; a second one ends at once. */
function terminalIo(): CliIo {
  const abort = new AbortController();
  let askedAt = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted && Date.now() - askedAt > SAME_SIGNAL_MS) process.exit(1);
      if (!abort.signal.aborted) askedAt = Date.now();
      abort.abort();
    });
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    signal: abort.signal,
  };
}

// A reader that has seen enough (`legwork scan ... | head`) is no failure.
if (import.meta.main) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await runLegwork(process.argv.slice(2), terminalIo());
}
