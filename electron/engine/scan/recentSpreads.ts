import type { Profile } from '../../../scanner/domain/profile.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';

/** Rows that a window may still hold although the scan has dropped them since. */
const CAPACITY = 20_000;

export interface RecentSpread {
  row: RankedSpread;
  /** The profile that found it: its fees and its pricing. */
  profile: Profile;
}

/** The newest state of every spread that a scan has shown lately, by id. */
export class RecentSpreads {
  /** Oldest first. */
  readonly #spreads = new Map<string, RecentSpread>();

  remember(rows: Iterable<RankedSpread>, profile: Profile): void {
    for (const row of rows) {
      const known = this.#spreads.get(row.id);
      this.#spreads.delete(row.id);
      this.#spreads.set(row.id, known?.row === row && known.profile === profile ? known : { row, profile });
    }
    for (const id of this.#spreads.keys()) {
      if (this.#spreads.size <= CAPACITY) return;
      this.#spreads.delete(id);
    }
  }

  find(id: string): RecentSpread | undefined {
    return this.#spreads.get(id);
  }

  clear(): void {
    this.#spreads.clear();
  }
}
