import {
  CellStyleModule,
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  createGrid,
  EventApiModule,
  ExternalFilterModule,
  HighlightChangesModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  themeQuartz,
  TooltipModule,
  type GridApi,
  type GridOptions,
} from 'ag-grid-community';
import { matchKeybindingPress, type KeybindingPress } from 'tinykeys';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import type { RowChange } from '../state/keyedRows.ts';
import { columnsThatFit, leastWidth, spreadColumns, STRATEGY_WORD_FROM, type SpreadColumn } from './columns.ts';
import { spreadCsv } from './spreadCsv.ts';

ModuleRegistry.registerModules([
  CellStyleModule,
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  EventApiModule,
  ExternalFilterModule,
  HighlightChangesModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
]);

const FLASH_MS = 280;
const SCROLLBAR_PX = 10;
const WALKING = /^(Arrow(Up|Down)|Page(Up|Down)|Home|End)$/;
const STRATEGY_WORD_PX = 88;
const CONDOR_WORD_PX = 108;
/** Columns whose changes flash: prices. What follows from them moves with every tick and would never rest. */
const FLASHING = ['credit', 'natural'] as const;

/** Without modifiers: Ctrl Enter sends the open ticket, and must not open another one first. */
const ENTER: KeybindingPress = [[], [], 'Enter'];

const theme = themeQuartz.withParams({
  backgroundColor: 'var(--bg-1)',
  foregroundColor: 'var(--ink-1)',
  accentColor: 'var(--accent)',
  browserColorScheme: 'inherit',
  fontFamily: 'var(--font-ui)',
  fontSize: 'var(--text-data)',
  headerFontSize: 'var(--text-label)',
  headerFontWeight: 400,
  headerBackgroundColor: 'var(--bg-1)',
  headerTextColor: 'var(--ink-3)',
  rowHoverColor: 'var(--bg-2)',
  selectedRowBackgroundColor: 'var(--bg-4)',
  rowBorder: false,
  wrapperBorder: false,
  columnBorder: false,
  headerColumnBorder: false,
  headerRowBorder: false,
  headerColumnResizeHandleColor: 'transparent',
  cellHorizontalPadding: 5,
  headerHeight: 26,
  valueChangeValueHighlightBackgroundColor: 'var(--bg-3)',
  iconSize: 11,
  spacing: 4,
});

export interface ResultsGridHost {
  choose(id: string, by: 'pointer' | 'key'): void;
  enter(id: string): void;
  isFresh(id: string): boolean;
  /** Whether a row is shown at all: best per strike, one symbol only. */
  passes(row: RankedSpread): boolean;
  isFiltered(): boolean;
}

/**
 * The results as an AG Grid: created once, then fed changes. While the order is held, rows keep their places and only
 * their values change; rows that left are struck through and rows that came wait until the order is released.
 */
export class ResultsGrid {
  readonly #api: GridApi<RankedSpread>;
  readonly #columns: SpreadColumn[];
  readonly #host: ResultsGridHost;
  readonly #element: HTMLElement;
  #held = false;
  #waiting = new Map<string, RankedSpread>();
  #gone = new Map<string, RankedSpread>();
  /** id -> which way each flashing column went last: 1, -1 */
  #trend = new Map<string, Partial<Record<string, number>>>();
  #evName = 'EV';
  #rowHeight: number;
  /** Columns a person switched on or off, against what fits. */
  #wanted = new Map<string, boolean>();
  #width = 0;
  /** Condors are scanned for: strikes and break-evens need more room. */
  #fourLegs = false;
  /** The row that had the keyboard last. */
  #place = 0;
  /** A key just moved the focus: only then does a focused row become the chosen one. */
  #walking = false;

  constructor(element: HTMLElement, rowHeight: number, host: ResultsGridHost) {
    this.#host = host;
    this.#element = element;
    this.#rowHeight = rowHeight;
    this.#columns = spreadColumns(
      () => this.#evName,
      (id) => host.isFresh(id),
    );
    for (const column of this.#columns) this.#flash(column);
    element.addEventListener('keydown', ({ key }) => (this.#walking = WALKING.test(key)), true);
    this.#api = createGrid(element, this.#options());
    element.querySelector('[role=grid],[role=treegrid]')?.setAttribute('aria-label', 'Results');
  }

  /** Applies what one message of the scan changed. */
  apply(change: RowChange<RankedSpread>): void {
    this.#nameEv(change.added[0] ?? change.updated[0]);
    if (change.reset) return this.#replace(change.added);
    for (const row of change.updated) this.#note(row);
    for (const row of change.removed) this.#trend.delete(row.id);
    if (!this.#held) {
      this.#api.applyTransactionAsync({ add: change.added, update: change.updated, remove: change.removed });
      return;
    }
    this.#applyHeld(change);
  }

  setHeld(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#api.setGridOption('suppressModelUpdateAfterUpdateTransaction', held);
    if (held) return;
    const add = [...this.#waiting.values()];
    const remove = [...this.#gone.values()];
    this.#waiting.clear();
    this.#gone.clear();
    this.#api.applyTransaction({ add, remove });
    this.#api.refreshClientSideRowModel('filter');
  }

  /** Shows what has room, plus and minus what the person chose. */
  fit(width: number): void {
    this.#width = width;
    const fourLegs = this.#fourLegs;
    const fitting = columnsThatFit(this.#columns, width, fourLegs);
    const shown = this.#columns.filter(({ colId }) => this.#wanted.get(colId) ?? fitting.has(colId));
    const ids = new Set(shown.map(({ colId }) => colId));
    const room = width - SCROLLBAR_PX;
    const taken = shown.reduce((sum, column) => sum + leastWidth(column, fourLegs), 0);
    const crowded = taken > room;
    // The glyph alone tells four strikes from two; the word waits for room.
    const words = width >= STRATEGY_WORD_FROM && (!fourLegs || taken + CONDOR_WORD_PX <= room);
    const wordPx = fourLegs ? CONDOR_WORD_PX : STRATEGY_WORD_PX;
    this.#element.classList.toggle('words', words);
    const least = (column: SpreadColumn) =>
      column.colId === 'strategy' && words ? wordPx : leastWidth(column, fourLegs);
    const stretch = Math.max(1, room / shown.reduce((sum, column) => sum + least(column), 0));
    let pinning = crowded;
    this.#api.applyColumnState({
      state: this.#columns.map((column) => {
        const pinned = pinning;
        if (column.colId === 'strikes') pinning = false;
        return {
          colId: column.colId,
          hide: !ids.has(column.colId),
          pinned: pinned ? 'left' : null,
          width: Math.floor(least(column) * stretch),
        };
      }),
    });
  }

  /** Titles of all columns and whether each is shown. */
  columnChoices(): { id: string; title: string; shown: boolean }[] {
    return this.#columns.map(({ colId, context }) => ({
      id: colId,
      title: context.title,
      shown: this.#api.getColumn(colId)?.isVisible() ?? false,
    }));
  }

  showColumn(id: string, shown: boolean): void {
    this.#wanted.set(id, shown);
    this.fit(this.#width);
  }

  setFourLegs(fourLegs: boolean): void {
    if (fourLegs === this.#fourLegs) return;
    this.#fourLegs = fourLegs;
    this.fit(this.#width);
  }

  refilter(): void {
    this.#api.onFilterChanged();
  }

  setRowHeight(height: number): void {
    this.#rowHeight = height;
    this.#api.setGridOption('rowHeight', height);
    this.#api.resetRowHeights();
  }

  /** Marks the chosen row, for instance after it was chosen elsewhere. */
  mark(id: string | undefined): void {
    const node = id === undefined ? undefined : this.#api.getRowNode(id);
    if (node === undefined) this.#api.deselectAll();
    else if (node.isSelected() !== true) node.setSelected(true, true);
  }

  /** Puts the keyboard into the rows: where a row has left, to the one in its place. */
  focus(id: string | undefined): void {
    const place = Math.min(this.#place, this.#api.getDisplayedRowCount() - 1);
    const index = (id === undefined ? undefined : this.#api.getRowNode(id)?.rowIndex) ?? Math.max(0, place);
    this.#api.ensureIndexVisible(index);
    this.#api.setFocusedCell(index, 'symbol');
  }

  /** Rows as they stand, in their order, with the columns that are shown. */
  csv(): string {
    const rows: RankedSpread[] = [];
    this.#api.forEachNodeAfterFilterAndSort(({ data }) => data && rows.push(data));
    const columns = this.#api.getAllDisplayedColumns().flatMap((shown) => {
      const column = this.#columns.find(({ colId }) => colId === shown.getColId());
      return column === undefined ? [] : [{ id: column.colId, title: column.context.title }];
    });
    return spreadCsv(rows, columns);
  }

  destroy(): void {
    this.#api.destroy();
  }

  #options(): GridOptions<RankedSpread> {
    return {
      theme,
      columnDefs: this.#columns,
      defaultColDef: {
        sortable: true,
        resizable: true,
        suppressHeaderMenuButton: true,
        sortingOrder: ['desc', 'asc', null],
      },
      getRowId: ({ data }) => data.id,
      rowHeight: this.#rowHeight,
      rowData: [],
      animateRows: false,
      ensureDomOrder: true,
      deltaSort: true,
      asyncTransactionWaitMillis: 50,
      cellFlashDuration: FLASH_MS,
      cellFadeDuration: 0,
      scrollbarWidth: SCROLLBAR_PX,
      tooltipShowDelay: 600,
      suppressColumnVirtualisation: false,
      rowSelection: { mode: 'singleRow', checkboxes: false, enableClickSelection: true },
      rowClassRules: { gone: ({ data }) => data !== undefined && this.#gone.has(data.id) },
      isExternalFilterPresent: () => this.#host.isFiltered(),
      doesExternalFilterPass: ({ data }) => data === undefined || this.#host.passes(data),
      onRowClicked: ({ data }) => data && this.#host.choose(data.id, 'pointer'),
      onCellFocused: ({ rowIndex }) => {
        const node = rowIndex === null ? undefined : this.#api.getDisplayedRowAtIndex(rowIndex);
        this.#place = rowIndex ?? this.#place;
        const walked = this.#walking;
        this.#walking = false;
        if (!walked || node?.data === undefined || node.isSelected() === true) return;
        node.setSelected(true, true);
        this.#host.choose(node.data.id, 'key');
      },
      onCellKeyDown: ({ event, data }) => {
        if (event instanceof KeyboardEvent && matchKeybindingPress(event, ENTER) && data) this.#host.enter(data.id);
      },
    };
  }

  #flash(column: SpreadColumn): void {
    const name = FLASHING.find((id) => id === column.colId);
    if (name === undefined) return;
    column.enableCellChangeFlash = true;
    column.cellClassRules = {
      rose: ({ data }) => data !== undefined && this.#trend.get(data.id)?.[name] === 1,
      fell: ({ data }) => data !== undefined && this.#trend.get(data.id)?.[name] === -1,
    };
  }

  /** Remembers which way a row's flashing columns went. */
  #note(row: RankedSpread): void {
    const before = this.#api.getRowNode(row.id)?.data;
    if (before === undefined) return;
    const trend: Partial<Record<string, number>> = {};
    for (const name of FLASHING) trend[name] = Math.sign(row[name] - before[name]);
    this.#trend.set(row.id, trend);
  }

  #applyHeld({ added, updated, removed }: RowChange<RankedSpread>): void {
    const update: RankedSpread[] = [];
    const marked: RankedSpread[] = [];
    for (const row of added) {
      if (this.#gone.delete(row.id)) {
        update.push(row);
        marked.push(row);
      } else this.#waiting.set(row.id, row);
    }
    for (const row of updated) {
      if (this.#waiting.has(row.id)) this.#waiting.set(row.id, row);
      else update.push(row);
    }
    for (const row of removed) {
      if (this.#waiting.delete(row.id)) continue;
      this.#gone.set(row.id, row);
      marked.push(row);
    }
    this.#api.applyTransactionAsync({ update });
    const rowNodes = marked.flatMap((row) => this.#api.getRowNode(row.id) ?? []);
    if (rowNodes.length > 0) this.#api.redrawRows({ rowNodes });
  }

  #replace(rows: RankedSpread[]): void {
    this.#waiting.clear();
    this.#gone.clear();
    this.#trend.clear();
    this.#api.flushAsyncTransactions();
    this.#api.setGridOption('rowData', rows);
  }

  #nameEv(row: RankedSpread | undefined): void {
    if (row === undefined) return;
    const name = row.evLens === 'realised' ? 'EV (RV)' : row.evLens === 'history' ? 'EV (hist)' : 'EV (RN)';
    if (name === this.#evName) return;
    this.#evName = name;
    this.#api.refreshHeader();
  }
}
