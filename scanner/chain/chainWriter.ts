import type { OptionContract } from '../domain/option.ts';
import { groupKey, openChain, type Chain, type ChainGroup, type ChainHandle } from './chain.ts';
import {
  allocateColumns,
  blankRows,
  columnsOver,
  CONTROL,
  copyRows,
  MAX_SYMBOLS,
  UNDERLYING,
  UNDERLYING_FIELDS,
  type ChainColumns,
} from './columns.ts';
import { ContractRows } from './contractRows.ts';

/** What a quote may carry; absent leaves the old value. 0 is a real bid. */
export interface ChainQuote {
  bid?: number | undefined;
  ask?: number | undefined;
  volume?: number | undefined;
  openInterest?: number | undefined;
  iv?: number | undefined;
  delta?: number | undefined;
  gamma?: number | undefined;
  /** Per calendar day. */
  theta?: number | undefined;
  /** Per vol point. */
  vega?: number | undefined;
}

/** An underlying's quote; `iv` is its 30-day implied vol as a fraction. */
export interface UnderlyingUpdate {
  bid?: number | undefined;
  ask?: number | undefined;
  last?: number | undefined;
  close?: number | undefined;
  iv?: number | undefined;
}

/** Quotes of many rows at once, in the order in which they came; of a row that comes twice the last counts. */
export interface TickBatch {
  /** How many of the columns' entries are ticks. */
  count: number;
  /** Row numbers of the writer's latest handle. */
  rows: Int32Array;
  /** NaN leaves the old value. */
  bids: Float64Array;
  asks: Float64Array;
  atMs: number;
}

const QUOTE_COLUMNS = [
  ['bid', 'bid'],
  ['ask', 'ask'],
  ['volume', 'volume'],
  ['openInterest', 'openInterest'],
  ['iv', 'vendorIv'],
  ['delta', 'vendorDelta'],
  ['gamma', 'vendorGamma'],
  ['theta', 'vendorTheta'],
  ['vega', 'vendorVega'],
] as const;

/** Room for group counters: one for so many contracts, and some for chains of few. A listed expiry has more strikes. */
const CONTRACTS_PER_GROUP = 64;
const SPARE_GROUPS = 64;

/**
 * The chain's one writer. Rows of a group are contiguous and ascend by strike; a group that gains strikes moves
 * whole to new rows, so a handle given out earlier stays valid (its quotes merely stop being refreshed). When the
 * buffer is full, the rows in use move to a larger one and leave the abandoned ones behind.
 * Shaped so that a broker's quote sink is three calls: `underlying`, `contracts`, `option`.
 */
export class ChainWriter {
  #columns: ChainColumns;
  #buffer: SharedArrayBuffer;
  /** By symbol: its place among the underlyings. */
  readonly #symbols = new Map<string, number>();
  /** Key is `symbol|root|expiry|right`; in order of slots. */
  readonly #groups = new Map<string, ChainGroup>();
  readonly #contractRows = new ContractRows();
  /** By row: the slot of its group. */
  #slotOfRow: Int32Array;
  #rows = 0;

  /** `capacity`: contracts expected; it grows by doubling when more come. */
  constructor(capacity = 16_384) {
    ({ buffer: this.#buffer, columns: this.#columns, slotOfRow: this.#slotOfRow } = newRoom(capacity, 0));
  }

  /** Snapshot of what there is now; cheap to share with a worker. Ask again after contracts were added. */
  handle(): ChainHandle {
    return { buffer: this.#buffer, symbols: [...this.#symbols.keys()], groups: [...this.#groups.values()] };
  }

  chain(): Chain {
    return openChain(this.handle());
  }

  /** Spot is the last trade, else the middle of bid and ask, else yesterday's close. */
  underlying(symbol: string, quote: UnderlyingUpdate, atMs: number): void {
    const base = this.#placeOf(symbol) * UNDERLYING_FIELDS;
    const { control, underlyings: values } = this.#columns;
    Atomics.add(control, CONTROL.sequence, 1);
    if (quote.bid !== undefined) values[base + UNDERLYING.bid] = quote.bid;
    if (quote.ask !== undefined) values[base + UNDERLYING.ask] = quote.ask;
    if (quote.iv !== undefined) values[base + UNDERLYING.iv30] = quote.iv;
    const bid = values[base + UNDERLYING.bid] ?? NaN;
    const ask = values[base + UNDERLYING.ask] ?? NaN;
    const middle = bid > 0 && ask >= bid ? (bid + ask) / 2 : NaN;
    if (quote.last !== undefined && quote.last > 0) values[base + UNDERLYING.spot] = quote.last;
    else if (!((values[base + UNDERLYING.spot] ?? NaN) > 0)) {
      values[base + UNDERLYING.spot] = middle > 0 ? middle : (quote.close ?? NaN);
    }
    values[base + UNDERLYING.quotedAtMs] = atMs;
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.add(control, CONTROL.sequence, 1);
  }

  /** Makes rows for contracts about to be quoted. Known contracts are left as they are. */
  contracts(contracts: readonly OptionContract[]): void {
    const lists = new Map<string, OptionContract[]>();
    for (const contract of contracts) {
      const key = groupKey(contract);
      const list = lists.get(key);
      if (list) list.push(contract);
      else lists.set(key, [contract]);
    }
    for (const [key, list] of lists) this.#extendGroup(key, list);
  }

  /** @returns false when no row is known for this contract. */
  option(conId: number, quote: ChainQuote, atMs: number): boolean {
    const row = this.#contractRows.rowOf(conId, this.#columns.conId);
    if (row < 0) return false;
    this.quoteRow(row, quote, atMs);
    return true;
  }

  /** Writes one row of the latest handle in place; for sources without contract ids. */
  quoteRow(row: number, quote: ChainQuote, atMs: number): void {
    const columns = this.#columns;
    const { control, groupSequence } = columns;
    const slot = this.#slotOfRow[row] ?? 0;
    Atomics.add(groupSequence, slot, 1);
    for (const [field, column] of QUOTE_COLUMNS) {
      const value = quote[field];
      if (value !== undefined) columns[column][row] = value;
    }
    if (quote.bid !== undefined || quote.ask !== undefined) columns.quotedAtS[row] = Math.floor(atMs / 1000);
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.add(groupSequence, slot, 1);
  }

  /**
   * Writes a batch under one generation. Readers of the groups that it touches wait until it is written, so a batch
   * should be what comes in milliseconds.
   */
  ticks({ count, rows, bids, asks, atMs }: TickBatch): void {
    const { control, groupSequence, bid: bidColumn, ask: askColumn, quotedAtS } = this.#columns;
    const slotOfRow = this.#slotOfRow;
    const atS = Math.floor(atMs / 1000);
    const open: number[] = [];
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? 0;
      const slot = slotOfRow[row] ?? 0;
      // Nobody else writes the counter, so it may be read plainly here.
      if (((groupSequence[slot] ?? 0) & 1) === 0) {
        Atomics.add(groupSequence, slot, 1);
        open.push(slot);
      }
      const bid = bids[i] ?? 0;
      const ask = asks[i] ?? 0;
      if (!Number.isNaN(bid)) bidColumn[row] = bid;
      if (!Number.isNaN(ask)) askColumn[row] = ask;
      quotedAtS[row] = atS;
    }
    Atomics.add(control, CONTROL.generation, 1);
    for (const slot of open) Atomics.add(groupSequence, slot, 1);
  }

  #placeOf(symbol: string): number {
    const known = this.#symbols.get(symbol);
    if (known !== undefined) return known;
    const place = this.#symbols.size;
    if (place >= MAX_SYMBOLS) throw new RangeError(`a chain holds at most ${MAX_SYMBOLS} underlyings`);
    this.#symbols.set(symbol, place);
    return place;
  }

  #extendGroup(key: string, contracts: readonly OptionContract[]): void {
    const [first] = contracts;
    if (!first) return;
    this.#placeOf(first.symbol);
    this.#reserve((this.#groups.get(key)?.rowCount ?? 0) + contracts.length);
    const columns = this.#columns;
    const group = this.#groups.get(key);
    const known = new Map<number, number>();
    for (let i = 0; i < (group?.rowCount ?? 0); i++) {
      const row = (group?.firstRow ?? 0) + i;
      known.set(columns.strike[row] ?? NaN, row);
    }
    const added = new Map<number, OptionContract>();
    for (const contract of contracts) if (!known.has(contract.strike)) added.set(contract.strike, contract);
    if (added.size === 0) return;
    const strikes = Float64Array.of(...known.keys(), ...added.keys()).sort();
    const firstRow = this.#rows;
    const slot = group?.slot ?? this.#groups.size;
    this.#rows += strikes.length;
    blankRows(columns, firstRow, strikes.length);
    this.#slotOfRow.fill(slot, firstRow, this.#rows);
    for (const [i, strike] of strikes.entries()) {
      const from = known.get(strike);
      const row = firstRow + i;
      if (from !== undefined) copyRows(columns, from, columns, row, 1);
      columns.strike[row] = strike;
      const conId = added.get(strike)?.conId ?? columns.conId[row] ?? 0;
      columns.conId[row] = conId;
      if (conId !== 0) this.#contractRows.set(conId, row, columns.conId);
    }
    const { symbol, root, expiry, right, multiplier } = first;
    this.#groups.set(key, { symbol, root, expiry, right, multiplier, firstRow, rowCount: strikes.length, slot });
    this.#rowsChanged();
  }

  #rowsChanged(): void {
    Atomics.add(this.#columns.control, CONTROL.layout, 1);
    Atomics.add(this.#columns.control, CONTROL.generation, 1);
  }

  /**
   * Room for so many more rows and one more group. Readers of the old buffer keep it; what is written from now on goes
   * to the new one only.
   */
  #reserve(rows: number): void {
    const old = this.#columns;
    if (this.#rows + rows <= old.capacity && this.#groups.size < old.groupSequence.length) return;
    let live = 0;
    for (const { rowCount } of this.#groups.values()) live += rowCount;
    // Half of it is free then, so that rows move once per doubling however they come.
    const { buffer, columns, slotOfRow } = newRoom(Math.max(old.capacity, 2 * (live + rows)), this.#groups.size);
    columns.control.set(old.control.subarray(0, CONTROL.groupCapacity));
    columns.underlyings.set(old.underlyings);
    columns.groupSequence.set(old.groupSequence);
    this.#contractRows.clear();
    this.#rows = 0;
    for (const [key, group] of this.#groups) {
      const { firstRow, rowCount, slot } = group;
      copyRows(old, firstRow, columns, this.#rows, rowCount);
      slotOfRow.fill(slot, this.#rows, this.#rows + rowCount);
      this.#groups.set(key, { ...group, firstRow: this.#rows });
      for (let row = this.#rows; row < this.#rows + rowCount; row++) {
        const conId = columns.conId[row] ?? 0;
        if (conId !== 0) this.#contractRows.set(conId, row, columns.conId);
      }
      this.#rows += rowCount;
    }
    this.#buffer = buffer;
    this.#columns = columns;
    this.#slotOfRow = slotOfRow;
    this.#rowsChanged();
  }
}

function newRoom(
  contracts: number,
  groups: number,
): { buffer: SharedArrayBuffer; columns: ChainColumns; slotOfRow: Int32Array } {
  const spare = SPARE_GROUPS + Math.ceil(contracts / CONTRACTS_PER_GROUP);
  const buffer = allocateColumns({ contracts, groups: Math.max(spare, 2 * groups) });
  return { buffer, columns: columnsOver(buffer), slotOfRow: new Int32Array(contracts + (contracts % 2)) };
}
