import { LANES } from '../gridMoment.ts';
import type { GridKernel, GridNumbers, Sweep, SweepWeights } from '../gridSweeps.ts';
import { guessTable } from '../impliedVol.ts';
import { MILLS_TABLE } from '../mills.ts';
import { SIX_BENDS } from '../sixPoint.ts';
import { RELAXED_SIMD_BYTES, SIMD_BYTES } from './bytes.ts';

/** What assembly/index.ts exports. */
interface Exports {
  memory: WebAssembly.Memory;
  /** Addresses in `memory`. */
  millsTable: WebAssembly.Global<'i32'>;
  guessTable: WebAssembly.Global<'i32'>;
  bendTable: WebAssembly.Global<'i32'>;
  premiumTable: WebAssembly.Global<'i32'>;
  gridMemory: WebAssembly.Global<'i32'>;
  rounded: WebAssembly.Global<'i32'>;
  block: WebAssembly.Global<'i32'>;
  impliedVols(count: number, isCall: number, forward: number, discount: number, perYear: number): number;
  greeks(
    count: number,
    isCall: number,
    spot: number,
    forward: number,
    years: number,
    discount: number,
    earned: number,
    paid: number,
  ): number;
  round(count: number): number;
  blackValues(count: number, rootYears: number): number;
  premiums(count: number, rootYears: number, withBends: number): void;
  eliminate(
    values: number,
    next: number,
    first: number,
    count: number,
    way: number,
    down: number,
    here: number,
    up: number,
    carry: number,
  ): void;
  substitute(next: number, payoff: number, first: number, count: number, way: number, carry: number): void;
}

/** Rows that a kernel takes at once, and its columns and the doubles from one to the next, as in assembly/block.ts. */
export const KERNEL_ROWS = 256;
const COLUMNS = 10;
/** The columns that `impliedVols` takes prices from and writes vols to. */
export const PRICES = 1;
export const VOLS = 7;
const STRIDE = 264;
/** Columns that `round` fills, as in assembly/rounded.ts. */
const ROUNDED = 5;
/** Most nodes of a grid in the kernel's memory, as in assembly/grid.ts. */
const NODES = 8192;

export type InstructionSet = 'simd' | 'relaxedSimd';

function bytesOf(set: InstructionSet): Uint8Array<ArrayBuffer> {
  const text = atob(set === 'simd' ? SIMD_BYTES : RELAXED_SIMD_BYTES);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Whether this JavaScript engine and processor have the instructions. */
export function hasInstructions(set: InstructionSet): boolean {
  return 'WebAssembly' in globalThis && WebAssembly.validate(bytesOf(set));
}

/** WebAssembly that computes a block of up to KERNEL_ROWS rows: fill its columns, call, and take the columns out. */
export class ColumnKernel implements GridKernel {
  private readonly exports: Exports;
  /** Its rows lie here, and one more. */
  readonly columns: readonly Float64Array[];
  /** Where the numbers of an early-exercise table lie, and the table that they are of. */
  private readonly premiumTable: Float64Array;
  private premiumOwner: object | undefined;
  /** By length: the heads of all columns. Most groups have one of few lengths, and each view is one more to collect. */
  private readonly heads: (readonly Float64Array[] | undefined)[] = [];
  private readonly greekHeads: (KernelGreeks | undefined)[] = [];
  private readonly roundedHeads: (readonly Float32Array[] | undefined)[] = [];

  /** @throws WebAssembly.CompileError unless `hasInstructions(set)`. */
  constructor(set: InstructionSet) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(set)));
    this.exports = exports as unknown as Exports;
    const { memory, millsTable, guessTable: guesses, bendTable, premiumTable, block } = this.exports;
    new Float64Array(memory.buffer, millsTable.value).set(MILLS_TABLE);
    new Float64Array(memory.buffer, guesses.value).set(guessTable().table);
    new Float64Array(memory.buffer, bendTable.value).set(SIX_BENDS);
    this.premiumTable = new Float64Array(memory.buffer, premiumTable.value);
    this.columns = Array.from(
      { length: COLUMNS },
      (_, column) => new Float64Array(memory.buffer, block.value + 8 * STRIDE * column, STRIDE),
    );
  }

  /** The first `count` rows of a column, in the kernel's own memory. */
  head(column: number, count: number): Float64Array {
    return this.headsOf(count)[column] ?? new Float64Array();
  }

  /** Copies rows `from` to `from + count` of `source` into a column, unless they are what `head` gave. */
  fill(column: number, source: Float64Array, from: number, count: number): void {
    const target = this.columns[column] ?? new Float64Array();
    const isThere = source === this.heads[count]?.[column];
    if (!isThere) target.set(count === source.length ? source : source.subarray(from, from + count));
    // Rows are computed in pairs: the last one of an odd count has itself for company.
    target[count] = target[count - 1] ?? 0;
  }

  /** Copies a column into rows `from` to `from + count` of `target`. */
  take(column: number, target: Float64Array, from: number, count: number): void {
    target.set(this.headsOf(count)[column] ?? target, from);
  }

  /** Makes the vols that `impliedVols` found those that `greeks` takes, where the prices were. @returns them, there. */
  keepVols(count: number): Float64Array {
    this.fill(PRICES, this.head(VOLS, count), 0, count);
    return this.head(PRICES, count);
  }

  /** What `greeks` computed, in the kernel's own memory: it stands until the kernel is used again. */
  greeksOf(count: number): KernelGreeks {
    return (this.greekHeads[count] ??= greekHeads(this.headsOf(count)));
  }

  /**
   * Rounds the vols in column 1 and the Greeks that `greeks` computed at them; NaN in rows that lack either.
   * @param out get vol, delta, gamma, theta and vega, from row `at` on.
   * @returns rows with a vol.
   */
  round(count: number, out: readonly Float32Array[], at: number): number {
    const solved = this.exports.round(count);
    const heads = (this.roundedHeads[count] ??= this.roundedOf(count));
    for (let column = 0; column < ROUNDED; column++) out[column]?.set(heads[column] ?? [], at);
    return solved;
  }

  private roundedOf(count: number): readonly Float32Array[] {
    const { memory, rounded } = this.exports;
    return Array.from(
      { length: ROUNDED },
      (_, column) => new Float32Array(memory.buffer, rounded.value + 4 * STRIDE * column, count),
    );
  }

  private headsOf(count: number): readonly Float64Array[] {
    return (this.heads[count] ??= this.columns.map((all) => all.subarray(0, count)));
  }

  /**
   * From strikes in column 0 and prices in PRICES: vols in VOLS.
   * @param perYear 1 / sqrt(years).
   * @returns false when some are out of reach or do not exist: they are NaN.
   */
  impliedVols(count: number, isCall: boolean, forward: number, discount: number, perYear: number): boolean {
    return this.exports.impliedVols(count, isCall ? 1 : 0, forward, discount, perYear) === 1;
  }

  /**
   * From strikes in column 0 and vols in 1: price, delta, gamma, theta, vega and rho in columns 2 to 7.
   * @returns false when some are out of reach: there the price is NaN.
   */
  greeks(count: number, isCall: boolean, spot: number, forward: number, years: number, discount: number): boolean {
    const earned = -Math.log((discount * forward) / spot) / years / 365;
    const paid = Math.log(discount) / years / 365;
    return this.exports.greeks(count, isCall ? 1 : 0, spot, forward, years, discount, earned, paid) === 1;
  }

  /**
   * From vols in column 0 and log moneyness in 1, of which `count` rows and one more are set: ln(vol), the density and
   * the normalised Black value in columns 2 to 4.
   * @returns false when some are out of reach: there the value is NaN.
   */
  blackValues(count: number, rootYears: number): boolean {
    return this.exports.blackValues(count, rootYears) === 1;
  }

  /**
   * From vols in column 0, ln(vol) in 2 and distances in 5, of which `count` rows and one more are set: premiums in
   * column 6, their derivatives by vol in 7, and with bends those by x in 8 and twice by x in 9.
   * @param table an early-exercise table: while it is the same, its numbers are not copied again.
   */
  premiums(count: number, table: { values: Float64Array; rootYears: number }, withBends: boolean): void {
    if (this.premiumOwner !== table) this.premiumTable.set(table.values);
    this.premiumOwner = table;
    this.exports.premiums(count, table.rootYears, withBends ? 1 : 0);
  }

  gridNumbers(nodes: number): GridNumbers | undefined {
    if (nodes > NODES) return undefined;
    const { memory, gridMemory } = this.exports;
    const column = (place: number, length: number): Float64Array =>
      new Float64Array(memory.buffer, gridMemory.value + 8 * place, length);
    const length = nodes * LANES;
    return { values: column(0, length), next: column(length, length), payoff: column(2 * length, nodes) };
  }

  eliminate({ values, next }: GridNumbers, { first, count, way, carry }: Sweep, weights: SweepWeights): void {
    const { down, here, up } = weights;
    const bytes = way * LANES * 8;
    this.exports.eliminate(values.byteOffset, next.byteOffset, first, count, bytes, down, here, up, carry);
  }

  substitute({ next, payoff }: GridNumbers, { first, count, way, carry }: Sweep): void {
    this.exports.substitute(next.byteOffset, payoff.byteOffset, first, count, way * LANES * 8, carry);
  }
}

type KernelGreeks = Readonly<Record<'price' | 'delta' | 'gamma' | 'theta' | 'vega' | 'rho', Float64Array>>;

function greekHeads(columns: readonly Float64Array[]): KernelGreeks {
  const column = (place: number): Float64Array => columns[place] ?? new Float64Array();
  const [price, delta, gamma] = [column(2), column(3), column(4)];
  return { price, delta, gamma, theta: column(5), vega: column(6), rho: column(7) };
}

let best: ColumnKernel | 'plain' | undefined;

/**
 * The fastest that there is here, made at first use in some milliseconds; 'plain' where WebAssembly has no SIMD. Its results
 * differ by rounding errors from engine to engine and, with relaxed SIMD, from processor to processor.
 */
export function columnKernel(): ColumnKernel | 'plain' {
  return (best ??= hasInstructions('relaxedSimd')
    ? new ColumnKernel('relaxedSimd')
    : hasInstructions('simd')
      ? new ColumnKernel('simd')
      : 'plain');
}
