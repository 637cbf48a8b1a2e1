import { stringify } from 'csv-stringify/sync';
import type { RankedSpread, ScanSummary } from '../../scanner/domain/spread.ts';
import type { Format } from './chainOptions.ts';

/** Fields of a printed row, in the order of finance.md; root and lens tell apart what would look alike. */
const ROW_FIELDS = [
  'symbol',
  'root',
  'strategy',
  'expiry',
  'dte',
  'right',
  'shortStrike',
  'longStrike',
  'width',
  'credit',
  'maxProfit',
  'maxLoss',
  'breakEven',
  'pop',
  'returnOnRisk',
  'ev',
  'evLens',
  'evToRisk',
  'shortDelta',
  'longDelta',
  'netTheta',
  'netVega',
  'shortIv',
  'longIv',
  'openInterest',
  'volume',
  'bidAskPercent',
  'liquidity',
  'score',
] as const satisfies readonly (keyof RankedSpread)[];

type Printed = string | number | undefined;

/** What only iron condors and butterflies have; their other strikes and Greeks of legs are those of the puts. */
const CONDOR_FIELDS: readonly [name: string, value: (row: RankedSpread) => Printed][] = [
  ['callShortStrike', ({ callWing }) => callWing?.shortStrike],
  ['callLongStrike', ({ callWing }) => callWing?.longStrike],
  ['callShortDelta', ({ callWing }) => callWing?.short.delta],
  ['callLongDelta', ({ callWing }) => callWing?.long.delta],
  ['callShortIv', ({ callWing }) => callWing?.short.iv],
  ['callLongIv', ({ callWing }) => callWing?.long.iv],
  ['upperBreakEven', ({ upperBreakEven }) => upperBreakEven],
];
const FIELD_NAMES: readonly string[] = [...ROW_FIELDS, ...CONDOR_FIELDS.map(([name]) => name)];

/** In the order of FIELD_NAMES. */
function printedValues(row: RankedSpread): Printed[] {
  return [...ROW_FIELDS.map((field) => row[field]), ...CONDOR_FIELDS.map(([, value]) => value(row))];
}

/** The result as it goes to stdout, with its last line ended. What is not known is null, or an empty cell. */
export function formatScan(format: Format, rows: readonly RankedSpread[], summary: ScanSummary): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(asJson(rows, summary), undefined, 2)}\n`;
    case 'csv':
      return stringify(
        rows.map((row) => printedValues(row).map((value) => value ?? '')),
        { header: true, columns: [...FIELD_NAMES] },
      );
    case 'table':
      return asTable(rows, summary);
  }
}

function asJson(rows: readonly RankedSpread[], summary: ScanSummary): object {
  const { asOf, contracts, pairs, survivors, funnel } = summary;
  const printed = rows.map((row) =>
    Object.fromEntries(printedValues(row).map((value, i) => [FIELD_NAMES[i] ?? '', value ?? null])),
  );
  return { asOf, contracts, pairs, survivors, funnel, rows: printed };
}

type Column = [title: string, cell: (row: RankedSpread) => string];

const NONE = '-';
const fixed = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? NONE;
const percent = (value: number | undefined): string => (value === undefined ? NONE : `${(value * 100).toFixed(1)} %`);

function strikes({ shortStrike, longStrike, right, callWing }: RankedSpread): string {
  const calls = callWing ? ` ${callWing.shortStrike}/${callWing.longStrike} C` : '';
  return `${shortStrike}/${longStrike} ${right}${calls}`;
}

function breakEvens({ breakEven, upperBreakEven }: RankedSpread): string {
  return upperBreakEven === undefined ? fixed(breakEven, 3) : `${fixed(breakEven, 3)}..${fixed(upperBreakEven, 3)}`;
}

const COLUMNS: readonly Column[] = [
  ['symbol', (row) => row.symbol],
  ['root', (row) => row.root],
  ['strategy', (row) => row.strategy],
  ['expiry', (row) => row.expiry],
  ['DTE', (row) => String(row.dte)],
  ['sell/buy', strikes],
  ['credit', (row) => fixed(row.credit, 3)],
  ['max profit', (row) => fixed(row.maxProfit, 2)],
  ['max loss', (row) => fixed(row.maxLoss, 2)],
  ['break-even', breakEvens],
  ['POP', (row) => percent(row.pop)],
  ['on risk', (row) => percent(row.returnOnRisk)],
  ['EV (rnd)', (row) => fixed(row.ev, 3)],
  ['delta', (row) => fixed(row.shortDelta, 3)],
  ['OI', (row) => String(row.openInterest)],
  ['bid-ask', (row) => percent(row.bidAskPercent)],
  ['liquid', (row) => fixed(row.liquidity, 2)],
  ['score', (row) => fixed(row.score, 3)],
];
/** Text stands left, numbers right. */
const LEFT_COLUMNS = 4;

function asTable(rows: readonly RankedSpread[], summary: ScanSummary): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, c) => Math.max(...cells.map((line) => line[c]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, c) => (c < LEFT_COLUMNS ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const funnel = summary.funnel.filter(({ rejected }) => rejected > 0).map((f) => `${f.filter} -${f.rejected}`);
  const head = `As of ${summary.asOf}: ${summary.contracts} contracts, ${summary.pairs} spreads, ${summary.survivors} left (${funnel.join(', ') || 'nothing rejected'})`;
  return `${[head, '', ...lines].join('\n')}\n`;
}
