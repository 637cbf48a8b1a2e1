import { parseExpiry } from '../../scanner/chain/cboeDate.ts';
import type { Dividend } from '../../scanner/domain/dividend.ts';
import { inputError } from '../../scanner/domain/errors.ts';
import type { IsoDate } from '../../scanner/domain/option.ts';
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

/** What a person asked `legwork iv` for. */
export interface IvArguments {
  chains: readonly string[];
  format: Format;
  /** Only these when not empty. */
  expiries: readonly IsoDate[];
  /** Continuously compounded, per year. */
  rate: number | undefined;
  dividends: readonly Dividend[];
  /** As a fraction: 0.01 is a vol point. */
  threshold: number;
  /** Disagreements listed per chain in the table. */
  top: number;
  /** ms since 1970 */
  asOfMs: number | undefined;
  out: string | undefined;
}

const DEFAULT_POINTS = 1;
const DEFAULT_TOP = 15;

export const IV_COMMAND = {
  name: 'legwork iv',
  summary:
    'Prints forwards, rates and the arbitrage-free vol surface of recorded chains, and where vendor and model disagree.',
  options: {
    chain: CHAIN_OPTION,
    expiry: { value: 'DATE', help: 'Only this expiry, 2023-10-20; may be given several times.', many: true },
    rate: {
      value: 'R',
      help: `Interest rate per year, continuously compounded; otherwise implied by parity, or ${DEFAULT_RATE} for American options.`,
    },
    dividend: {
      value: 'DATE:AMOUNT',
      help: 'A cash dividend per share and its ex-date, for American options; may be given several times.',
      many: true,
    },
    threshold: {
      value: 'POINTS',
      help: `Vol points from which a disagreement counts; ${DEFAULT_POINTS} unless given.`,
    },
    top: { value: 'N', help: `Disagreements listed per chain in the table; ${DEFAULT_TOP} unless given.` },
    format: { value: 'table|json|csv', help: 'What to print; table unless given. csv has a line per contract.' },
    'as-of': AS_OF_OPTION,
    out: { value: 'FILE', help: 'Writes the result to a file instead.' },
  },
} satisfies CommandSpec<string>;

/** @returns undefined when only help was asked for. @throws LegworkError input/invalid that names the option. */
export function readIvArguments(argv: string[]): IvArguments | undefined {
  const given = readOptions(argv, IV_COMMAND);
  if (given.switches.has('help')) return undefined;
  const { rate, threshold, top, format, 'as-of': asOf, out } = given;
  return {
    chains: readChainNames(given),
    format: oneOf('format', format, FORMATS) ?? 'table',
    expiries: (given.lists.get('expiry') ?? []).map((text) => readDate('expiry', text)),
    rate: rate === undefined ? undefined : readRate(rate),
    dividends: (given.lists.get('dividend') ?? []).map(readDividend),
    threshold: (threshold === undefined ? DEFAULT_POINTS : readPoints(threshold)) / 100,
    top: top === undefined ? DEFAULT_TOP : wholeNumber('top', top, [0, MOST_ROWS]),
    asOfMs: asOf === undefined ? undefined : readTime(asOf),
    out,
  };
}

function readDate(name: string, text: string): IsoDate {
  const date = parseExpiry(text);
  if (date === undefined) throw inputError(name, `--${name} must be a date such as 2023-10-20, found "${text}".`);
  return date;
}

function readDividend(text: string): Dividend {
  const [, day = '', amount = ''] = /^(.*):(\d*\.?\d+)$/.exec(text) ?? [];
  const exDate = parseExpiry(day);
  if (exDate === undefined || !(Number(amount) > 0)) {
    throw inputError('dividend', `--dividend must be DATE:AMOUNT such as 2023-12-15:1.91, found "${text}".`);
  }
  return { exDate, amount: Number(amount) };
}

function readPoints(text: string): number {
  const points = Number(text);
  if (text.trim() === '' || !(points >= 0 && points <= 100)) {
    throw inputError('threshold', `--threshold must be vol points from 0 to 100, found "${text}".`);
  }
  return points;
}
