import { CsvError, parse } from 'csv-parse/sync';
import { inputError } from '../domain/errors.ts';
import type { IsoDate } from '../domain/option.ts';
import type { RecordedChain, RecordedOption } from '../domain/recordedChain.ts';
import { parseExpiry, parseQuoteTime } from './cboeDate.ts';
import { findColumns, type CboeColumns, type SideColumns } from './cboeHeader.ts';
import { isAdjustedRoot, parseOptionSymbol, underlyingOfRoots } from './optionSymbol.ts';

export interface CboeFileOptions {
  /** For messages. */
  fileName: string;
  /** Quote time that replaces the file's own, ms since 1970; needed for files whose date is not in English. */
  asOfMs?: number | undefined;
}

/** The largest real file, SPX with all its weeklies, is about 4 MB. */
export const MAX_FILE_CHARACTERS = 64 * 1024 * 1024;
const MAX_ROWS = 200_000;
const MAX_RECORD_CHARACTERS = 10_000;
const PREAMBLE_LINES = 10;
/** An option symbol names the strike to a thousandth. */
const STRIKE_ROUNDING = 1e-3;

interface CsvLine {
  line: number;
  cells: string[];
}

interface FileContext {
  fileName: string;
  columns: CboeColumns;
  /** The option symbol's date stands in for an expiry cell in another language. */
  expiryFromSymbol: boolean;
  adjusted: Map<string, number>;
  /** By root: where it stands first, and how many contracts it has. */
  roots: Map<string, { where: string; side: string; count: number }>;
}

/**
 * Reads a quote file as Cboe's site exports it ("quotedata.csv").
 * IV and delta of 0 are the exchange's way to say none; a gamma of 0 is one too small to print, a bid of 0 a real bid.
 * @throws LegworkError kind `input` that names the file, the line, the field and what was found there.
 * @source finance.md "Cboe quote file"
 */
export function parseCboeFile(text: string, { fileName, asOfMs }: CboeFileOptions): RecordedChain {
  if (text.length > MAX_FILE_CHARACTERS) {
    throw inputError('chain', `${fileName}: larger than 64 MB, which no option chain is. Give a Cboe quote file.`);
  }
  const lines = readLines(text, fileName);
  const header = lines.findIndex(({ cells }) => cells[0]?.trim().toLowerCase() === 'expiration date');
  const headerLine = lines[header];
  if (header < 0 || header > PREAMBLE_LINES || !headerLine) {
    throw inputError(
      'header',
      `${fileName}: no line that starts with "Expiration Date" among the first ${PREAMBLE_LINES}. Expected a Cboe quote file (quotedata.csv).`,
    );
  }
  const preamble = lines.slice(0, header);
  const quoted = asOfMs ?? quoteTime(preamble, fileName);
  const columns = findColumns(headerLine.cells, `${fileName} line ${headerLine.line}`);
  const context: FileContext = {
    fileName,
    columns,
    expiryFromSymbol: asOfMs !== undefined,
    adjusted: new Map(),
    roots: new Map(),
  };
  const { options, warnings } = readOptions(lines.slice(header + 1), context);
  if (options.length === 0) {
    throw inputError('Calls', `${fileName}: no standard option in it. Expected rows below line ${headerLine.line}.`);
  }
  const symbol = underlyingOfRoots(context.roots.keys()) ?? refuseStranger(context);
  const bid = preambleNumber(preamble, 'Bid');
  const ask = preambleNumber(preamble, 'Ask');
  return {
    symbol,
    name: preamble[0]?.cells[0]?.trim() || symbol,
    asOfMs: quoted,
    last: lastPrice(preamble, fileName),
    bid: bid !== undefined && bid > 0 ? bid : undefined,
    ask: ask !== undefined && ask > 0 ? ask : undefined,
    options,
    warnings,
  };
}

function readLines(text: string, fileName: string): CsvLine[] {
  try {
    const rows = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: MAX_RECORD_CHARACTERS,
      to: MAX_ROWS + 1,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    if (rows.length > MAX_ROWS) throw inputError('chain', `${fileName}: more than ${MAX_ROWS} lines. Give one chain.`);
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` line ${error['lines']}` : '';
    throw inputError('chain', `${fileName}${line}: not readable as CSV: ${error.message}. Download the file again.`);
  }
}

function quoteTime(preamble: readonly CsvLine[], fileName: string): number {
  for (const { line, cells } of preamble) {
    const at = cells.findIndex((cell) => /^\s*Date\s*:/i.test(cell));
    if (at < 0) continue;
    // An unquoted date with commas in it falls into several cells.
    const found = cells
      .slice(at)
      .join(',')
      .replace(/^\s*Date\s*:\s*/i, '');
    const time = parseQuoteTime(found);
    if (time !== undefined) return time;
    throw inputError(
      'Date',
      `${fileName} line ${line}, field "Date": found "${found.slice(0, 60)}", expected an English date such as "August 20, 2023 at 10:35 PM EDT". Give the quote time with --as-of, for instance --as-of 2023-08-20T22:35.`,
    );
  }
  throw inputError(
    'Date',
    `${fileName}: no "Date:" above the column names, so the quote time is unknown. Give it with --as-of.`,
  );
}

/** `Last: 4,505.10` may be one quoted cell or, with its separator, two. */
function preambleNumber(preamble: readonly CsvLine[], label: string): number | undefined {
  const pattern = new RegExp(`(?:^|,)\\s*${label}\\s*:\\s*\\$?(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d*\\.?\\d+)`, 'i');
  for (const { cells } of preamble) {
    const match = pattern.exec(cells.join(','));
    if (match?.[1] !== undefined) return Number(match[1].replaceAll(',', ''));
  }
  return undefined;
}

function lastPrice(preamble: readonly CsvLine[], fileName: string): number {
  const last = preambleNumber(preamble, 'Last');
  if (last !== undefined && last > 0) return last;
  const line = preamble[0]?.line ?? 1;
  throw inputError(
    'Last',
    `${fileName} line ${line}, field "Last": found ${last ?? 'nothing'}, expected the underlying's last price above 0.`,
  );
}

function readOptions(
  lines: readonly CsvLine[],
  context: FileContext,
): { options: RecordedOption[]; warnings: string[] } {
  const { fileName, adjusted } = context;
  const byContract = new Map<string, RecordedOption>();
  let repeated = 0;
  for (const line of lines) {
    for (const option of readRow(line, context)) {
      const key = `${option.root}|${option.expiry}|${option.right}|${option.strike}`;
      if (byContract.has(key)) repeated++;
      byContract.set(key, option);
    }
  }
  const warnings: string[] = [];
  for (const [root, count] of adjusted) {
    warnings.push(
      `${fileName}: ${count} contracts of ${root} left out: an adjusted class with a non-standard deliverable.`,
    );
  }
  if (repeated > 0) warnings.push(`${fileName}: ${repeated} contracts stand in it twice; the later line was taken.`);
  return { options: [...byContract.values()], warnings };
}

function* readRow({ line, cells }: CsvLine, context: FileContext): Generator<RecordedOption> {
  const { fileName, columns } = context;
  const where = `${fileName} line ${line}`;
  if (cells.length < columns.count) {
    throw inputError(
      columns.names[cells.length] ?? 'Strike',
      `${where}, field "${columns.names[cells.length] ?? ''}": the line ends after ${cells.length} of ${columns.count} fields. The file is cut off; download it again.`,
    );
  }
  const extra = cells.findIndex((cell, at) => at >= columns.count && cell.trim() !== '');
  if (extra >= 0) {
    const last = columns.names.at(-1) ?? '';
    throw inputError(
      last,
      `${where}, field "${last}": ${extra + 1} fields, expected ${columns.count}. A number with a comma in it must be in quotes; download the file again.`,
    );
  }
  const strike = readNumber(cells, columns.strike, 'Strike', where);
  if (strike === undefined || strike <= 0) throw badCell(where, 'Strike', cells[columns.strike], 'a strike above 0');
  for (const side of [columns.call, columns.put]) {
    const name = (cells[side.symbol] ?? '').trim();
    const symbol = parseOptionSymbol(name);
    if (symbol?.right !== side.right) {
      throw badCell(where, side.label, name, `an option symbol such as AMD230825${side.right}00105000`);
    }
    const { root } = symbol;
    if (isAdjustedRoot(root)) {
      context.adjusted.set(root, (context.adjusted.get(root) ?? 0) + 1);
      continue;
    }
    const seen = context.roots.get(root);
    context.roots.set(root, { where, side: side.label, ...seen, count: 1 + (seen?.count ?? 0) });
    const expiry = readExpiry(cells, symbol.expiry, { ...context, where });
    if (expiry !== symbol.expiry) {
      throw badCell(where, 'Expiration Date', cells[columns.expiry], `${symbol.expiry}, as ${name} says`);
    }
    if (Math.abs(strike - symbol.strike) > STRIKE_ROUNDING) {
      throw badCell(where, 'Strike', cells[columns.strike], `${symbol.strike}, as ${name} says`);
    }
    yield { root, expiry, right: side.right, strike, ...readQuote(cells, side, where) };
  }
}

/** One underlying has one file: the root with the fewest contracts is where a person has to look. */
function refuseStranger({ roots }: FileContext): never {
  const [fewest, next] = [...roots].toSorted(([, a], [, b]) => a.count - b.count);
  const [root = '', { where, side } = { where: '', side: '' }] = fewest ?? [];
  throw badCell(where, side, root, `an option of the same underlying as ${next?.[0] ?? 'the others'}`);
}

function readExpiry(cells: readonly string[], fromSymbol: IsoDate, context: FileContext & { where: string }): IsoDate {
  const text = (cells[context.columns.expiry] ?? '').trim();
  const expiry = parseExpiry(text);
  if (expiry !== undefined) return expiry;
  if (context.expiryFromSymbol && text !== '') return fromSymbol;
  throw badCell(context.where, 'Expiration Date', text, 'a date in English such as "Fri Aug 25 2023"');
}

type Quote = Omit<RecordedOption, 'root' | 'expiry' | 'right' | 'strike'>;

function readQuote(cells: readonly string[], side: SideColumns, where: string): Quote {
  const number = (column: number, name: string): number | undefined =>
    readNumber(cells, column, `${side.label} ${name}`, where);
  const notNegative = (column: number, name: string, expected: string): number | undefined => {
    const value = number(column, name);
    if (value !== undefined && value < 0) throw badCell(where, `${side.label} ${name}`, cells[column], expected);
    return value;
  };
  const price = (column: number, name: string) => notNegative(column, name, 'a price');
  const count = (column: number, name: string) => notNegative(column, name, 'a number of contracts') ?? 0;
  const unlessZero = (value: number | undefined): number | undefined => (value === 0 ? undefined : value);
  return {
    bid: price(side.bid, 'Bid'),
    ask: price(side.ask, 'Ask'),
    last: unlessZero(price(side.last, 'Last Sale')),
    volume: count(side.volume, 'Volume'),
    openInterest: count(side.openInterest, 'Open Interest'),
    iv: unlessZero(number(side.iv, 'IV')),
    delta: unlessZero(number(side.delta, 'Delta')),
    gamma: number(side.gamma, 'Gamma'),
  };
}

/** A number as Cboe prints it, perhaps with thousands separators; undefined for an empty cell or a dash. */
function readNumber(cells: readonly string[], column: number, field: string, where: string): number | undefined {
  const text = (column < 0 ? '' : (cells[column] ?? '')).trim();
  if (text === '' || text === '-' || text === '--') return undefined;
  const plain = text.replace(/^\$/, '');
  const isNumber = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/.test(plain) && /\d/.test(plain);
  const value = isNumber ? Number(plain.replaceAll(',', '')) : NaN;
  if (!Number.isFinite(value)) throw badCell(where, field, text, 'a number');
  return value;
}

function badCell(where: string, field: string, found: string | undefined, expected: string): Error {
  const shown = found === undefined || found.trim() === '' ? 'nothing' : `"${found.slice(0, 60)}"`;
  return inputError(field, `${where}, field "${field}": found ${shown}, expected ${expected}.`);
}
