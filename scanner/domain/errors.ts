/**
 * Every failure a person or program can meet, as data. A message says what happened, what was
 * expected, what was found, and what to do next.
 */
export type AppError =
  | { kind: 'connection'; code: 'refused' | 'lost' | 'client-id-in-use' | 'timeout' | 'not-ready'; message: string }
  | { kind: 'pacing'; code: 'rate' | 'line-limit' | 'historical'; message: string; retryAfterMs: number }
  | {
      kind: 'data';
      code: 'not-subscribed' | 'stale' | 'no-contract' | 'timeout' | 'refused' | 'storage';
      message: string;
      twsCode?: number;
    }
  | {
      kind: 'order';
      code: 'rejected' | 'unknown-outcome' | 'blocked' | 'preview-expired' | 'not-found' | 'not-sent';
      message: string;
      twsCode?: number;
      orderRef?: string;
    }
  | { kind: 'input'; code: 'invalid' | 'not-found' | 'conflict'; message: string; field: string }
  | { kind: 'bug'; code: 'unexpected'; message: string; stack?: string };

/** An AppError in flight. Thrown below the contract, turned into data at its edge. */
export class LegworkError extends Error {
  readonly error: AppError;

  constructor(error: AppError, options?: ErrorOptions) {
    super(error.message, options);
    this.name = 'LegworkError';
    this.error = error;
  }
}

/** Bad input from a person, a file or a program; `field` names where it was found. */
export function inputError(field: string, message: string): LegworkError {
  return new LegworkError({ kind: 'input', code: 'invalid', field, message });
}

/** Whatever was thrown, as an AppError. Anything that is not ours is a `bug` and keeps its stack. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof LegworkError) return thrown.error;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { kind: 'bug', code: 'unexpected', message: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
