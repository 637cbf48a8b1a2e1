/**
 * Layout of the chain's one SharedArrayBuffer: a control block, the underlyings, a counter per group, then one column
 * after another. Prices and strikes are Float64, since spreads are compared to 1e-9; everything else has 32 bits: 80
 * bytes per contract in all. In rows that belong to a group NaN means no value in every column but `conId` and
 * `quotedAtS`, where 0 does; rows that no group has taken yet are never touched, so that they take no memory.
 */

/** Int32 slots at the head of the buffer. */
export const CONTROL = {
  /** Odd while the writer is inside a write to an underlying; readers copy and check that it did not move. */
  sequence: 0,
  /** Counts quote writes; a scan result is current as long as this has not moved. */
  generation: 1,
  /** Counts changes of the set of rows. */
  layout: 2,
  /** How many groups the buffer has counters for. */
  groupCapacity: 3,
} as const;
const CONTROL_SLOTS = 4;

/** Float64 values of one underlying. */
export const UNDERLYING = { spot: 0, bid: 1, ask: 2, iv30: 3, quotedAtMs: 4 } as const;
export const UNDERLYING_FIELDS = 5;
/** A profile names at most 500 symbols. */
export const MAX_SYMBOLS = 512;

const WIDE = ['strike', 'bid', 'ask'] as const;
const NARROW = [
  'volume',
  'openInterest',
  'vendorIv',
  'vendorDelta',
  'vendorGamma',
  'vendorTheta',
  'vendorVega',
  'modelIv',
  'modelDelta',
  'modelGamma',
  'modelTheta',
  'modelVega',
] as const;

export const BYTES_PER_CONTRACT = WIDE.length * 8 + NARROW.length * 4 + 8;

/** Views over the buffer; row numbers index every column. */
export type ChainColumns = Record<(typeof WIDE)[number], Float64Array> &
  Record<(typeof NARROW)[number], Float32Array> & {
    control: Int32Array;
    /** Float64[MAX_SYMBOLS * UNDERLYING_FIELDS] */
    underlyings: Float64Array;
    /** Int32 by group: odd while the writer is inside a write to the group's rows, and moves with every write. */
    groupSequence: Int32Array;
    /** TWS contract id, 0 for none. */
    conId: Int32Array;
    /** Seconds since 1970 of the last change of bid or ask, 0 for never. */
    quotedAtS: Uint32Array;
    capacity: number;
  };

/** Rows, and groups of rows, that a buffer has room for. */
export interface ChainCapacity {
  contracts: number;
  groups: number;
}

const UNDERLYINGS_AT = CONTROL_SLOTS * 4;
const GROUPS_AT = UNDERLYINGS_AT + MAX_SYMBOLS * UNDERLYING_FIELDS * 8;

/** The next even number: keeps every column aligned. */
function even(count: number): number {
  return count + (count % 2);
}

export function bytesFor({ contracts, groups }: ChainCapacity): number {
  return GROUPS_AT + even(groups) * 4 + even(contracts) * BYTES_PER_CONTRACT;
}

/** Views over an existing buffer; nothing is written. */
export function columnsOver(buffer: SharedArrayBuffer): ChainColumns {
  const control = new Int32Array(buffer, 0, CONTROL_SLOTS);
  const groups = control[CONTROL.groupCapacity] ?? 0;
  let offset = GROUPS_AT + groups * 4;
  const capacity = (buffer.byteLength - offset) / BYTES_PER_CONTRACT;
  const take = (bytes: number): number => {
    const start = offset;
    offset += bytes * capacity;
    return start;
  };
  const wide = (): Float64Array => new Float64Array(buffer, take(8), capacity);
  const narrow = (): Float32Array => new Float32Array(buffer, take(4), capacity);
  return {
    control,
    underlyings: new Float64Array(buffer, UNDERLYINGS_AT, MAX_SYMBOLS * UNDERLYING_FIELDS),
    groupSequence: new Int32Array(buffer, GROUPS_AT, groups),
    strike: wide(),
    bid: wide(),
    ask: wide(),
    volume: narrow(),
    openInterest: narrow(),
    vendorIv: narrow(),
    vendorDelta: narrow(),
    vendorGamma: narrow(),
    vendorTheta: narrow(),
    vendorVega: narrow(),
    modelIv: narrow(),
    modelDelta: narrow(),
    modelGamma: narrow(),
    modelTheta: narrow(),
    modelVega: narrow(),
    conId: new Int32Array(buffer, take(4), capacity),
    quotedAtS: new Uint32Array(buffer, take(4), capacity),
    capacity,
  };
}

/** A new buffer without a value in it. */
export function allocateColumns(room: ChainCapacity): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytesFor(room));
  new Int32Array(buffer, 0, CONTROL_SLOTS)[CONTROL.groupCapacity] = even(room.groups);
  columnsOver(buffer).underlyings.fill(NaN);
  return buffer;
}

/** Makes rows ready for a group: no value anywhere. */
export function blankRows(columns: ChainColumns, firstRow: number, count: number): void {
  for (const name of [...WIDE, ...NARROW]) columns[name].fill(NaN, firstRow, firstRow + count);
}

/** Copies `count` rows from one set of columns to another. */
export function copyRows(from: ChainColumns, fromRow: number, to: ChainColumns, toRow: number, count: number): void {
  for (const name of [...WIDE, ...NARROW, 'conId', 'quotedAtS'] as const) {
    to[name].set(from[name].subarray(fromRow, fromRow + count), toRow);
  }
}

/**
 * A vendor number as it was written, from its Float32: vendors give at most six decimals, so 0.15 comes back as
 * 0.15 and not as 0.15000000596, which an inclusive bound to 1e-9 would tell apart.
 */
export function exactVendor(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
