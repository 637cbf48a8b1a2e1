import type { ChainGroup, ChainHandle } from './chain.ts';

/** A handle as it crosses threads: shared numbers and three short lists of names, however many groups. */
export interface PackedHandle {
  buffer: SharedArrayBuffer;
  symbols: readonly string[];
  roots: string[];
  expiries: string[];
  /** Int32[groups * 8] in shared memory: symbol, root, expiry, right (1 is a call), multiplier, first row, row count, slot. */
  groups: Int32Array;
}

const FIELDS = 8;

export function packHandle(handle: ChainHandle): PackedHandle {
  const groups = new Int32Array(new SharedArrayBuffer(handle.groups.length * FIELDS * Int32Array.BYTES_PER_ELEMENT));
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
      group.slot,
    ];
    groups.set(numbers, i * FIELDS);
  }
  return { buffer: handle.buffer, symbols: symbols.list, roots: roots.list, expiries: expiries.list, groups };
}

export function unpackHandle({ buffer, symbols, roots, expiries, groups }: PackedHandle): ChainHandle {
  const unpacked: ChainGroup[] = [];
  for (let at = 0; at < groups.length; at += FIELDS) {
    const field = (index: number): number => groups[at + index] ?? 0;
    unpacked.push({
      symbol: symbols[field(0)] ?? '',
      root: roots[field(1)] ?? '',
      expiry: expiries[field(2)] ?? '',
      right: field(3) === 1 ? 'C' : 'P',
      multiplier: field(4),
      firstRow: field(5),
      rowCount: field(6),
      slot: field(7),
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
