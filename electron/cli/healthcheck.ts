import { checkHealth, type Health } from '../engine/healthcheck.ts';
import { realClock } from '../hosts/realClock.ts';
import { helpText, hostAndPort, PAPER_PORT, readOptions, wholeNumber, type CommandSpec } from './commandLine.ts';
import type { CliIo, ExitCode } from './io.ts';

/** Not the desk's own, so that a check does not collide with a desk that is connected. */
const CHECK_CLIENT_ID = 99;
const DEFAULT_TIMEOUT_S = 15;

const SPEC: CommandSpec<'broker' | 'client-id' | 'timeout' | 'json'> = {
  name: 'legwork healthcheck',
  summary: 'Connects to a TWS, prints what it found, and leaves. Exit code 0 when all is well, 1 when not.',
  options: {
    broker: { value: 'HOST:PORT', help: `TWS or IB Gateway (default: 127.0.0.1:${PAPER_PORT}).` },
    'client-id': { value: 'N', help: `Client id to connect with (default: ${CHECK_CLIENT_ID}).` },
    timeout: { value: 'SECONDS', help: `How long to wait (default: ${DEFAULT_TIMEOUT_S}).` },
    json: { help: 'Prints JSON.' },
  },
};

export async function runHealthcheck(argv: string[], io: CliIo): Promise<ExitCode> {
  const given = readOptions(argv, SPEC);
  if (given.switches.has('help')) {
    io.out(helpText(SPEC));
    return 0;
  }
  const { broker = '127.0.0.1', timeout = String(DEFAULT_TIMEOUT_S), 'client-id': clientId } = given;
  const target = {
    ...hostAndPort('broker', broker),
    clientId: clientId === undefined ? CHECK_CLIENT_ID : wholeNumber('client-id', clientId, [0, 2_147_483_647]),
  };
  const deadlineMs = 1000 * wholeNumber('timeout', timeout, [1, 600]);
  const health = await checkHealth(target, { clock: realClock, random: Math.random, deadlineMs, signal: io.signal });
  io.out(given.switches.has('json') ? `${JSON.stringify(health)}\n` : table(health));
  return 0;
}

function table(health: Health): string {
  const { target, serverVersion, accounts, mode, serverTime, clockSkewMs, latencyMs } = health;
  const rows = [
    ['Address', `${target.host}:${target.port}, client ${target.clientId}`],
    ['Server version', String(serverVersion)],
    ['Account', accounts.join(', ')],
    ['Mode', mode],
    ['Server time', serverTime],
    ['Clock skew', `${Math.round(clockSkewMs)} ms`],
    ['Round trip', `${Math.round(latencyMs)} ms`],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(15)} ${value}\n`).join('');
}
