import { chainOfRecorded } from '../../scanner/chain/chainOfRecorded.ts';
import type { Chain } from '../../scanner/chain/chain.ts';
import { computeModelGreeks } from '../../scanner/chain/modelGreeks.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { Profile } from '../../scanner/domain/profile.ts';
import type { RecordedChain } from '../../scanner/domain/recordedChain.ts';
import { prepareChain } from '../../scanner/scan/preparedChain.ts';
import { scan } from '../../scanner/scan/scan.ts';
import { helpText } from './commandLine.ts';
import type { CliIo, ExitCode } from './io.ts';
import { readScanArguments, SCAN_COMMAND, type ScanArguments } from './scanArguments.ts';
import { readChains, readProfile } from './scanFiles.ts';
import { formatScan } from './scanOutput.ts';

/**
 * `legwork scan`: filters and ranks the spreads of recorded chains. Only the result goes to `out`.
 * @returns 0 done, 2 bad input (the message names file, line and field).
 * @source finance.md "Headless scan"
 */
export function runScan(argv: string[], io: CliIo): Promise<ExitCode> {
  try {
    const given = readScanArguments(argv);
    io.out(given ? scanFiles(given, io) : helpText(SCAN_COMMAND));
    return Promise.resolve(0);
  } catch (thrown) {
    if (!(thrown instanceof LegworkError) || thrown.error.kind !== 'input') return Promise.reject(asError(thrown));
    io.err(`${SCAN_COMMAND.name}: ${thrown.error.message}\n`);
    return Promise.resolve(2);
  }
}

function scanFiles(given: ScanArguments, io: CliIo): string {
  const profile = withArguments(readProfile(given.profile), given);
  const recorded = readChains(given.chains, given.asOfMs);
  const warn = (text: string): void => io.err(`${SCAN_COMMAND.name}: ${text}\n`);
  for (const text of [...recorded.flatMap(({ warnings }) => warnings), ...doubts(profile, recorded)]) warn(text);
  const chain = chainOfRecorded(recorded);
  const settings = { rate: given.rate, facts: {} };
  if (profile.greeks === 'model') computeModel(chain, profile, { rate: given.rate, io });
  const prepared = prepareChain(chain, settings, { source: profile.greeks, symbols: profile.symbols });
  const { rows, summary } = scan(prepared, profile);
  return formatScan(given.format, rows, summary);
}

function withArguments(profile: Profile, given: ScanArguments): Profile {
  return {
    ...profile,
    greeks: given.greeks ?? profile.greeks,
    pricing: given.pricing ?? profile.pricing,
    limit: given.top ?? profile.limit,
  };
}

function computeModel(chain: Chain, profile: Profile, { rate, io }: { rate: number; io: CliIo }): void {
  const { symbols, dte } = profile;
  io.err(`${SCAN_COMMAND.name}: solving our own implied vols and Greeks...\n`);
  const { contracts, solved } = computeModelGreeks(chain, { rate }, { symbols, dte });
  io.err(`${SCAN_COMMAND.name}: ${solved} of ${contracts} contracts have one.\n`);
}

/** What the profile asks for that quote files cannot tell, and which symbols were not matched. */
function doubts(profile: Profile, recorded: readonly RecordedChain[]): string[] {
  const texts: string[] = [];
  const present = recorded.map(({ symbol }) => symbol);
  if (profile.symbols.length > 0) {
    const missing = profile.symbols.filter((symbol) => !present.includes(symbol));
    const ignored = present.filter((symbol) => !profile.symbols.includes(symbol));
    if (missing.length > 0) texts.push(`the profile names ${missing.join(', ')}, which no chain file has.`);
    if (ignored.length > 0) texts.push(`${ignored.join(', ')} not scanned: the profile does not name it.`);
  }
  if (profile.autoMode) texts.push('autoMode decides nothing here: quote files carry no IV percentile.');
  for (const filter of ['ivPercentile', 'ivRank'] as const) {
    if (profile[filter].min === undefined && profile[filter].max === undefined) continue;
    texts.push(`${filter} rejects every spread: quote files carry no history of implied vol.`);
  }
  if (profile.excludeEarnings) texts.push('excludeEarnings excludes nothing: quote files carry no earnings dates.');
  if (profile.excludeExDividend) texts.push('excludeExDividend excludes nothing: quote files carry no dividend dates.');
  return texts;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
