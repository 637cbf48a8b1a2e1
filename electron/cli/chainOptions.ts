import { newYorkEpochMs } from '../../scanner/domain/calendar.ts';
import { inputError } from '../../scanner/domain/errors.ts';
import type { OptionSpec } from './commandLine.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** What --top can ask for. */
export const MOST_ROWS = 1_000_000;

/** Continuously compounded, per year. */
export const DEFAULT_RATE = 0.045;

/** Options that every command on recorded chains understands. */
export const CHAIN_OPTION: OptionSpec = {
  value: 'FILE',
  help: 'A Cboe quote file (quotedata.csv); may be given several times.',
  many: true,
};
export const AS_OF_OPTION: OptionSpec = {
  value: 'TIME',
  help: 'Quote time of the files in New York, 2023-09-14T16:31; a date alone means 16:00.',
};

/** @throws LegworkError input/invalid without one. */
export function readChainNames({ lists }: { lists: ReadonlyMap<string, readonly string[]> }): readonly string[] {
  const chains = lists.get('chain') ?? [];
  if (chains.length === 0) throw inputError('chain', 'Give at least one --chain FILE, a Cboe quote file.');
  return chains;
}

/** @throws LegworkError input/invalid outside of what a rate can be. */
export function readRate(text: string): number {
  const rate = Number(text);
  if (text.trim() === '' || !(rate >= -0.05 && rate <= 0.5)) {
    throw inputError('rate', `--rate must be a number from -0.05 to 0.5 (0.045 is 4.5 %), found "${text}".`);
  }
  return rate;
}

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/;
const CLOSE_HOUR = 16;

/** A time in New York, unless it carries an offset of its own. @returns ms since 1970. */
export function readTime(text: string): number {
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
