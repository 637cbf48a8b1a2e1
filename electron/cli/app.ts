import { join } from 'node:path';
import { findBrowser, hasDisplay, openAppWindow, thisComputer } from '../hosts/browserWindow.ts';
import { prepareDataDir } from '../hosts/dataDir.ts';
import { takeInstanceLock, type InstanceLock, type RunningInstance } from '../hosts/instanceLock.ts';
import { startNodeHost, type NodeHost } from '../hosts/nodeHost.ts';
import { DEFAULT_CLIENT_ID } from '../hosts/openEngine.ts';
import { inputError } from '../../scanner/domain/errors.ts';
import { helpText, hostAndPort, readOptions, wholeNumber, type CommandSpec, type Given } from './commandLine.ts';
import type { CliIo, ExitCode } from './io.ts';
import { readVersion } from './version.ts';

const root = join(import.meta.dirname, '..', '..');

const SERVE_OPTIONS = {
  port: { value: 'N', help: 'Port of the interface on 127.0.0.1 (default: any free one).' },
  'data-dir': { value: 'DIR', help: 'Where profiles, orders and logs are kept.' },
  broker: { value: 'HOST:PORT', help: 'TWS or IB Gateway to connect to (default: the built-in simulator).' },
  'client-id': { value: 'N', help: `Client id at TWS (default: ${DEFAULT_CLIENT_ID}).` },
  seed: { value: 'N', help: 'Seed of the simulated market (default: 1).' },
  hours: { value: 'always|exchange', help: 'When the simulated market is open (default: always).' },
} as const;

const APP: CommandSpec<keyof typeof SERVE_OPTIONS | 'no-open'> = {
  name: 'legwork app',
  summary: 'Opens Legwork in a window of an installed Chromium, Chrome or Edge.',
  options: { ...SERVE_OPTIONS, 'no-open': { help: 'Opens no window; prints the address and keeps serving.' } },
};

const SERVE: CommandSpec<keyof typeof SERVE_OPTIONS> = {
  name: 'legwork serve',
  summary: 'Serves Legwork on 127.0.0.1 without opening a window.',
  options: SERVE_OPTIONS,
};

export async function runApp(argv: string[], io: CliIo): Promise<ExitCode> {
  const given = readOptions(argv, APP);
  if (!given.switches.has('help')) return host(given, !given.switches.has('no-open'), io);
  io.out(helpText(APP));
  return 0;
}

export async function runServe(argv: string[], io: CliIo): Promise<ExitCode> {
  const given = readOptions(argv, SERVE);
  if (!given.switches.has('help')) return host(given, false, io);
  io.out(helpText(SERVE));
  return 0;
}

type ServeGiven = Given<keyof typeof SERVE_OPTIONS>;

function readChoices(given: ServeGiven) {
  const { port, broker, seed, hours = 'always', 'client-id': clientId } = given;
  if (hours !== 'always' && hours !== 'exchange') {
    throw inputError('hours', `--hours must be "always" or "exchange", found "${hours}".`);
  }
  return {
    port: port === undefined ? 0 : wholeNumber('port', port, [0, 65_535]),
    broker: broker === undefined ? undefined : hostAndPort('broker', broker),
    clientId: clientId === undefined ? undefined : wholeNumber('client-id', clientId, [0, 2_147_483_647]),
    seed: seed === undefined ? undefined : wholeNumber('seed', seed, [0, 2_147_483_647]),
    hours,
  } as const;
}

async function host(given: ServeGiven, wantsWindow: boolean, io: CliIo): Promise<ExitCode> {
  const choices = readChoices(given);
  const dataDir = prepareDataDir(given['data-dir']);
  const lock = await takeInstanceLock(dataDir);
  if ('running' in lock) return joinRunning(lock.running, { dataDir, wantsWindow, io });
  try {
    return await serve(choices, { dataDir, lock: lock.held, wantsWindow, io });
  } finally {
    lock.held.release();
  }
}

interface Setting {
  dataDir: string;
  wantsWindow: boolean;
  io: CliIo;
}

async function serve(
  choices: ReturnType<typeof readChoices>,
  setting: Setting & { lock: InstanceLock },
): Promise<ExitCode> {
  const { dataDir, io, lock, wantsWindow } = setting;
  const rendererDir = join(root, 'out', 'renderer');
  const node = await startNodeHost({ ...choices, dataDir, version: readVersion(root), rendererDir });
  try {
    const { loopback } = node;
    lock.announce(loopback.port, loopback.launchKey);
    if (!loopback.built) io.err('The interface is not built: run "npm run build", or start with "npm start".\n');
    const problem = node.hosted.storageProblem();
    if (problem !== undefined) io.err(`${problem}\n`);
    io.err(`Legwork is running on ${loopback.origin}; data in ${dataDir}. Ctrl-C ends it.\n`);
    node.hosted.engine.onLinkProblem((text) => {
      io.err(`${text}\n`);
    });
    await (wantsWindow ? showWindow(node, setting) : printAddress(node, io));
    return 0;
  } finally {
    io.err('Closing.\n');
    await node.close();
  }
}

/** Opens the window and waits for its end; without a browser or a display serves until told to end. */
async function showWindow(node: NodeHost, { dataDir, io }: Setting): Promise<void> {
  const browser = hasDisplay(thisComputer) ? findBrowser(thisComputer) : undefined;
  if (browser === undefined) {
    const why = hasDisplay(thisComputer) ? 'No Chromium, Chrome or Edge was found' : 'There is no display';
    io.err(`${why}. Open the address below in any browser on this computer.\n`);
    await printAddress(node, io);
    return;
  }
  const window = openAppWindow(browser, node.loopback.launchUrl(), dataDir);
  const end = await Promise.race([window.ended, untilAborted(io.signal)]);
  if (end === 'failed') {
    io.err(`${browser} did not start. Open the address below in any browser on this computer.\n`);
    await printAddress(node, io);
  } else if (end === 'handed-over') await untilAborted(io.signal);
  window.close();
}

/** The address works once; another start of Legwork prints a new one. */
async function printAddress({ loopback }: NodeHost, io: CliIo): Promise<void> {
  io.out(`${loopback.launchUrl()}\n`);
  await untilAborted(io.signal);
}

function untilAborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    const finish = () => {
      resolve('aborted');
    };
    if (signal.aborted) finish();
    signal.addEventListener('abort', finish, { once: true });
  });
}

/** One Legwork per data folder: a second start opens a window of the first. */
async function joinRunning({ pid, file, launchUrl }: RunningInstance, setting: Setting): Promise<ExitCode> {
  const { io, dataDir, wantsWindow } = setting;
  if (launchUrl === undefined) {
    io.err(
      `Legwork is running already with ${dataDir} (process ${pid}); use its window. ` +
        `If that process is not Legwork, delete ${file} and start again.\n`,
    );
    return 1;
  }
  const browser = wantsWindow && hasDisplay(thisComputer) ? findBrowser(thisComputer) : undefined;
  io.err(`Legwork is running already with ${dataDir} (process ${pid}).\n`);
  if (browser === undefined) {
    io.out(`${launchUrl}\n`);
    return 0;
  }
  const window = openAppWindow(browser, launchUrl, dataDir);
  const end = await Promise.race([window.ended, untilAborted(io.signal)]);
  if (end === 'failed') io.out(`${launchUrl}\n`);
  return 0;
}
