import type { SavedProfile } from '../../electron/contract/contract.ts';
import type { Profile } from '../../scanner/domain/profile.ts';

/** The saved profiles and which of them is being scanned. */
export class ProfileStore {
  saved = $state.raw<readonly SavedProfile[]>([]);
  chosenId = $state<string | undefined>(undefined);
  chosen = $derived(this.saved.find((entry) => entry.id === this.chosenId));

  replaceAll(saved: readonly SavedProfile[]): void {
    this.saved = saved;
  }

  /** A known profile keeps its place, a new one comes last. */
  upsert(entry: SavedProfile): void {
    const known = this.saved.some(({ id }) => id === entry.id);
    this.saved = known ? this.saved.map((other) => (other.id === entry.id ? entry : other)) : [...this.saved, entry];
  }

  remove(id: string): void {
    this.saved = this.saved.filter((entry) => entry.id !== id);
  }

  /** True when `profile` differs from the saved one that was chosen. */
  isEdited(profile: Profile): boolean {
    return this.chosen !== undefined && canonical(profile) !== canonical(this.chosen.profile);
  }
}

/** Text that is equal for equal profiles, whatever the order of keys and with missing bounds left out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
