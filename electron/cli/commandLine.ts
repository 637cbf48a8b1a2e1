import { parseArgs } from 'node:util';
import { inputError } from '../../scanner/domain/errors.ts';

/** One option of a command; `value` names what it takes and is absent for a switch. */
export interface OptionSpec {
  value?: string;
  help: string;
  /** May be given several times. */
  many?: true;
}

export interface CommandSpec<Name extends string> {
  /** As typed: `legwork app`. */
  name: string;
  summary: string;
  options: Readonly<Record<Name, OptionSpec>>;
}

/** What was given, by option name; what may be given several times is in `lists`. `help` is always understood. */
export type Given<Name extends string> = Partial<Record<Name, string>> & {
  switches: ReadonlySet<string>;
  lists: ReadonlyMap<string, readonly string[]>;
};

/**
 * Reads a command's options. @throws LegworkError input/invalid that names an unknown or incomplete option.
 */
export function readOptions<Name extends string>(argv: string[], spec: CommandSpec<Name>): Given<Name> {
  const known: [string, OptionSpec][] = [...Object.entries<OptionSpec>(spec.options), ['help', { help: '' }]];
  const options = Object.fromEntries(
    known.map(([name, { value, many = false }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: many,
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
  let values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  try {
    ({ values } = parseArgs({ args: argv, options, strict: true, allowPositionals: false }));
  } catch (error) {
    throw inputError(fieldOf(error), `${wordsOf(error)} "${spec.name} --help" lists the options.`);
  }
  const given = Object.entries(values);
  const texts = Object.fromEntries(given.filter(([, value]) => typeof value === 'string'));
  const switches = new Set(given.filter(([, value]) => value === true).map(([name]) => name));
  const lists = new Map(
    given.flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.map(String)] as const] : [])),
  );
  return { ...(texts as Partial<Record<Name, string>>), switches, lists };
}

/** The text of `--help`. */
export function helpText<Name extends string>(spec: CommandSpec<Name>): string {
  const rows = Object.entries<OptionSpec>(spec.options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  rows.push(['-h, --help', 'Shows this.']);
  const width = Math.max(...rows.map(([left = '']) => left.length));
  const lines = rows.map(([left = '', help = '']) => `  ${left.padEnd(width)}  ${help}`);
  return `${spec.summary}\n\nUsage: ${spec.name} [options]\n\n${lines.join('\n')}\n`;
}

/** A whole number within bounds. @throws LegworkError input/invalid that names the option and what was found. */
export function wholeNumber(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < min || value > max) {
    throw inputError(name, `--${name} must be a whole number from ${min} to ${max}, found "${text}".`);
  }
  return value;
}

/** One of a few words; undefined when none is given. @throws LegworkError input/invalid that lists them. */
export function oneOf<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw inputError(name, `--${name} must be ${choices.join(' or ')}, found "${text}".`);
  return found;
}

/** `HOST:PORT`, or `HOST` with the usual port of paper trading. */
export function hostAndPort(name: string, text: string): { host: string; port: number } {
  const [, host, port] = /^([A-Za-z0-9.-]+)(?::(\d+))?$/.exec(text) ?? [];
  if (host === undefined)
    throw inputError(name, `--${name} must be HOST:PORT, for instance 127.0.0.1:7497, found "${text}".`);
  return { host, port: port === undefined ? PAPER_PORT : wholeNumber(name, port, [1, 65_535]) };
}

/** TWS's usual socket port for paper trading. */
export const PAPER_PORT = 7497;

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = message.split('. ')[0] ?? message;
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

function fieldOf(error: unknown): string {
  return /'(-[^' ]*|[^']*)/.exec(wordsOf(error))?.[1] ?? 'options';
}
