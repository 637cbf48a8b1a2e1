import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { SettingsSchema } from '../../electron/contract/desk.ts';
import type { OptionContract } from '../../scanner/domain/option.ts';
import { option } from '../broker/orders/orderFixtures.ts';
import { tempStorage } from './openTemp.ts';

describe('settings', () => {
  test('1 are the defaults at first, and what was put after a restart', () => {
    const { storage, reopen } = tempStorage();
    expect(storage.settings.get()).toEqual(SettingsSchema.parse({}));
    const changed = { ...storage.settings.get(), theme: 'light' as const, armMinutes: 30 };
    storage.settings.put(changed);
    expect(reopen().settings.get()).toEqual(changed);
  });

  test.each([
    ['{"armMinutes":-3,"theme":"light"}', { theme: 'light', armMinutes: 15 }, /armMinutes/],
    ['{"theme":"light","unheard":1}', { theme: 'light' }, /settings/],
    ['not json', {}, /settings/],
    ['[1]', {}, /settings/],
    ['{"limits":{"maxQuantity":0},"density":"roomy"}', { density: 'roomy' }, /limits.maxQuantity/],
  ])('2 %s: the rest is kept, the damaged value is kept aside, and it is said', (json, expected, said) => {
    const { storage, path, logged, reopen } = tempStorage();
    storage.close();
    const write = new Sqlite(path);
    write.prepare(`INSERT INTO setting VALUES ('settings', ?, 0)`).run(json);
    write.close();
    const again = reopen();
    expect(again.settings.get()).toEqual(SettingsSchema.parse(expected));
    expect(logged.join()).toMatch(said);
    expect(again.settings.get()).toEqual(SettingsSchema.parse(expected));
    expect(logged).toHaveLength(1);
    again.close();
    const read = new Sqlite(path, { readonly: true });
    expect(read.prepare(`SELECT json FROM setting WHERE key LIKE 'damaged:settings:%'`).pluck().all()).toEqual([json]);
    read.close();
  });
});

describe('safety switches on disk', () => {
  test('1 are off at first', () => {
    const { storage } = tempStorage();
    expect(storage.safety.read()).toEqual({ halted: undefined, ordersEnabled: false, unlockedAccounts: [] });
  });

  test('2 invariant 15: a halt outlives a restart until it is lifted', () => {
    const { storage, reopen } = tempStorage();
    const halt = { atMs: 5, by: 'you', reason: 'news' };
    storage.safety.writeHalt(halt);
    const again = reopen();
    expect(again.safety.read().halted).toEqual(halt);
    again.safety.writeHalt(undefined);
    expect(reopen().safety.read().halted).toBeUndefined();
  });

  test('3 unlocks are per account', () => {
    const { storage, reopen } = tempStorage();
    storage.safety.writeUnlocked('U1', true, 1);
    storage.safety.writeUnlocked('U2', true, 2);
    storage.safety.writeUnlocked('U1', false, 3);
    storage.safety.writeOrdersEnabled(true);
    expect(reopen().safety.read()).toEqual({ halted: undefined, ordersEnabled: true, unlockedAccounts: ['U2'] });
  });

  test.each(['not json', 'null', '{}'])('4 a halt that cannot be read (%s) is taken to be in force', (json) => {
    const { storage, path, reopen } = tempStorage();
    storage.close();
    const write = new Sqlite(path);
    write.prepare(`INSERT INTO setting VALUES ('halt', ?, 0)`).run(json);
    write.prepare(`INSERT INTO setting VALUES ('ordersEnabled', ?, 0)`).run('maybe');
    write.close();
    expect(reopen().safety.read().halted).toBeDefined();
    expect(reopen().safety.read().ordersEnabled).toBe(false);
  });
});

describe('caches of the market', () => {
  const contracts: OptionContract[] = [option(95), option(100)];

  test('1 contract lists last one New York day', () => {
    const { storage, reopen } = tempStorage();
    const cache = storage.contractCache;
    cache.write('2023-09-14', 'AMD', 'AMD', '2023-09-15', 'P', contracts);
    expect(cache.read('2023-09-14', 'AMD', 'AMD', '2023-09-15', 'P')).toEqual(contracts);
    expect(cache.read('2023-09-14', 'AMD', 'AMD', '2023-09-15', 'C')).toBeUndefined();
    expect(cache.read('2023-09-15', 'AMD', 'AMD', '2023-09-15', 'P')).toBeUndefined();
    cache.write('2023-09-15', 'SPY', 'SPY', '2023-09-15', 'C', []);
    const again = reopen().contractCache;
    expect(again.read('2023-09-14', 'AMD', 'AMD', '2023-09-15', 'P')).toBeUndefined();
    expect(again.read('2023-09-15', 'SPY', 'SPY', '2023-09-15', 'C')).toEqual([]);
  });

  test('2 a history is good for the day on which it was read, and replaced whole', () => {
    const { storage } = tempStorage();
    const closes = [
      { date: '2023-09-12', close: 0.41 },
      { date: '2023-09-13', close: 0.44 },
    ];
    storage.history.write('AMD', 'iv', { day: '2023-09-14', closes });
    expect(storage.history.read('AMD', 'iv', '2023-09-14')).toEqual(closes);
    expect(storage.history.read('AMD', 'price', '2023-09-14')).toBeUndefined();
    expect(storage.history.read('AMD', 'iv', '2023-09-15')).toBeUndefined();
    expect(storage.history.latest('AMD', 'iv')).toEqual(closes);
    storage.history.write('AMD', 'iv', { day: '2023-09-15', closes: closes.slice(1) });
    expect(storage.history.read('AMD', 'iv', '2023-09-15')).toEqual(closes.slice(1));
  });
});
