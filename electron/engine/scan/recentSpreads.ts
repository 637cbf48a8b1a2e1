import type { Profile } from '../../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';

/** Rows that scans have dropped: a window may still hold some, and a person look into one. */
const MOST_DROPPED = 2_000;

export interface RecentSpread {
  row: RankedSpread;
  /** The profile that found it: its fees and its pricing. */
  profile: Profile;
}

interface ShownRows {
  rows: ReadonlyMap<string, RankedSpread>;
  profile: Profile;
}

const NO_ROWS: ReadonlyMap<string, RankedSpread> = new Map();

/** The newest state of every spread that a scan shows or has shown lately, by id. */
export class RecentSpreads {
  /** By scan; last the one that has told last. */
  readonly #shown = new Map<object, ShownRows>();
  /** Oldest first. */
  readonly #dropped = new Map<string, RecentSpread>();

  /** All that a scan shows now; the map is kept, and must not be changed. */
  show(scan: object, rows: ReadonlyMap<string, RankedSpread>, profile: Profile): void {
    this.#drop(scan, rows);
    this.#shown.set(scan, { rows, profile });
  }

  /** A scan that shows nothing any more. */
  close(scan: object): void {
    this.#drop(scan, NO_ROWS);
  }

  find(id: string): RecentSpread | undefined {
    let found = this.#dropped.get(id);
    for (const { rows, profile } of this.#shown.values()) {
      const row = rows.get(id);
      if (row) found = { row, profile };
    }
    return found;
  }

  clear(): void {
    this.#shown.clear();
    this.#dropped.clear();
  }

  /** What a scan showed and does not show now. */
  #drop(scan: object, now: ReadonlyMap<string, RankedSpread>): void {
    const before = this.#shown.get(scan);
    if (!before) return;
    this.#shown.delete(scan);
    for (const [id, row] of before.rows) {
      if (now.has(id)) continue;
      this.#dropped.delete(id);
      this.#dropped.set(id, { row, profile: before.profile });
    }
    for (const id of this.#dropped.keys()) {
      if (this.#dropped.size <= MOST_DROPPED) return;
      this.#dropped.delete(id);
    }
  }
}
