import { parseArgs } from 'node:util';
import { inputError } from '../../scanner/domain/errors.ts';
import { watchLoop } from '../../broker/simulator/loopWatch.ts';
import { startSimulator } from '../../broker/simulator/server.ts';
import { realClock } from '../hosts/realClock.ts';
import { helpText, wholeNumber } from './commandLine.ts';
import type { CommandSpec } from './commandLine.ts';
import type { CliIo, ExitCode } from './io.ts';
import { readChains } from './scanFiles.ts';

const DEFAULT_PORT = 7497;
const DEFAULT_SEED = 1;
const HIGHEST_PORT = 65_535;
const HIGHEST_SEED = 2 ** 31 - 1;

const SIMULATOR_COMMAND = {
  name: 'legwork simulator',
  summary: 'Runs the TWS simulator until Ctrl-C. Prints the port on stdout and nothing else there.',
  options: {
    port: { value: 'P', help: `Port on 127.0.0.1, 0 for any free one; ${DEFAULT_PORT} unless given.` },
    seed: { value: 'N', help: 'The same seed moves the market in the same way; 1 unless given.' },
    chain: {
      value: 'FILE',
      help: 'A Cboe quote file to trade instead of made-up options; may be given several times.',
    },
    hours: { value: 'always|exchange', help: 'Session open at any hour (default), or as the exchange is.' },
  },
} satisfies CommandSpec<string>;

interface SimulatorArguments {
  port: number;
  seed: number;
  chains: string[];
  hours: 'always' | 'exchange';
}

/**
 * `legwork simulator`: a TWS on 127.0.0.1 for any TWS client.
 * @throws LegworkError input/invalid that names the option, connection/refused for a port in use.
 */
export async function runSimulator(argv: string[], io: CliIo): Promise<ExitCode> {
  const given = readArguments(argv);
  if (!given) {
    io.out(helpText(SIMULATOR_COMMAND));
    return 0;
  }
  const { port, seed, hours } = given;
  const recordedChains = readChains(given.chains, undefined);
  for (const text of recordedChains.flatMap((chain) => chain.warnings)) io.err(`legwork simulator: ${text}\n`);
  const onBug = (thrown: unknown): void => io.err(`legwork simulator: ${String(thrown)}\n`);
  const loop = watchLoop(realClock);
  const simulator = await startSimulator({
    ...{ port, seed, hours, recordedChains, onBug },
    clock: realClock,
    loopTurnedAt: loop.turnedAt,
  });
  io.out(`${simulator.port}\n`);
  io.err(`Simulated TWS on 127.0.0.1:${simulator.port}, seed ${seed}, hours ${hours}. Ctrl-C ends it.\n`);
  await ended(io.signal);
  await simulator.close();
  loop.stop();
  return 0;
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** @returns undefined when only help was asked for. */
function readArguments(argv: string[]): SimulatorArguments | undefined {
  const values = parse(argv);
  if (values.help === true) return undefined;
  const { port = String(DEFAULT_PORT), seed = String(DEFAULT_SEED), hours = 'always', chain = [] } = values;
  if (hours !== 'always' && hours !== 'exchange') {
    throw inputError('hours', `--hours must be always or exchange, found "${hours}".`);
  }
  return {
    port: wholeNumber('port', port, [0, HIGHEST_PORT]),
    seed: wholeNumber('seed', seed, [0, HIGHEST_SEED]),
    chains: chain,
    hours,
  };
}

function parse(argv: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    port: text,
    seed: text,
    hours: text,
    chain: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: argv, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw inputError('options', `${why}. "legwork simulator --help" lists the options.`);
  }
}
