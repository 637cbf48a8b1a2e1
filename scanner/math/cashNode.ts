import { CashPatch } from './cashPatch.ts';
import { CashRow, widened, type CashBlend, type CashTerms, type Columns } from './cashRow.ts';
import { FOUR } from './fourPoint.ts';

/** Vols of the rows: ln(vol) in equal steps, smaller ones where values bend from one vol to the next. */
export const VOL_LOW = 0.03;
export const VOL_HIGH = 2.4;
const STEPS = 31;
const SMALL_STEPS = 8 * STEPS;
/** What is solved for one moment and carry is solved anew when these, over the life, have moved by so much. */
const STALE_YEARS = 2e-5;
const STALE_CARRY = 1e-6;

const LOG_VOL_LOW = Math.log(VOL_LOW);
const LOG_VOL_RANGE = Math.log(VOL_HIGH / VOL_LOW);
/** Of one step. */
const ROWS_PER_LOG_VOL = 1 / LOG_VOL_RANGE;

/** What rows and patches of a table take, all strikes together. */
export interface Tally {
  bytes: number;
}

/** What all rows of a strike share. */
export interface CashNodeOptions {
  strike: number;
  tally: Tally;
  /** Columns that a row has on both sides of those that it was made for: vols move. */
  margin: number;
}

/** A strike of a table: its rows by vol as far as they were asked for, and patches of four of them by their first row. */
export class CashNode {
  readonly strike: number;
  /** What `PremiumTable.least` gives, and the spot, moment and carry for which it does. */
  least = NaN;
  leastName = NaN;
  /** What its rows are solved for, where they cannot be told from other moments and carries. */
  exact: CashTerms | undefined;
  /** From the row of the lowest vol to that of the highest. */
  private readonly steps: number;
  private readonly options: CashNodeOptions;
  private rows: (CashRow | undefined)[] = [];
  private readonly patches: (CashPatch | undefined)[] = [];
  private closer: CashNode | undefined;

  constructor(options: CashNodeOptions, steps = STEPS) {
    this.strike = options.strike;
    this.options = options;
    this.steps = steps;
  }

  /** The same strike with rows that are nearer to each other, for options whose value bends from one row to the next. */
  get close(): CashNode {
    return (this.closer ??= new CashNode(this.options, SMALL_STEPS));
  }

  /**
   * The patch of four rows from this one on.
   * @param now what a node is begun anew for where one of them bends.
   * @returns undefined while some of them are not solved.
   */
  patch(from: number, blend: CashBlend, now: CashTerms): CashPatch | undefined {
    const known = this.patches[from];
    return known?.name === blend.name ? known : this.blended(from, blend, now);
  }

  /** The row of ln(vol), between two rows mostly. */
  rowOf(logVol: number): number {
    return (logVol - LOG_VOL_LOW) * ROWS_PER_LOG_VOL * this.steps;
  }

  volOf(row: number): number {
    return VOL_LOW * Math.exp((row * LOG_VOL_RANGE) / this.steps);
  }

  /** First of the four rows around one. */
  firstRow(y: number): number {
    return Math.min(this.steps + 1 - FOUR, Math.max(0, Math.floor(y) - 1));
  }

  /** Begins anew where all is solved for one moment and carry, and these have passed. */
  keepUp(now: CashTerms): void {
    const { exact } = this;
    if (!exact) return;
    const carried = Math.abs(now.dividendYield - exact.dividendYield) * exact.years;
    if (Math.abs(now.years - exact.years) > STALE_YEARS || carried > STALE_CARRY) this.begin(now);
  }

  /** Anew, for these terms and no others. */
  private begin(exact: CashTerms): void {
    this.exact = exact;
    for (const [j, row] of this.rows.entries()) {
      this.drop(j);
      this.options.tally.bytes -= row?.bytes ?? 0;
    }
    this.rows = [];
  }

  private blended(from: number, { parts, ...blend }: CashBlend, now: CashTerms): CashPatch | undefined {
    const rows: CashRow[] = [];
    for (let j = from; j < from + FOUR; j++) {
      const row = this.rows[j];
      if (!row || row.solved < parts) return undefined;
      rows.push(row);
    }
    if (rows.some((row) => row.bends(blend.isCall))) {
      this.begin(now);
      return undefined;
    }
    // Those of an earlier moment would stay where the vol does not come by again.
    for (const [j, old] of this.patches.entries()) if (old && old.name !== blend.name) this.drop(j);
    const patch = new CashPatch(rows, { ...blend, rowStep: LOG_VOL_RANGE / this.steps });
    this.options.tally.bytes += patch.bytes;
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
    this.options.tally.bytes -= known?.bytes ?? 0;
    for (let from = Math.max(0, j - FOUR + 1); from <= j; from++) this.drop(from);
    const row = new CashRow(
      this.strike,
      known && needed ? joined(known.columns, widened(needed, this.options.margin)) : around,
    );
    this.rows[j] = row;
    return row;
  }

  private drop(from: number): void {
    this.options.tally.bytes -= this.patches[from]?.bytes ?? 0;
    this.patches[from] = undefined;
  }
}

function holds({ first, count }: Columns, inner: Columns): boolean {
  return inner.first >= first && inner.first + inner.count <= first + count;
}

/** Both, and what is between them. */
function joined(a: Columns, b: Columns): Columns {
  const first = Math.min(a.first, b.first);
  return { first, count: Math.max(a.first + a.count, b.first + b.count) - first };
}
