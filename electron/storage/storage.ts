import { openDatabase } from './database.ts';
import type { OpenOptions, OpenedDatabase } from './database.ts';
import { CloseHistory, SqliteContractCache } from './marketCaches.ts';
import { ProfileStore } from './profileStore.ts';
import { SqliteSafety } from './safetyState.ts';
import { SettingsStore } from './settingsStore.ts';
import { SqliteJournal } from './sqliteJournal.ts';
import { WriteGuard } from './writeGuard.ts';

/** Everything that outlives the program, over one connection to one SQLite file. */
export interface Storage {
  /** Why nothing is being saved, in plain words with what to do. Stops new risk, never a cancel. */
  readonly problem: () => string | undefined;
  readonly profiles: ProfileStore;
  readonly settings: SettingsStore;
  readonly journal: SqliteJournal;
  readonly safety: SqliteSafety;
  readonly contractCache: SqliteContractCache;
  readonly history: CloseHistory;
  close(): void;
}

/** Opens the database; a file that cannot be used gives a storage in memory with a `problem`. Never throws for it. */
export function openStorage(options: OpenOptions): Storage {
  return storageOver(openDatabase(options), options);
}

/** The repositories over a database that is open. */
export function storageOver(opened: OpenedDatabase, options: OpenOptions): Storage {
  const guard = new WriteGuard(opened, options);
  return {
    problem: () => guard.problem(),
    profiles: new ProfileStore(guard, options),
    settings: new SettingsStore(guard, options),
    journal: new SqliteJournal(guard),
    safety: new SqliteSafety(guard),
    contractCache: new SqliteContractCache(guard),
    history: new CloseHistory(guard),
    close: () => void opened.db.close(),
  };
}
