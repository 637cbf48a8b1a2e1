import { LegworkError } from '../../scanner/domain/errors.ts';

/** A failure of one order, with its reference where there is one. */
export function orderError(
  code: 'blocked' | 'not-sent' | 'not-found' | 'unknown-outcome',
  message: string,
  orderRef?: string,
): LegworkError {
  return new LegworkError({ kind: 'order', code, message, ...(orderRef === undefined ? {} : { orderRef }) });
}
