import { inputError } from '../../scanner/domain/errors.ts';
import type { Profile } from '../../scanner/domain/profile.ts';
import {
  AS_OF_OPTION,
  CHAIN_OPTION,
  DEFAULT_RATE,
  FORMATS,
  MOST_ROWS,
  readChainNames,
  readRate,
  readTime,
  type Format,
} from './chainOptions.ts';
import { oneOf, readOptions, wholeNumber, type CommandSpec } from './commandLine.ts';

/** What a person asked `legwork scan` for; absent leaves it to the profile. */
export interface ScanArguments {
  chains: readonly string[];
  profile: string;
  greeks: Profile['greeks'] | undefined;
  pricing: Profile['pricing'] | undefined;
  top: number | undefined;
  format: Format;
  /** ms since 1970 */
  asOfMs: number | undefined;
  /** Continuously compounded, per year. */
  rate: number;
}

export const SCAN_COMMAND = {
  name: 'legwork scan',
  summary:
    'Scans recorded option chains with a saved profile; no connection needed. Prints the result and nothing else.',
  options: {
    chain: CHAIN_OPTION,
    profile: { value: 'FILE', help: 'A filter profile, as JSON.' },
    greeks: { value: 'vendor|model', help: "The file's Greeks or our own; otherwise as the profile says." },
    pricing: { value: 'mid|natural', help: 'Prices of the legs; otherwise as the profile says.' },
    top: { value: 'N', help: "Rows to print; otherwise the profile's limit." },
    format: { value: 'table|json|csv', help: 'What to print; json unless given.' },
    'as-of': AS_OF_OPTION,
    rate: { value: 'R', help: `Interest rate per year, continuously compounded; ${DEFAULT_RATE} unless given.` },
  },
} satisfies CommandSpec<string>;

/** @returns undefined when only help was asked for. @throws LegworkError input/invalid that names the option. */
export function readScanArguments(argv: string[]): ScanArguments | undefined {
  const given = readOptions(argv, SCAN_COMMAND);
  if (given.switches.has('help')) return undefined;
  const { profile, top, rate, 'as-of': asOf } = given;
  const chains = readChainNames(given);
  if (profile === undefined) throw inputError('profile', 'Give a --profile FILE, a filter profile as JSON.');
  return {
    chains,
    profile,
    greeks: oneOf('greeks', given.greeks, ['vendor', 'model'] as const),
    pricing: oneOf('pricing', given.pricing, ['mid', 'natural'] as const),
    top: top === undefined ? undefined : wholeNumber('top', top, [1, MOST_ROWS]),
    format: oneOf('format', given.format, FORMATS) ?? 'json',
    asOfMs: asOf === undefined ? undefined : readTime(asOf),
    rate: rate === undefined ? DEFAULT_RATE : readRate(rate),
  };
}
