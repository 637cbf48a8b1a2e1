import type { ContractCache, DailyClose } from '../../broker/gateway.ts';
import type { IsoDate, OptionContract, Right } from '../../scanner/domain/option.ts';
import type { WriteGuard } from './writeGuard.ts';

/** Contract lists of one New York day; those of earlier days are dropped with the first write of a new one. */
export class SqliteContractCache implements ContractCache {
  readonly #guard: WriteGuard;

  constructor(guard: WriteGuard) {
    this.#guard = guard;
  }

  read(day: IsoDate, symbol: string, root: string, expiry: IsoDate, right: Right): OptionContract[] | undefined {
    const row = this.#guard.db
      .prepare<[string, string, string, string, string], { json: string }>(
        'SELECT json FROM contract_cache WHERE day = ? AND symbol = ? AND root = ? AND expiry = ? AND right = ?',
      )
      .get(day, symbol, root, expiry, right);
    if (row === undefined) return undefined;
    try {
      return JSON.parse(row.json) as OptionContract[];
    } catch {
      // A cache that cannot be read is one that was never filled: the broker is asked again.
      return undefined;
    }
  }

  write(
    ...[day, symbol, root, expiry, right, contracts]: [
      IsoDate,
      string,
      string,
      IsoDate,
      Right,
      readonly OptionContract[],
    ]
  ): void {
    const { db } = this.#guard;
    this.#guard.tryWrite(() => {
      db.prepare('DELETE FROM contract_cache WHERE day < ?').run(day);
      db.prepare('INSERT OR REPLACE INTO contract_cache VALUES (?, ?, ?, ?, ?, ?)').run(
        ...[day, symbol, root, expiry, right, JSON.stringify(contracts)],
      );
    });
  }
}

export type CloseSeries = 'iv' | 'price';

/** A year of daily closes by underlying, read once a day. */
export class CloseHistory {
  readonly #guard: WriteGuard;

  constructor(guard: WriteGuard) {
    this.#guard = guard;
  }

  /** Oldest first; undefined unless the series was read on `day`. */
  read(symbol: string, series: CloseSeries, day: IsoDate): DailyClose[] | undefined {
    const { db } = this.#guard;
    const read = db
      .prepare<[string, string], { day: string }>('SELECT day FROM daily_close_read WHERE symbol = ? AND series = ?')
      .get(symbol, series);
    return read?.day === day ? this.latest(symbol, series) : undefined;
  }

  /** Whatever is stored, of any age; oldest first. */
  latest(symbol: string, series: CloseSeries): DailyClose[] {
    return this.#guard.db
      .prepare<[string, string], DailyClose>(
        'SELECT date, close FROM daily_close WHERE symbol = ? AND series = ? ORDER BY date',
      )
      .all(symbol, series);
  }

  /** Replaces the series by what was read on `day`. */
  write(symbol: string, series: CloseSeries, read: { day: IsoDate; closes: readonly DailyClose[] }): void {
    const { db } = this.#guard;
    this.#guard.tryWrite(() => {
      db.prepare('DELETE FROM daily_close WHERE symbol = ? AND series = ?').run(symbol, series);
      const insert = db.prepare('INSERT OR REPLACE INTO daily_close VALUES (?, ?, ?, ?)');
      for (const { date, close } of read.closes) insert.run(symbol, series, date, close);
      db.prepare('INSERT OR REPLACE INTO daily_close_read VALUES (?, ?, ?)').run(symbol, series, read.day);
    });
  }
}
