import type { Database } from 'better-sqlite3';
import { LegworkError } from '../../scanner/domain/errors.ts';
import { describeFailure } from './database.ts';

/**
 * Remembers that the database has failed to write. Sticky until the next start, since from then on the journal may
 * lack something: no new risk is taken, and cancels still go.
 */
export class WriteGuard {
  readonly db: Database;
  readonly #path: string;
  readonly #log: (level: 'error', text: string) => void;
  #problem: string | undefined;

  constructor(
    opened: { db: Database; problem: string | undefined },
    where: { path: string; log: (level: 'error', text: string) => void },
  ) {
    this.db = opened.db;
    this.#problem = opened.problem;
    this.#path = where.path;
    this.#log = where.log;
  }

  problem(): string | undefined {
    return this.#problem;
  }

  /** Sets the problem for something found wrong while reading. */
  report(problem: string): void {
    if (this.#problem !== undefined) return;
    this.#problem = problem;
    this.#log('error', problem);
  }

  /**
   * Runs a write that must be on disk when this returns.
   * @throws LegworkError data/storage when it is not.
   */
  mustWrite<T>(write: () => T): T {
    if (this.#problem !== undefined) throw storageError(this.#problem);
    try {
      return this.db.transaction(write).immediate();
    } catch (error) {
      throw storageError(this.#failed(error), error);
    }
  }

  /** Runs a write that may fail: the failure shows in `problem`. @returns whether it is on disk. */
  tryWrite(write: () => void): boolean {
    try {
      this.db.transaction(write).immediate();
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #failed(error: unknown): string {
    const problem = describeFailure(error, this.#path);
    this.report(problem);
    return problem;
  }
}

function storageError(message: string, cause?: unknown): LegworkError {
  return new LegworkError({ kind: 'data', code: 'storage', message }, { cause });
}
