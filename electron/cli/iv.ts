import { writeFileSync } from 'node:fs';
import { inputError, LegworkError } from '../../scanner/domain/errors.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { fitChain, type ChainSurface } from '../../scanner/volatility/chainSurface.ts';
import { vendorDisagreements } from '../../scanner/volatility/vendorDisagreement.ts';
import { DEFAULT_RATE } from './chainOptions.ts';
import { helpText } from './commandLine.ts';
import type { CliIo, ExitCode } from './io.ts';
import { IV_COMMAND, readIvArguments, type IvArguments } from './ivArguments.ts';
import { formatSurfaces } from './ivOutput.ts';
import type { ReportedChain } from './ivTable.ts';
import { readChains } from './scanFiles.ts';

/**
 * `legwork iv`: forwards, rates and vol surfaces of recorded chains. Only the result goes to `out`.
 * @returns 0 done, 2 bad input (the message names file, line and field).
 */
export function runIv(argv: string[], io: CliIo): Promise<ExitCode> {
  try {
    const given = readIvArguments(argv);
    if (!given) io.out(helpText(IV_COMMAND));
    else write(surfacesOf(given, io), given.out, io);
    return Promise.resolve(0);
  } catch (thrown) {
    if (!(thrown instanceof LegworkError) || thrown.error.kind !== 'input') {
      return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    io.err(`${IV_COMMAND.name}: ${thrown.error.message}\n`);
    return Promise.resolve(2);
  }
}

function surfacesOf(given: IvArguments, io: CliIo): string {
  const warn = (text: string): void => io.err(`${IV_COMMAND.name}: ${text}\n`);
  const recorded = readChains(given.chains, given.asOfMs);
  for (const text of recorded.flatMap(({ warnings }) => warnings)) warn(text);
  const chains = recorded.map((chain): ReportedChain => {
    const surface = fitChain(onlyExpiries(chain, given.expiries), {
      rate: given.rate,
      defaultRate: DEFAULT_RATE,
      dividends: given.dividends,
      isSpotOfAnotherTime: given.asOfMs !== undefined,
    });
    for (const text of doubts(surface, given)) warn(text);
    const { threshold } = given;
    const { hoursSinceClose } = surface;
    const expiries = surface.expiries.map((expiry) => {
      return { ...expiry, disagreements: vendorDisagreements(expiry, { threshold, hoursSinceClose }) };
    });
    return { ...surface, expiries };
  });
  if (given.expiries.length > 0 && chains.every(({ expiries }) => expiries.length === 0)) {
    throw inputError('expiry', `No chain has an unexpired expiry on ${given.expiries.join(', ')}. Give a listed date.`);
  }
  return formatSurfaces(given.format, chains, given);
}

function onlyExpiries(chain: RecordedChain, expiries: readonly string[]): RecordedChain {
  if (expiries.length === 0) return chain;
  return { ...chain, options: chain.options.filter(({ expiry }) => expiries.includes(expiry)) };
}

/** What the reader should know before trusting the numbers. */
function doubts(surface: ChainSurface, given: IvArguments): string[] {
  const { symbol, exercise, expiries, expired, hoursSinceClose, spot, impliedSpot } = surface;
  const texts: string[] = [];
  if (hoursSinceClose > 12) {
    texts.push(
      `${symbol}: quoted ${Math.round(hoursSinceClose)} hours after the last close; vols near expiry depend on it. --as-of with that day values the quotes at its close.`,
    );
  }
  if (impliedSpot !== undefined) {
    texts.push(
      `${symbol}: the options were quoted at a spot of ${impliedSpot.toFixed(2)}, which is used; the file's ${spot.toFixed(2)} is of another time.`,
    );
  }
  const settled = expired === 1 ? 'one expiry, which has' : `${expired} expiries, which have`;
  if (expired > 0) texts.push(`${symbol}: left out ${settled} settled before the quote time.`);
  if (exercise === 'american' && given.rate === undefined) {
    texts.push(
      `${symbol}: American quotes do not tell a rate; ${DEFAULT_RATE} is assumed. Give the money market's with --rate.`,
    );
  }
  if (exercise === 'european' && given.dividends.length > 0) {
    texts.push(`${symbol}: --dividend is left aside; the forwards of European options hold all dividends.`);
  }
  const without = expiries.filter(({ smile }) => !smile).map(({ expiry }) => expiry);
  if (without.length > 0) texts.push(`${symbol}: no smile for ${without.join(', ')}: no out-of-the-money bids.`);
  return texts;
}

function write(text: string, file: string | undefined, io: CliIo): void {
  if (file === undefined) {
    io.out(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw inputError('out', `${file}: cannot be written (${why}). Check the path given as --out.`);
  }
}
