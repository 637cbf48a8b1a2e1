import { CashPatch } from './cashPatch.ts';
import { CashRow, type Columns } from './cashRow.ts';
import { FOUR } from './fourPoint.ts';

/** Vols of the rows: ln(vol) in equal steps. */
export const VOL_LOW = 0.03;
export const VOL_HIGH = 2.4;
export const ROWS = 32;
export const ROW_STEP = Math.log(VOL_HIGH / VOL_LOW) / (ROWS - 1);
/** Columns that a row has on both sides of what it was made for: the polynomials' and some more, since vols move. */
export const MARGIN = 10;

const LOG_VOL_LOW = Math.log(VOL_LOW);

/** The row of ln(vol), between two rows mostly. */
export function rowOf(logVol: number): number {
  return (logVol - LOG_VOL_LOW) / ROW_STEP;
}

export function volOf(row: number): number {
  return VOL_LOW * Math.exp(row * ROW_STEP);
}

/** First of the four rows around one. */
export function firstRow(y: number): number {
  return Math.min(ROWS - FOUR, Math.max(0, Math.floor(y) - 1));
}

/** How the parts of rows are blended for one moment and carry. */
export interface CashBlend {
  /** By part. */
  weights: Float64Array;
  /** What these weights are called: no two blends of a table have the same name. */
  name: number;
  /** How many carries are blended. */
  carries: number;
  isCall: boolean;
}

/** What rows and patches of a table take, all strikes together. */
export interface Tally {
  bytes: number;
}

/** A strike of a table: its rows by vol as far as they were asked for, and patches of four of them by their first row. */
export class CashNode {
  readonly strike: number;
  /** What `PremiumTable.least` gives, and the spot, moment and carry for which it does. */
  least = NaN;
  leastName = NaN;
  private readonly tally: Tally;
  private readonly rows: (CashRow | undefined)[] = [];
  private readonly patches: (CashPatch | undefined)[] = [];

  constructor(strike: number, tally: Tally) {
    this.strike = strike;
    this.tally = tally;
  }

  /** The patch of four rows from this one on; undefined while some of them are not solved. */
  patch(from: number, blend: CashBlend): CashPatch | undefined {
    const known = this.patches[from];
    return known?.name === blend.name ? known : this.blended(from, blend);
  }

  private blended(from: number, { weights, name, carries, isCall }: CashBlend): CashPatch | undefined {
    const rows: CashRow[] = [];
    for (let j = from; j < from + FOUR; j++) {
      const row = this.rows[j];
      if (!row || row.carries < carries) return undefined;
      rows.push(row);
    }
    // Those of an earlier moment would stay where the vol does not come by again.
    for (const [j, old] of this.patches.entries()) if (old && old.name !== name) this.drop(j);
    const patch = new CashPatch(rows, { weights, name, isCall, rowStep: ROW_STEP });
    this.tally.bytes += patch.bytes;
    return (this.patches[from] = patch);
  }

  /**
   * A row, to be solved where it is new.
   * @param needed columns that it must have, where a row is there and was not wide enough.
   * @param around the columns of a new one.
   */
  row(j: number, needed: Columns | undefined, around: Columns): CashRow {
    const known = this.rows[j];
    if (known && (!needed || holds(known.columns, needed))) return known;
    this.tally.bytes -= known?.bytes ?? 0;
    for (let from = Math.max(0, j - FOUR + 1); from <= j; from++) this.drop(from);
    const row = new CashRow(this.strike, known && needed ? joined(known.columns, needed) : around);
    this.rows[j] = row;
    return row;
  }

  private drop(from: number): void {
    this.tally.bytes -= this.patches[from]?.bytes ?? 0;
    this.patches[from] = undefined;
  }
}

function holds({ first, count }: Columns, inner: Columns): boolean {
  return inner.first >= first && inner.first + inner.count <= first + count;
}

/** Both, with a margin around the second. */
function joined(a: Columns, b: Columns): Columns {
  const first = Math.min(a.first, b.first - MARGIN);
  return { first, count: Math.max(a.first + a.count, b.first + b.count + MARGIN) - first };
}
