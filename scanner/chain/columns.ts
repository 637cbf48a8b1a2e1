/**
 * Layout of the chain's one SharedArrayBuffer: a control block, the underlyings, then one column after another.
 * Prices and strikes are Float64, since spreads are compared to 1e-9. Everything else is Float32: 84 bytes per
 * contract in all. NaN means no value in every column but `conId` and `quotedAt`, where 0 does.
 */

/** Int32 slots at the head of the buffer. */
export const CONTROL = {
  /** Odd while the writer is inside a write; readers copy and check that it did not move. */
  sequence: 0,
  /** Counts quote writes; a scan result is current as long as this has not moved. */
  generation: 1,
  /** Counts changes of the set of rows. */
  layout: 2,
} as const;
const CONTROL_SLOTS = 4;

/** Float64 values of one underlying. */
export const UNDERLYING = { spot: 0, bid: 1, ask: 2, iv30: 3, quotedAtMs: 4 } as const;
export const UNDERLYING_FIELDS = 5;
/** A profile names at most 500 symbols. */
export const MAX_SYMBOLS = 512;

const WIDE = ['strike', 'bid', 'ask'] as const;
const NARROW = [
  'last',
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
    /** TWS contract id, 0 for none. */
    conId: Int32Array;
    /** Seconds since 1970 of the last change of bid or ask, 0 for never. */
    quotedAtS: Uint32Array;
    capacity: number;
  };

const HEAD_BYTES = CONTROL_SLOTS * 4 + MAX_SYMBOLS * UNDERLYING_FIELDS * 8;

export function bytesFor(capacity: number): number {
  return HEAD_BYTES + capacity * BYTES_PER_CONTRACT;
}

/** Views over an existing buffer; nothing is written. `capacity` is always even, so that columns stay aligned. */
export function columnsOver(buffer: SharedArrayBuffer): ChainColumns {
  const capacity = (buffer.byteLength - HEAD_BYTES) / BYTES_PER_CONTRACT;
  let offset = HEAD_BYTES;
  const take = (bytes: number): number => {
    const start = offset;
    offset += bytes * capacity;
    return start;
  };
  const wide = (): Float64Array => new Float64Array(buffer, take(8), capacity);
  const narrow = (): Float32Array => new Float32Array(buffer, take(4), capacity);
  return {
    control: new Int32Array(buffer, 0, CONTROL_SLOTS),
    underlyings: new Float64Array(buffer, CONTROL_SLOTS * 4, MAX_SYMBOLS * UNDERLYING_FIELDS),
    strike: wide(),
    bid: wide(),
    ask: wide(),
    last: narrow(),
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

/** A new buffer with NaN in every value column. */
export function allocateColumns(capacity: number): SharedArrayBuffer {
  const even = capacity + (capacity % 2);
  const buffer = new SharedArrayBuffer(bytesFor(even));
  const columns = columnsOver(buffer);
  columns.underlyings.fill(NaN);
  for (const name of [...WIDE, ...NARROW]) columns[name].fill(NaN);
  return buffer;
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
