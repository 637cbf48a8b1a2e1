import { readFileSync, readdirSync } from 'node:fs';
import type { Database } from 'better-sqlite3';

export interface Migration {
  /** Position in the sequence, from 1; kept in the database as user_version. */
  version: number;
  name: string;
  sql: string;
}

/** Numbered plain SQL files beside this one: `0001_initial.sql`. @throws Error when the numbers have a gap. */
export function readMigrations(folder = new URL('./migrations/', import.meta.url)): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, i) => {
    const version = Number(name.slice(0, 4));
    if (version !== i + 1) throw new Error(`migration ${name} should bear number ${i + 1}`);
    return { version, name, sql: readFileSync(new URL(name, folder), 'utf8') };
  });
}

export function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

interface MigrateOptions {
  migrations: readonly Migration[];
  /** Called before the first change to a database that holds something. */
  backup: (fromVersion: number) => void;
}

/** Brings the database to the newest version, each step in a transaction of its own. */
export function migrate(db: Database, { migrations, backup }: MigrateOptions): void {
  const from = versionOf(db);
  const pending = migrations.filter(({ version }) => version > from);
  if (pending.length === 0) return;
  if (from > 0) backup(from);
  for (const { version, sql } of pending) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
}
