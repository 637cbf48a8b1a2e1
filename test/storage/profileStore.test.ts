import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../scanner/domain/profile.ts';
import { tempStorage } from './openTemp.ts';

const MINE = parseProfile({ version: 1, name: 'Mine', symbols: ['amd'], dte: { min: 20, max: 60 } });

describe('profiles', () => {
  test('1 four ready-made ones are there from the start, charge 0.65 a leg, and can be edited', () => {
    const { storage } = tempStorage();
    const list = storage.profiles.list();
    expect(list.map(({ profile }) => profile.name)).toEqual([
      'High IV bull puts',
      'Index put spreads 30-45 DTE',
      'Low IV debit spreads',
      'Iron condors 30-45 DTE',
    ]);
    expect(list.every(({ builtIn, profile }) => builtIn && profile.feesPerLeg === 0.65)).toBe(true);
    const edited = storage.profiles.save({ ...list[0]!.profile, limit: 50 }, list[0]!.id);
    expect(edited.builtIn).toBe(true);
    expect(storage.profiles.get(list[0]!.id)?.profile.limit).toBe(50);
  });

  test('2 what is saved is there after a restart, in the order it was made', () => {
    const { storage, time, reopen } = tempStorage();
    time.nowMs += 5;
    const saved = storage.profiles.save(MINE);
    expect(saved).toEqual({ id: saved.id, profile: MINE, builtIn: false, updatedAtMs: time.nowMs });
    expect(reopen().profiles.list().at(-1)).toEqual(saved);
  });

  test('3 a remove can be undone, and a removed built-in does not come back with a restart', () => {
    const { storage, reopen } = tempStorage();
    const { id } = storage.profiles.list()[0]!;
    storage.profiles.remove(id);
    const again = reopen();
    expect(again.profiles.list().map((stored) => stored.id)).not.toContain(id);
    expect(again.profiles.restore(id).id).toBe(id);
    expect(again.profiles.list()[0]!.id).toBe(id);
  });

  test('4 a new one never takes the id of a removed one', () => {
    const { storage } = tempStorage();
    const first = storage.profiles.save(MINE);
    storage.profiles.remove(first.id);
    expect(storage.profiles.save(MINE).id).not.toBe(first.id);
  });

  test.each(['remove', 'restore'] as const)('5 %s of one that is not there says so', (call) => {
    const { storage } = tempStorage();
    expect(() => storage.profiles[call]('profile-99')).toThrow(/There is no profile profile-99/);
    expect(() => storage.profiles.save(MINE, 'profile-99')).toThrow(/There is no profile profile-99/);
  });

  test('6 one that cannot be read is left out, logged and kept', () => {
    const { storage, path, logged, reopen } = tempStorage();
    const saved = storage.profiles.save(MINE);
    storage.close();
    const db = new Sqlite(path);
    db.prepare('UPDATE profile SET json = ? WHERE id = ?').run('{"version":1,"name":"Mine","nonsense":1}', saved.id);
    db.close();
    const again = reopen();
    expect(again.profiles.list()).toHaveLength(4);
    expect(logged.join()).toContain('nonsense');
    again.close();
    const kept = new Sqlite(path, { readonly: true });
    expect(kept.prepare('SELECT count(*) FROM profile').pluck().get()).toBe(5);
    kept.close();
  });
});
