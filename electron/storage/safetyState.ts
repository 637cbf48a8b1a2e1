import type { Halt, SafetyState, SafetyStore } from '../../broker/orders/journal.ts';
import type { WriteGuard } from './writeGuard.ts';

/** Halt, orders switch and live unlocks on disk. What cannot be read is taken for the safer of its values. */
export class SqliteSafety implements SafetyStore {
  readonly #guard: WriteGuard;

  constructor(guard: WriteGuard) {
    this.#guard = guard;
  }

  read(): SafetyState {
    const accounts = this.#guard.db
      .prepare<[], { account: string }>('SELECT account FROM unlocked_account ORDER BY unlocked_at_ms, account')
      .all();
    return {
      halted: this.#readHalt(),
      ordersEnabled: this.#json('ordersEnabled') === 'true',
      unlockedAccounts: accounts.map(({ account }) => account),
    };
  }

  writeHalt(halt: Halt | undefined): void {
    if (halt === undefined) {
      this.#guard.mustWrite(() => void this.#guard.db.prepare(`DELETE FROM setting WHERE key = 'halt'`).run());
      return;
    }
    this.#put('halt', JSON.stringify(halt), halt.atMs);
  }

  writeOrdersEnabled(enabled: boolean): void {
    this.#put('ordersEnabled', JSON.stringify(enabled), 0);
  }

  writeUnlocked(account: string, unlocked: boolean, atMs: number): void {
    const { db } = this.#guard;
    this.#guard.mustWrite(() => {
      if (unlocked) db.prepare('INSERT OR IGNORE INTO unlocked_account VALUES (?, ?)').run(account, atMs);
      else db.prepare('DELETE FROM unlocked_account WHERE account = ?').run(account);
    });
  }

  #readHalt(): Halt | undefined {
    const json = this.#json('halt');
    if (json === undefined) return undefined;
    try {
      const found = JSON.parse(json) as Partial<Halt> | null;
      const { atMs = 0, by = 'someone', reason = 'no reason was stored' } = found ?? {};
      return { atMs, by, reason };
    } catch {
      return { atMs: 0, by: 'Legwork', reason: 'the stored halt is damaged, so it is taken to be in force' };
    }
  }

  #json(key: string): string | undefined {
    return this.#guard.db.prepare<[string], { json: string }>('SELECT json FROM setting WHERE key = ?').get(key)?.json;
  }

  #put(key: string, json: string, atMs: number): void {
    this.#guard.mustWrite(
      () =>
        void this.#guard.db
          .prepare(
            `INSERT INTO setting (key, json, updated_at_ms) VALUES (?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET json = excluded.json, updated_at_ms = excluded.updated_at_ms`,
          )
          .run(key, json, atMs),
    );
  }
}
