import type { ChainGroup, ChainHandle } from './chain.ts';

/** A handle as it crosses threads: one array of numbers and three short lists of names, however many groups. */
export interface PackedHandle {
  buffer: SharedArrayBuffer;
  symbols: string[];
  roots: string[];
  expiries: string[];
  /** Int32[groups * 7]: symbol, root, expiry, right (1 is a call), multiplier, first row, row count. */
  groups: Int32Array;
}

const FIELDS = 7;

export function packHandle(handle: ChainHandle): PackedHandle {
  const groups = new Int32Array(handle.groups.length * FIELDS);
  const symbols = new Names(handle.symbols);
  const roots = new Names();
  const expiries = new Names();
  for (const [i, group] of handle.groups.entries()) {
    const numbers = [
      symbols.indexOf(group.symbol),
      roots.indexOf(group.root),
      expiries.indexOf(group.expiry),
      group.right === 'C' ? 1 : 0,
      group.multiplier,
      group.firstRow,
      group.rowCount,
    ];
    groups.set(numbers, i * FIELDS);
  }
  return { buffer: handle.buffer, symbols: symbols.list, roots: roots.list, expiries: expiries.list, groups };
}

export function unpackHandle({ buffer, symbols, roots, expiries, groups }: PackedHandle): ChainHandle {
  const unpacked: ChainGroup[] = [];
  for (let at = 0; at < groups.length; at += FIELDS) {
    const [symbol = 0, root = 0, expiry = 0, isCall = 0, multiplier = 0, firstRow = 0, rowCount = 0] = groups.subarray(
      at,
      at + FIELDS,
    );
    unpacked.push({
      symbol: symbols[symbol] ?? '',
      root: roots[root] ?? '',
      expiry: expiries[expiry] ?? '',
      right: isCall === 1 ? 'C' : 'P',
      multiplier,
      firstRow,
      rowCount,
    });
  }
  return { buffer, symbols, groups: unpacked };
}

/** Names in order of first use, found again without a search. */
class Names {
  readonly list: string[] = [];
  readonly #index = new Map<string, number>();

  constructor(first: readonly string[] = []) {
    for (const name of first) this.indexOf(name);
  }

  indexOf(name: string): number {
    const known = this.#index.get(name);
    if (known !== undefined) return known;
    this.#index.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}
