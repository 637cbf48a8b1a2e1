import { parseArgs } from 'node:util';
import { inputError } from '../../scanner/domain/errors.ts';
import { newYorkEpochMs } from '../../scanner/domain/calendar.ts';
import type { Profile } from '../../scanner/domain/profile.ts';
import { wholeNumber, type CommandSpec } from './commandLine.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** What a person asked `legwork scan` for; absent leaves it to the profile. */
export interface ScanArguments {
  chains: string[];
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

const DEFAULT_RATE = 0.045;
const MOST_ROWS = 1_000_000;

export const SCAN_COMMAND = {
  name: 'legwork scan',
  summary:
    'Scans recorded option chains with a saved profile; no connection needed. Prints the result and nothing else.',
  options: {
    chain: { value: 'FILE', help: 'A Cboe quote file (quotedata.csv); may be given several times.' },
    profile: { value: 'FILE', help: 'A filter profile, as JSON.' },
    greeks: { value: 'vendor|model', help: "The file's Greeks or our own; otherwise as the profile says." },
    pricing: { value: 'mid|natural', help: 'Prices of the legs; otherwise as the profile says.' },
    top: { value: 'N', help: "Rows to print; otherwise the profile's limit." },
    format: { value: 'table|json|csv', help: 'What to print; json unless given.' },
    'as-of': {
      value: 'TIME',
      help: 'Quote time of the files in New York, 2023-09-14T16:31; a date alone means 16:00.',
    },
    rate: { value: 'R', help: `Interest rate per year, continuously compounded; ${DEFAULT_RATE} unless given.` },
  },
} satisfies CommandSpec<string>;

/** @returns undefined when only help was asked for. @throws LegworkError input/invalid that names the option. */
export function readScanArguments(argv: string[]): ScanArguments | undefined {
  const values = parse(argv);
  if (values.help === true) return undefined;
  if (values.chain === undefined) throw inputError('chain', 'Give at least one --chain FILE, a Cboe quote file.');
  if (values.profile === undefined) throw inputError('profile', 'Give a --profile FILE, a filter profile as JSON.');
  const { chain, profile, top, rate } = values;
  return {
    chains: chain,
    profile,
    greeks: oneOf('greeks', values.greeks, ['vendor', 'model'] as const),
    pricing: oneOf('pricing', values.pricing, ['mid', 'natural'] as const),
    top: top === undefined ? undefined : wholeNumber('top', top, [1, MOST_ROWS]),
    format: oneOf('format', values.format, FORMATS) ?? 'json',
    asOfMs: values['as-of'] === undefined ? undefined : readTime(values['as-of']),
    rate: rate === undefined ? DEFAULT_RATE : readRate(rate),
  };
}

function parse(argv: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    chain: { type: 'string', multiple: true },
    profile: text,
    greeks: text,
    pricing: text,
    top: text,
    format: text,
    'as-of': text,
    rate: text,
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: argv, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [sentence = 'cannot be read'] = (error instanceof Error ? error.message : String(error)).split('. ');
    const field = /'(--?[^' ]*)/.exec(sentence)?.[1] ?? 'options';
    throw inputError(field, `${sentence}. "${SCAN_COMMAND.name} --help" lists the options.`);
  }
}

function oneOf<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw inputError(name, `--${name} must be ${choices.join(' or ')}, found "${text}".`);
  return found;
}

function readRate(text: string): number {
  const rate = Number(text);
  if (text.trim() === '' || !(rate >= -0.05 && rate <= 0.5)) {
    throw inputError('rate', `--rate must be a number from -0.05 to 0.5 (0.045 is 4.5 %), found "${text}".`);
  }
  return rate;
}

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/;
const CLOSE_HOUR = 16;

/** A time in New York, unless it carries an offset of its own. */
function readTime(text: string): number {
  const [, date = '', hour, minute, second = '00', offset] = LOCAL_TIME.exec(text) ?? [];
  try {
    if (date !== '' && offset !== undefined) {
      const at = Date.parse(`${date}T${hour ?? ''}:${minute ?? ''}:${second}${offset}`);
      if (Number.isFinite(at)) return at;
    } else if (date !== '' && Number(second) < 60) {
      return newYorkEpochMs(date, Number(hour ?? CLOSE_HOUR), Number(minute ?? 0)) + Number(second) * 1000;
    }
  } catch (error) {
    // A day or an hour that does not exist gets the message below.
    if (!(error instanceof RangeError)) throw error;
  }
  throw inputError('as-of', `--as-of must be a date or a time such as 2023-09-14T16:31, found "${text}".`);
}
