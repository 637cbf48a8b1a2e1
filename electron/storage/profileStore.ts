import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import { parseProfile } from '../../scanner/domain/profile.ts';
import type { Profile } from '../../scanner/domain/profile.ts';
import { BUILT_IN_PROFILES } from './builtInProfiles.ts';
import type { WriteGuard } from './writeGuard.ts';

/** A saved profile; the contract's SavedProfile has the same shape. */
export interface StoredProfile {
  id: string;
  profile: Profile;
  builtIn: boolean;
  updatedAtMs: number;
}

interface ProfileRow {
  id: string;
  json: string;
  built_in: number;
  updated_at_ms: number;
}

interface ProfileDeps {
  clock: Pick<Clock, 'now'>;
  log: (level: 'warning', text: string) => void;
}

/** Saved filter profiles, in the order in which they were made. A removed one stays on disk until it is restored. */
export class ProfileStore {
  readonly #guard: WriteGuard;
  readonly #deps: ProfileDeps;

  constructor(guard: WriteGuard, deps: ProfileDeps) {
    this.#guard = guard;
    this.#deps = deps;
    this.#seed();
  }

  /** A profile that cannot be read any more is left out and logged; its row stays. */
  list(): StoredProfile[] {
    const rows = this.#guard.db
      .prepare<[], ProfileRow>('SELECT * FROM profile WHERE removed_at_ms IS NULL ORDER BY position')
      .all();
    return rows.flatMap((row) => this.#read(row) ?? []);
  }

  get(id: string): StoredProfile | undefined {
    return this.list().find((stored) => stored.id === id);
  }

  /** Saves under an id, or as a new one. @throws LegworkError input/not-found, data/storage. */
  save(profile: Profile, id?: string): StoredProfile {
    const updatedAtMs = this.#deps.clock.now();
    const json = JSON.stringify(profile);
    const savedId = this.#guard.mustWrite(() => (id === undefined ? this.#insert(json) : this.#update(id, json)));
    if (savedId === undefined) throw this.#notFound(id ?? '');
    return { id: savedId, profile, builtIn: this.get(savedId)?.builtIn ?? false, updatedAtMs };
  }

  /** @throws LegworkError input/not-found, data/storage. */
  remove(id: string): void {
    const { changes } = this.#guard.mustWrite(() =>
      this.#guard.db
        .prepare('UPDATE profile SET removed_at_ms = ? WHERE id = ? AND removed_at_ms IS NULL')
        .run(this.#deps.clock.now(), id),
    );
    if (changes === 0) throw this.#notFound(id);
  }

  /** Undoes a remove; of a profile that is there already it changes nothing. @throws as remove. */
  restore(id: string): StoredProfile {
    this.#guard.mustWrite(
      () => void this.#guard.db.prepare('UPDATE profile SET removed_at_ms = NULL WHERE id = ?').run(id),
    );
    const restored = this.get(id);
    if (restored === undefined) throw this.#notFound(id);
    return restored;
  }

  #insert(json: string): string {
    const { db } = this.#guard;
    const position = Number(db.prepare('SELECT coalesce(max(position), 0) + 1 FROM profile').pluck().get());
    const id = `profile-${position}`;
    db.prepare('INSERT INTO profile VALUES (?, ?, 0, ?, ?, NULL)').run(id, json, position, this.#deps.clock.now());
    return id;
  }

  #update(id: string, json: string): string | undefined {
    const { changes } = this.#guard.db
      .prepare('UPDATE profile SET json = ?, updated_at_ms = ? WHERE id = ? AND removed_at_ms IS NULL')
      .run(json, this.#deps.clock.now(), id);
    return changes === 0 ? undefined : id;
  }

  #seed(): void {
    const insert = this.#guard.db.prepare('INSERT OR IGNORE INTO profile VALUES (?, ?, 1, ?, ?, NULL)');
    this.#guard.tryWrite(() => {
      BUILT_IN_PROFILES.forEach(({ id, profile }, i) =>
        insert.run(id, JSON.stringify(profile), i + 1, this.#deps.clock.now()),
      );
    });
  }

  #read(row: ProfileRow): StoredProfile | undefined {
    try {
      const profile = parseProfile(JSON.parse(row.json));
      return { id: row.id, profile, builtIn: row.built_in === 1, updatedAtMs: row.updated_at_ms };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#deps.log('warning', `The saved profile ${row.id} cannot be read and is left out: ${why}`);
      return undefined;
    }
  }

  #notFound(id: string): LegworkError {
    const message = `There is no profile ${id}. It may have been removed: restore it, or save as a new one.`;
    return new LegworkError({ kind: 'input', code: 'not-found', field: 'id', message });
  }
}
