import type { IsoDate, Right } from '../domain/option.ts';
import { CONTROL, columnsOver, UNDERLYING, UNDERLYING_FIELDS, type ChainColumns } from './columns.ts';

/** One (symbol, root, expiry, right): a run of rows that ascend by strike. */
export interface ChainGroup {
  symbol: string;
  root: string;
  expiry: IsoDate;
  right: Right;
  /** 100 for standard options. */
  multiplier: number;
  firstRow: number;
  rowCount: number;
  /** Place of the group's counter in `groupSequence`; the same for as long as the group lives. */
  slot: number;
}

/** `SPY|SPY|2023-10-20|P`: names a group in its chain. */
export function groupKey({
  symbol,
  root,
  expiry,
  right,
}: Pick<ChainGroup, 'symbol' | 'root' | 'expiry' | 'right'>): string {
  return `${symbol}|${root}|${expiry}|${right}`;
}

/** All that travels to a reader: one shared buffer and a few strings. Old handles stay readable for ever. */
export interface ChainHandle {
  buffer: SharedArrayBuffer;
  /** Index in this list is the underlying's slot in the buffer. */
  symbols: readonly string[];
  /** In order of their slots, all of them. */
  groups: readonly ChainGroup[];
}

/** Latest values of an underlying; NaN where there is none. */
export interface UnderlyingQuote {
  spot: number;
  bid: number;
  ask: number;
  /** 30-day implied vol as a fraction. */
  iv30: number;
  quotedAtMs: number;
}

/** A chain opened for reading, in any thread. */
export interface Chain extends ChainHandle {
  columns: ChainColumns;
}

export function openChain(handle: ChainHandle): Chain {
  return { ...handle, columns: columnsOver(handle.buffer) };
}

/** Moves with every quote written. */
export function chainGeneration(chain: Chain): number {
  return Atomics.load(chain.columns.control, CONTROL.generation);
}

/** Contracts of the named symbols; of all when the list is empty. */
export function contractCount(handle: ChainHandle, symbols: readonly string[] = []): number {
  let count = 0;
  for (const group of handle.groups) {
    if (symbols.length === 0 || symbols.includes(group.symbol)) count += group.rowCount;
  }
  return count;
}

export function underlyingQuote(chain: Chain, symbol: string): UnderlyingQuote {
  const slot = chain.symbols.indexOf(symbol);
  const at = (field: number): number =>
    slot < 0 ? NaN : (chain.columns.underlyings[slot * UNDERLYING_FIELDS + field] ?? NaN);
  return readConsistently(chain.columns, () => ({
    spot: at(UNDERLYING.spot),
    bid: at(UNDERLYING.bid),
    ask: at(UNDERLYING.ask),
    iv30: at(UNDERLYING.iv30),
    quotedAtMs: at(UNDERLYING.quotedAtMs),
  }));
}

/** Moves with every write to the group's rows; the same number twice means that nothing was written between. */
export function groupGeneration({ columns }: Chain, { slot }: ChainGroup): number {
  return Atomics.load(columns.groupSequence, slot);
}

const SPINS_BEFORE_WAIT = 200;
const WAIT_MS = 1;
const MAX_WAITS = 50;

/** Runs `read`, which must only copy an underlying's values, until no underlying was written while it ran. */
function readConsistently<Result>({ control }: ChainColumns, read: () => Result): Result {
  return readBetweenWrites(control, CONTROL.sequence, read);
}

/**
 * Runs `read`, which must only copy rows of this group, until none of them was written while it ran. It is given the
 * group's generation.
 */
export function readGroup<Result>(
  { columns }: Chain,
  { slot }: ChainGroup,
  read: (generation: number) => Result,
): Result {
  return readBetweenWrites(columns.groupSequence, slot, read);
}

/**
 * A seqlock's reader. After 50 ms of unbroken writing the last copy is taken as it is: one torn quote is mended by the
 * next scan, a stuck scan by nothing.
 * @source Boehm (2012), Can seqlocks get along with programming language memory models?
 */
function readBetweenWrites<Result>(sequences: Int32Array, slot: number, read: (generation: number) => Result): Result {
  let result: Result;
  let waits = 0;
  for (let spins = 0; ; spins++) {
    const before = Atomics.load(sequences, slot);
    if (before % 2 === 0) {
      result = read(before);
      // A plain load could come before the copying on a processor that reorders loads (ARM); adding nothing cannot.
      if (Atomics.add(sequences, slot, 0) === before) return result;
      if (waits >= MAX_WAITS) return result;
    } else if (waits >= MAX_WAITS) return read(before);
    if (spins % SPINS_BEFORE_WAIT === SPINS_BEFORE_WAIT - 1) {
      Atomics.wait(sequences, slot, Atomics.load(sequences, slot), WAIT_MS);
      waits++;
    }
  }
}
