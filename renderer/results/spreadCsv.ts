import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { STRATEGY_SHAPES } from '../../scanner/domain/strategy.ts';

type Cell = string | number | undefined;
type CsvColumn = [title: string, value: (row: RankedSpread) => Cell];

/** A cell of the screen that says two things is several columns of a file. */
const SPLIT: Readonly<Record<string, readonly CsvColumn[]>> = {
  strikes: [
    ['Sold', (row) => row.shortStrike],
    ['Bought', (row) => row.longStrike],
    ['Call sold', (row) => row.callWing?.shortStrike],
    ['Call bought', (row) => row.callWing?.longStrike],
  ],
  breakEven: [
    ['B/E', (row) => row.breakEven],
    ['Upper B/E', (row) => row.upperBreakEven],
  ],
};

/** Rows as CSV, numbers unformatted; what is not known is an empty cell. @param columns those on the screen, in order. */
export function spreadCsv(rows: readonly RankedSpread[], columns: readonly { id: string; title: string }[]): string {
  const all = columns.flatMap(
    ({ id, title }): readonly CsvColumn[] => SPLIT[id] ?? [[title, (row) => cellOf(row, id)]],
  );
  const lines = [all.map(([title]) => title), ...rows.map((row) => all.map(([, value]) => value(row)))];
  return lines.map((line) => line.map(csvField).join(',')).join('\r\n');
}

function cellOf(row: RankedSpread, id: string): Cell {
  if (id === 'strategy') return STRATEGY_SHAPES[row.strategy].name;
  const value = row[id as keyof RankedSpread];
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

function csvField(value: Cell): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
