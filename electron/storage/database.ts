import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../scanner/domain/clock.ts';
import { migrate, readMigrations, versionOf } from './migrations.ts';
import type { Migration } from './migrations.ts';

export interface OpenOptions {
  path: string;
  clock: Pick<Clock, 'now'>;
  log: (level: 'info' | 'warning' | 'error', text: string) => void;
  migrations?: readonly Migration[];
}

export interface OpenedDatabase {
  db: Database;
  /**
   * Why the file could not be used, and what to do. Then `db` is in memory only: reading and cancelling work, and
   * nothing new may be risked.
   */
  problem: string | undefined;
}

/** How long to wait for another program that holds the file. */
const LOCK_WAIT_MS = 500;

/**
 * Opens the one connection to the database, brings it up to date, and makes sure that what is committed is on disk.
 * Never fails for what is wrong with the file: it then gives an empty, or where possible a copied, database in memory
 * and says why.
 */
export function openDatabase(options: OpenOptions): OpenedDatabase {
  const migrations = options.migrations ?? readMigrations();
  try {
    return { db: openFile(options, migrations), problem: undefined };
  } catch (error) {
    const problem = describeFailure(error, options.path);
    options.log('error', problem);
    return { db: copyInMemory(options.path, migrations) ?? emptyInMemory(migrations), problem };
  }
}

class NewerDatabase extends Error {}

function openFile({ path, clock, log }: OpenOptions, migrations: readonly Migration[]): Database {
  mkdirSync(dirname(path), { recursive: true });
  const db = new Sqlite(path, { timeout: LOCK_WAIT_MS });
  try {
    // Two programs that trade on one journal would not see each other's halts: the second is refused.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    // WAL mode lowers this to NORMAL, which loses the last commits with the power. An intent must not be lost.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    assertPragma(db, 'journal_mode', 'wal');
    assertPragma(db, 'synchronous', 2);
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw new Error(`database disk image is malformed: ${String(check)}`);
    const version = versionOf(db);
    if (version > migrations.length) throw new NewerDatabase(`version ${version}, known ${migrations.length}`);
    migrate(db, { migrations, backup: (from) => backUp(db, `${path}.v${from}-${clock.now()}.backup`, log) });
    // Takes the write lock now, so that a read-only or locked file shows here and not with the first order.
    db.exec('BEGIN IMMEDIATE; COMMIT;');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function assertPragma(db: Database, name: string, expected: string | number): void {
  const found = db.pragma(name, { simple: true });
  if (found !== expected) throw new Error(`${name} is ${String(found)} where ${expected} was asked for`);
}

function backUp(db: Database, target: string, log: OpenOptions['log']): void {
  db.prepare('VACUUM INTO ?').run(target);
  log('info', `The database was copied to ${target} before bringing it up to date.`);
}

/** A copy of what the file holds, for a file that can be read but not written; undefined when it cannot be read. */
function copyInMemory(path: string, migrations: readonly Migration[]): Database | undefined {
  try {
    const bytes = readFileSync(path);
    // Bytes 18 and 19 say "WAL"; a database in memory has none. @source SQLite file format, section 1.3.
    bytes.fill(1, 18, 20);
    const db = new Sqlite(bytes);
    const usable = db.pragma('integrity_check(1)', { simple: true }) === 'ok' && versionOf(db) === migrations.length;
    if (usable) return db;
    db.close();
    return undefined;
  } catch {
    return undefined;
  }
}

function emptyInMemory(migrations: readonly Migration[]): Database {
  const db = new Sqlite(':memory:');
  migrate(db, { migrations, backup: () => undefined });
  return db;
}

const CONSEQUENCE = 'Until then no new order leaves; orders at IB can still be cancelled, and nothing is saved.';

/** What is wrong with the file, where it is, and what to do; in plain words. */
export function describeFailure(error: unknown, path: string): string {
  const code = error instanceof Sqlite.SqliteError ? error.code : '';
  const what = error instanceof Error ? error.message : String(error);
  const say = (problem: string, advice: string): string => `${problem} (${path}: ${what}). ${advice} ${CONSEQUENCE}`;
  if (error instanceof NewerDatabase) {
    return say(
      'The database was written by a newer Legwork',
      'Install that version, or start with another --data-dir.',
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return say('The database is in use by another program', 'Close the other Legwork, then start again.');
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return say(
      'The database can be read but not written',
      'Allow writing to the file and its folder, then start again.',
    );
  }
  if (code.startsWith('SQLITE_FULL')) {
    return say('The disk is full', 'Free some space, then start again.');
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return say('The disk failed while the database was in use', 'Check the disk, then start again.');
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB') || what.includes('malformed')) {
    const advice = 'Move the file away and start again, or put back one of the .backup files beside it.';
    return say('The database is damaged', advice);
  }
  return say('The database cannot be opened', 'Check the folder, or start with another --data-dir.');
}
