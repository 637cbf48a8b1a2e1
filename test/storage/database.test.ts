import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../electron/storage/database.ts';
import { readMigrations } from '../../electron/storage/migrations.ts';
import { openStorage, storageOver } from '../../electron/storage/storage.ts';
import { bullPutIntent } from '../broker/orders/orderFixtures.ts';
import { tempFolder, tempStorage } from './openTemp.ts';

const quiet = { clock: { now: () => 1_700_000_000_000 }, log: () => undefined };

describe('1 a good file', () => {
  test('commits are on disk: WAL with synchronous=FULL, asserted after every open', () => {
    const path = join(tempFolder(), 'a.sqlite');
    for (let open = 0; open < 2; open++) {
      const { db, problem } = openDatabase({ path, ...quiet });
      expect(problem).toBeUndefined();
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      db.close();
    }
  });

  test('every table is STRICT', () => {
    const { db } = openDatabase({ path: join(tempFolder(), 'a.sqlite'), ...quiet });
    const tables = db.pragma('table_list') as { schema: string; name: string; strict: number }[];
    const ours = tables.filter(({ schema, name }) => schema === 'main' && !name.startsWith('sqlite_'));
    expect(ours.length).toBeGreaterThan(8);
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([]);
    db.close();
  });

  test('a folder that is not there is made', () => {
    const { problem } = openStorage({ path: join(tempFolder(), 'deep', 'er', 'a.sqlite'), ...quiet });
    expect(problem()).toBeUndefined();
  });
});

describe('2 migrations', () => {
  const next = { version: 2, name: '0002_next.sql', sql: 'ALTER TABLE profile ADD COLUMN note TEXT' };

  test('a backup is taken before the first change, and holds what was there', () => {
    const path = join(tempFolder(), 'a.sqlite');
    const first = openStorage({ path, ...quiet });
    first.settings.put({ ...first.settings.get(), armMinutes: 33 });
    first.close();
    const second = openDatabase({ path, ...quiet, migrations: [...readMigrations(), next] });
    expect(second.db.pragma('user_version', { simple: true })).toBe(2);
    second.db.close();
    const [backup] = readdirSync(dirname(path)).filter((name) => name.endsWith('.backup'));
    expect(backup).toBe('a.sqlite.v1-1700000000000.backup');
    const kept = openStorage({ path: join(dirname(path), backup!), ...quiet });
    expect(kept.settings.get().armMinutes).toBe(33);
    kept.close();
  });

  test('a step that fails leaves the version before it, whole', () => {
    const path = join(tempFolder(), 'a.sqlite');
    openStorage({ path, ...quiet }).close();
    const broken = { ...next, sql: 'CREATE TABLE half (a INTEGER) STRICT; INSERT INTO profile SELECT * FROM profile;' };
    const opened = openDatabase({ path, ...quiet, migrations: [...readMigrations(), broken] });
    expect(opened.problem).toContain('UNIQUE constraint failed: profile.id');
    opened.db.close();
    const db = new Sqlite(path);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(0);
    db.close();
  });

  test('are numbered without a gap', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, '0001_a.sql'), '');
    writeFileSync(join(folder, '0003_c.sql'), '');
    expect(() => readMigrations(new URL(`file://${folder}/`))).toThrow('0003_c.sql should bear number 2');
  });
});

/** What must hold of a storage whose file cannot be used. */
function expectDegraded(storage: ReturnType<typeof openStorage>, words: RegExp): void {
  const problem = storage.problem();
  expect(problem).toMatch(words);
  expect(problem).toContain('orders at IB can still be cancelled');
  expect(() => storage.journal.commitIntent(bullPutIntent())).toThrow(problem);
  expect(() => storage.safety.writeHalt({ atMs: 1, by: 'you', reason: 'x' })).toThrow(problem);
  expect(() => storage.settings.put(storage.settings.get())).toThrow(problem);
  // Reading goes on.
  expect(storage.profiles.list().length).toBeGreaterThan(0);
  expect(storage.journal.load(0)).toEqual([]);
  storage.close();
}

describe('3 a file that cannot be used: no new risk, and everything else goes on', () => {
  test('damaged: not a database', () => {
    const path = join(tempFolder(), 'a.sqlite');
    writeFileSync(path, 'this is no database, it only has the name of one. '.repeat(100));
    expectDegraded(openStorage({ path, ...quiet }), /damaged .*Move the file away/);
    expect(readFileSync(path, 'utf8')).toContain('this is no database');
  });

  test('damaged: a page in the middle is overwritten', () => {
    const { storage, path } = tempStorage();
    for (let i = 0; i < 200; i++) storage.profiles.save({ ...storage.profiles.list()[0]!.profile, name: `copy ${i}` });
    storage.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096 * 2, 4096 * 12);
    writeFileSync(path, bytes);
    expectDegraded(openStorage({ path, ...quiet }), /damaged/);
  });

  test('damaged: cut off', () => {
    const { storage, path } = tempStorage();
    storage.close();
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    expectDegraded(openStorage({ path, ...quiet }), /damaged/);
  });

  test('written by a newer Legwork: left untouched', () => {
    const { storage, path } = tempStorage();
    storage.close();
    const db = new Sqlite(path);
    db.pragma('user_version = 99');
    db.close();
    expectDegraded(openStorage({ path, ...quiet }), /newer Legwork .*version 99, known 1/);
  });

  test('a folder where the file should be', () => {
    expectDegraded(openStorage({ path: tempFolder(), ...quiet }), /cannot be opened/);
  });

  test('read-only: what is in it can still be read', () => {
    const { storage, path } = tempStorage();
    storage.settings.put({ ...storage.settings.get(), armMinutes: 44 });
    storage.close();
    // A write version above 2 makes SQLite open any file read-only. @source SQLite file format, section 1.3.3.
    const bytes = readFileSync(path);
    bytes[18] = 3;
    writeFileSync(path, bytes);
    const readOnly = openStorage({ path, ...quiet });
    expect(readOnly.settings.get().armMinutes).toBe(44);
    expectDegraded(readOnly, /read but not written/);
  });

  test('in use by another process', async () => {
    const { storage, path } = tempStorage();
    storage.close();
    const script =
      `import Sqlite from 'better-sqlite3'; const db = new Sqlite(process.argv[1]);` +
      `db.exec('BEGIN EXCLUSIVE'); console.log('locked'); process.stdin.resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], { cwd: process.cwd() });
    await once(child.stdout, 'data');
    try {
      expectDegraded(openStorage({ path, ...quiet }), /in use by another program/);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const after = openStorage({ path, ...quiet });
    expect(after.problem()).toBeUndefined();
    after.close();
  });

  test('a second Legwork on the same file is refused, the first goes on', () => {
    const { storage, path } = tempStorage();
    const script =
      `import { openStorage } from './electron/storage/storage.ts';` +
      `const s = openStorage({ path: process.argv[1], clock: { now: () => 0 }, log: () => undefined });` +
      `console.log(s.problem());`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script, path], { encoding: 'utf8' });
    expect(said).toContain('in use by another program');
    expect(() => storage.journal.commitIntent(bullPutIntent())).not.toThrow();
  });
});

describe('4 a disk that fails while running', () => {
  test('disk full: nothing is sent on an intent that is not on disk, and the problem stays until a restart', () => {
    const path = join(tempFolder(), 'a.sqlite');
    const logged: string[] = [];
    const options = { path, clock: quiet.clock, log: (_: string, text: string) => void logged.push(text) };
    const opened = openDatabase(options);
    const storage = storageOver(opened, options);
    const pages = Number(opened.db.pragma('page_count', { simple: true }));
    opened.db.pragma(`max_page_count = ${pages}`);
    const big = bullPutIntent({ title: 'x'.repeat(100_000) });
    expect(() => storage.journal.commitIntent(big)).toThrow(/disk is full/);
    expect(storage.problem()).toMatch(/disk is full .*Free some space/);
    expect(logged).toHaveLength(1);
    opened.db.pragma('max_page_count = 100000');
    expect(() => storage.journal.commitIntent(bullPutIntent())).toThrow(/disk is full/);
    storage.close();
    const after = openStorage(options);
    expect(after.problem()).toBeUndefined();
    expect(after.journal.load(0)).toEqual([]);
    expect(after.journal.verify()).toMatchObject({ lines: 0, problem: undefined });
    after.close();
  });

  test('an event that cannot be appended never throws, and the chain stays whole', () => {
    const path = join(tempFolder(), 'a.sqlite');
    const options = { path, ...quiet };
    const opened = openDatabase(options);
    const storage = storageOver(opened, options);
    storage.journal.commitIntent(bullPutIntent());
    opened.db.pragma(`max_page_count = ${Number(opened.db.pragma('page_count', { simple: true }))}`);
    const event = { type: 'maybeWritten' as const, reason: 'x'.repeat(100_000), atMs: 1 };
    storage.journal.append('LW-1', { era: 1, event });
    expect(storage.problem()).toMatch(/disk is full/);
    opened.db.pragma('max_page_count = 100000');
    storage.journal.append('LW-1', { era: 1, event: { ...event, reason: 'short' } });
    expect(storage.journal.verify()).toMatchObject({ lines: 2, problem: undefined });
    storage.close();
  });
});
