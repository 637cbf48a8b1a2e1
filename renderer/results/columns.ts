import type { ColDef, ValueFormatterParams } from 'ag-grid-community';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { STRATEGY_SHAPES } from '../../scanner/domain/strategy.ts';
import { formatExpiry } from '../format/formatDate.ts';
import { formatNumber, signClass, type NumberFormat } from '../format/formatNumber.ts';
import { breakEvenText } from '../format/spreadName.ts';
import { ScoreCell, strategyCell, strikesCell } from './cells.ts';

/** From which width of the results panel a column is shown; 1 is always. */
export type Priority = 1 | 2 | 3 | 4 | 5;
const WIDTH_FROM: Readonly<Record<Priority, number>> = { 1: 0, 2: 854, 3: 1056, 4: 1162, 5: 1440 };

export type SpreadColumn = Omit<ColDef<RankedSpread, string | number>, 'context'> & {
  colId: string;
  /** Narrowest, px. */
  minWidth: number;
  context: ColumnContext;
};

interface ColumnContext {
  priority: Priority;
  title: string;
}

interface NumberColumn {
  id: keyof RankedSpread;
  head: string;
  title: string;
  width: number;
  priority: Priority;
  format: NumberFormat;
  /** Coloured by its sign. */
  signed?: boolean;
  model?: boolean;
}

function numberColumn({ id, head, title, width, priority, format, signed, model }: NumberColumn): SpreadColumn {
  const classes = ['num', ...(model ? ['model'] : [])];
  return {
    colId: id,
    headerName: head,
    headerTooltip: title,
    headerClass: classes,
    cellClass: signed
      ? ({ value }) =>
          ['num', signClass(typeof value === 'number' ? value : undefined, format.decimals)].filter(Boolean)
      : 'num',
    valueGetter: ({ data }) => {
      const value = data?.[id];
      return typeof value === 'number' ? value : undefined;
    },
    valueFormatter: ({ value }: ValueFormatterParams<RankedSpread, string | number>) =>
      typeof value === 'number' ? formatNumber(value, format) : '',
    minWidth: width,
    context: { priority, title },
  };
}

const percent: NumberFormat = { decimals: 1, scale: 100 };
const price: NumberFormat = { decimals: 2, upTo: 3, padded: true };

const fixed = (priority: Priority, title: string) => ({ context: { priority, title }, resizable: true });

/** Columns in the order and the widths of the design; what is shown depends on the room there is. */
export function spreadColumns(evName: () => string, isFresh: (id: string) => boolean): SpreadColumn[] {
  return [
    {
      colId: 'score',
      headerName: 'Score',
      field: 'score',
      cellRenderer: ScoreCell,
      sort: 'desc',
      minWidth: 72,
      ...fixed(1, 'Score'),
    },
    {
      colId: 'symbol',
      sortingOrder: ['asc', 'desc', null],
      headerName: 'Sym',
      valueGetter: ({ data }) => data?.symbol,
      cellClass: ({ data }) => (data && isFresh(data.id) ? ['sym', 'fresh'] : 'sym'),
      minWidth: 52,
      ...fixed(1, 'Symbol'),
    },
    {
      colId: 'strategy',
      sortingOrder: ['asc', 'desc', null],
      headerValueGetter: ({ column }) => ((column?.getActualWidth() ?? 0) < 70 ? 'Type' : 'Strategy'),
      valueGetter: ({ data }) => (data ? STRATEGY_SHAPES[data.strategy].name : ''),
      cellRenderer: strategyCell,
      minWidth: 38,
      ...fixed(1, 'Strategy'),
    },
    {
      colId: 'expiry',
      sortingOrder: ['asc', 'desc', null],
      headerName: 'Expiry',
      valueGetter: ({ data }) => data?.expiry,
      valueFormatter: ({ data }) => (data ? formatExpiry(data.expiry) : ''),
      minWidth: 56,
      ...fixed(1, 'Expiry'),
    },
    numberColumn({ id: 'dte', head: 'DTE', title: 'Days to expiry', width: 38, priority: 1, format: { decimals: 0 } }),
    {
      colId: 'strikes',
      headerName: 'Strikes',
      headerTooltip: 'Sold, then bought; of a condor the puts, then the calls',
      headerClass: ['num', 'pin'],
      cellClass: ['num', 'pin'],
      valueGetter: ({ data }) => data?.shortStrike,
      cellRenderer: strikesCell,
      minWidth: 78,
      ...fixed(1, 'Strikes'),
    },
    ...numberColumns(evName),
  ];
}

const NUMBER_COLUMNS: readonly NumberColumn[] = [
  { id: 'width', head: 'W', title: 'Width', width: 36, priority: 3, format: { decimals: 0, upTo: 1 } },
  { id: 'credit', head: 'Credit', title: 'Credit per share', width: 56, priority: 1, format: price },
  { id: 'natural', head: 'Natural', title: 'Credit when crossing the market', width: 56, priority: 5, format: price },
  { id: 'creditToWidth', head: 'C / W', title: 'Credit to width', width: 46, priority: 5, format: { decimals: 2 } },
  { id: 'maxLoss', head: 'Max loss', title: 'Dollars per contract', width: 62, priority: 2, format: { decimals: 0 } },
  { id: 'breakEven', head: 'B/E', title: 'Break-even at expiry', width: 62, priority: 2, format: { decimals: 2 } },
  { id: 'pop', head: 'POP %', title: 'Probability of profit', width: 56, priority: 1, format: percent },
  {
    id: 'touch',
    head: 'Touch %',
    title: 'Probability of touching a sold strike',
    width: 56,
    priority: 4,
    format: percent,
  },
  { id: 'returnOnRisk', head: 'RoR %', title: 'Return on risk', width: 54, priority: 1, format: percent },
  {
    id: 'annualised',
    head: 'Ann. %',
    title: 'Return on risk per year',
    width: 52,
    priority: 3,
    format: { decimals: 0, scale: 100 },
  },
  {
    id: 'ev',
    head: 'EV',
    title: 'Expected value per share',
    width: 64,
    priority: 1,
    format: { decimals: 3, signed: true },
    signed: true,
    model: true,
  },
  {
    id: 'evToRisk',
    head: 'EV/risk',
    title: 'Expected value to max loss',
    width: 56,
    priority: 5,
    format: { decimals: 3, signed: true },
    signed: true,
    model: true,
  },
  {
    id: 'shortDelta',
    head: 'Short Δ',
    title: 'Delta of the sold leg, of a condor of its put',
    width: 54,
    priority: 2,
    format: { decimals: 2 },
  },
  {
    id: 'netDelta',
    head: 'Net Δ',
    title: 'Net delta per share',
    width: 54,
    priority: 5,
    format: { decimals: 3, signed: true },
  },
  {
    id: 'netTheta',
    head: 'Net Θ',
    title: 'Per share and day',
    width: 54,
    priority: 2,
    format: { decimals: 3, signed: true },
    model: true,
  },
  {
    id: 'netVega',
    head: 'Net V',
    title: 'Per share and vol point',
    width: 54,
    priority: 5,
    format: { decimals: 3, signed: true },
    model: true,
  },
  {
    id: 'shortIv',
    head: 'Short IV %',
    title: 'IV of the sold leg, of a condor of its put',
    width: 62,
    priority: 4,
    format: percent,
  },
  {
    id: 'ivRank',
    head: 'IV rank',
    title: 'IV rank of the underlying',
    width: 50,
    priority: 5,
    format: { decimals: 0 },
  },
  {
    id: 'distanceSigma',
    head: 'Dist σ',
    title: 'Sold strike from spot, standard deviations',
    width: 48,
    priority: 3,
    format: { decimals: 2 },
  },
  {
    id: 'openInterest',
    head: 'OI',
    title: 'Open interest of the worse leg',
    width: 56,
    priority: 3,
    format: { decimals: 0 },
  },
  { id: 'volume', head: 'Vol', title: 'Volume of the worse leg', width: 50, priority: 5, format: { decimals: 0 } },
  {
    id: 'bidAskPercent',
    head: 'B/A %',
    title: 'Width of the worse leg’s market',
    width: 48,
    priority: 2,
    format: percent,
  },
  { id: 'liquidity', head: 'Liq.', title: 'Liquidity, 0 to 1', width: 42, priority: 5, format: { decimals: 2 } },
];

function numberColumns(evName: () => string): SpreadColumn[] {
  return NUMBER_COLUMNS.map((column) => {
    const made = numberColumn(column);
    if (column.id === 'ev') made.headerValueGetter = evName;
    if (column.id === 'breakEven') made.valueFormatter = ({ data }) => (data === undefined ? '' : breakEvenText(data));
    return made;
  });
}

/** Pixels that a column needs at least where spreads have four strikes and two break-evens. */
const FOUR_LEGS_PX: Readonly<Record<string, number>> = { strikes: 120, breakEven: 108 };
/** Says what the expiry says as well, and makes room for four strikes where that is scarce. */
const FIRST_TO_GO = 'dte';

/** Narrowest width of a column, px. */
export function leastWidth({ colId, minWidth }: SpreadColumn, fourLegs: boolean): number {
  return Math.max(minWidth, (fourLegs ? FOUR_LEGS_PX[colId] : undefined) ?? 0);
}

/** Ids of the columns that have room in a panel of `width` pixels. */
export function columnsThatFit(columns: readonly SpreadColumn[], width: number, fourLegs: boolean): Set<string> {
  const taken = (upTo: Priority) =>
    columns
      .filter(({ context }) => context.priority <= upTo)
      .reduce((sum, column) => sum + leastWidth(column, fourLegs) - column.minWidth, 0);
  const fits = ({ context: { priority } }: SpreadColumn) =>
    priority === 1 || width - taken(priority) >= WIDTH_FROM[priority];
  const ids = new Set(columns.filter(fits).map(({ colId }) => colId));
  if (fourLegs && width - taken(1) < WIDTH_FROM[2]) ids.delete(FIRST_TO_GO);
  return ids;
}

/** From this width the strategy is a word beside its glyph. */
export const STRATEGY_WORD_FROM = 700;
