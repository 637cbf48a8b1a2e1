import type { OptionContract, IsoDate, Right } from '../domain/option.ts';
import { openChain, type Chain, type ChainGroup, type ChainHandle } from './chain.ts';
import {
  allocateColumns,
  columnsOver,
  CONTROL,
  copyRows,
  MAX_SYMBOLS,
  UNDERLYING,
  UNDERLYING_FIELDS,
  type ChainColumns,
} from './columns.ts';

/** What a quote may carry; absent leaves the old value. 0 is a real bid. Same shape as the broker's updates. */
export interface ChainQuote {
  bid?: number | undefined;
  ask?: number | undefined;
  last?: number | undefined;
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

const QUOTE_COLUMNS = [
  ['bid', 'bid'],
  ['ask', 'ask'],
  ['last', 'last'],
  ['volume', 'volume'],
  ['openInterest', 'openInterest'],
  ['iv', 'vendorIv'],
  ['delta', 'vendorDelta'],
  ['gamma', 'vendorGamma'],
  ['theta', 'vendorTheta'],
  ['vega', 'vendorVega'],
] as const;

/**
 * The chain's one writer. Rows of a group are contiguous and ascend by strike; a group that gains strikes moves
 * whole to new rows, so a handle given out earlier stays valid (its quotes merely stop being refreshed).
 * Shaped so that a broker's quote sink is three calls: `underlying`, `contracts`, `option`.
 */
export class ChainWriter {
  #buffer: SharedArrayBuffer;
  #columns: ChainColumns;
  readonly #symbols: string[] = [];
  /** Key is `symbol|root|expiry|right`. */
  readonly #groups = new Map<string, ChainGroup>();
  readonly #rowOfConId = new Map<number, number>();
  #rows = 0;

  /** `capacity`: contracts expected; it grows by doubling when more come. */
  constructor(capacity = 16_384) {
    this.#buffer = allocateColumns(capacity);
    this.#columns = columnsOver(this.#buffer);
  }

  /** Snapshot of what there is now; cheap to clone to a worker. Ask again after contracts were added. */
  handle(): ChainHandle {
    return {
      buffer: this.#buffer,
      symbols: [...this.#symbols],
      groups: [...this.#groups.values()].map((group) => ({ ...group })),
    };
  }

  chain(): Chain {
    return openChain(this.handle());
  }

  /** Moves with every quote written. */
  get generation(): number {
    return Atomics.load(this.#columns.control, CONTROL.generation);
  }

  hasContract(conId: number): boolean {
    return this.#rowOfConId.has(conId);
  }

  /** Spot is the last trade, else the middle of bid and ask, else yesterday's close. */
  underlying(symbol: string, quote: UnderlyingUpdate, atMs: number): void {
    const base = this.#slotOf(symbol) * UNDERLYING_FIELDS;
    this.#write((columns) => {
      const values = columns.underlyings;
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
    });
  }

  /** Makes rows for contracts about to be quoted. Known contracts are left as they are. */
  contracts(contracts: readonly OptionContract[]): void {
    const lists = new Map<string, OptionContract[]>();
    for (const contract of contracts) {
      const key = groupKey(contract.symbol, contract.root, contract.expiry, contract.right);
      const list = lists.get(key);
      if (list) list.push(contract);
      else lists.set(key, [contract]);
    }
    for (const [key, list] of lists) this.#extendGroup(key, list);
  }

  /** @returns false when no row is known for this contract. */
  option(conId: number, quote: ChainQuote, atMs: number): boolean {
    const row = this.#rowOfConId.get(conId);
    if (row === undefined) return false;
    this.quoteRow(row, quote, atMs);
    return true;
  }

  /** Writes one row in place; for sources without contract ids. */
  quoteRow(row: number, quote: ChainQuote, atMs: number): void {
    this.#write((columns) => {
      for (const [field, column] of QUOTE_COLUMNS) {
        const value = quote[field];
        if (value !== undefined) columns[column][row] = value;
      }
      if (quote.bid !== undefined || quote.ask !== undefined) columns.quotedAtS[row] = Math.floor(atMs / 1000);
    });
  }

  /** Forgets a symbol's contracts, for instance before they are loaded anew on another day. */
  removeSymbol(symbol: string): void {
    for (const [key, group] of this.#groups) {
      if (group.symbol !== symbol) continue;
      for (let row = group.firstRow; row < group.firstRow + group.rowCount; row++) {
        this.#rowOfConId.delete(this.#columns.conId[row] ?? 0);
      }
      this.#groups.delete(key);
    }
    Atomics.add(this.#columns.control, CONTROL.layout, 1);
  }

  #write(change: (columns: ChainColumns) => void): void {
    const { control } = this.#columns;
    Atomics.add(control, CONTROL.sequence, 1);
    try {
      change(this.#columns);
      Atomics.add(control, CONTROL.generation, 1);
    } finally {
      Atomics.add(control, CONTROL.sequence, 1);
    }
  }

  #slotOf(symbol: string): number {
    const known = this.#symbols.indexOf(symbol);
    if (known >= 0) return known;
    if (this.#symbols.length >= MAX_SYMBOLS) throw new RangeError(`a chain holds at most ${MAX_SYMBOLS} underlyings`);
    return this.#symbols.push(symbol) - 1;
  }

  #extendGroup(key: string, contracts: readonly OptionContract[]): void {
    const [first] = contracts;
    if (!first) return;
    this.#slotOf(first.symbol);
    const group = this.#groups.get(key);
    const known = new Map<number, number>();
    if (group) {
      for (let i = 0; i < group.rowCount; i++) {
        known.set(this.#columns.strike[group.firstRow + i] ?? NaN, group.firstRow + i);
      }
    }
    const added = new Map<number, OptionContract>();
    for (const contract of contracts) if (!known.has(contract.strike)) added.set(contract.strike, contract);
    if (added.size === 0) return;
    const strikes = [...known.keys(), ...added.keys()].sort((a, b) => a - b);
    this.#reserve(strikes.length);
    const firstRow = this.#rows;
    this.#rows += strikes.length;
    this.#write((columns) => {
      for (const [i, strike] of strikes.entries()) {
        const from = known.get(strike);
        const row = firstRow + i;
        if (from !== undefined) copyRows(columns, from, columns, row, 1);
        columns.strike[row] = strike;
        const conId = added.get(strike)?.conId ?? columns.conId[row] ?? 0;
        columns.conId[row] = conId;
        if (conId !== 0) this.#rowOfConId.set(conId, row);
      }
    });
    const { symbol, root, expiry, right, multiplier } = first;
    this.#groups.set(key, { symbol, root, expiry, right, multiplier, firstRow, rowCount: strikes.length });
    Atomics.add(this.#columns.control, CONTROL.layout, 1);
  }

  /** Readers of the old buffer keep it; what is written from now on goes to the new one only. */
  #reserve(rows: number): void {
    const { capacity } = this.#columns;
    if (this.#rows + rows <= capacity) return;
    const buffer = allocateColumns(Math.max(capacity * 2, this.#rows + rows));
    const columns = columnsOver(buffer);
    columns.control.set(this.#columns.control);
    columns.underlyings.set(this.#columns.underlyings);
    copyRows(this.#columns, 0, columns, 0, this.#rows);
    this.#buffer = buffer;
    this.#columns = columns;
  }
}

function groupKey(symbol: string, root: string, expiry: IsoDate, right: Right): string {
  return `${symbol}|${root}|${expiry}|${right}`;
}
