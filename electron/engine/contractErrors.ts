import { ORPCError } from '@orpc/server';
import { ValidationError } from '@orpc/contract';
import { LegworkError, toAppError, type AppError } from '../../scanner/domain/errors.ts';
import type { EngineLog } from './log.ts';

/**
 * Whatever was thrown, as the contract's one error. An unexpected exception is logged with its stack and crosses
 * without it: a stack helps an engineer and tells a stranger too much.
 */
export function toContractError(thrown: unknown, log: EngineLog): unknown {
  if (thrown instanceof ORPCError && thrown.code !== 'BAD_REQUEST') return thrown;
  const invalid = invalidInput(thrown);
  if (invalid !== undefined) return contractError(invalid);
  if (thrown instanceof LegworkError) return contractError(thrown.error);
  const bug = toAppError(thrown);
  log.error('unexpected error', { error: bug });
  return contractError({
    kind: 'bug',
    code: 'unexpected',
    message: `Something went wrong inside Legwork: ${bug.message}. Nothing was sent. The log has the details.`,
  });
}

function contractError(error: AppError): ORPCError<'LEGWORK', AppError> {
  return new ORPCError('LEGWORK', { defined: true, status: 409, message: error.message, data: error });
}

/** The first problem of an input that the contract's schema refused. */
function invalidInput(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof ORPCError) || !(thrown.cause instanceof ValidationError)) return undefined;
  const issue = thrown.cause.issues[0];
  const path = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const keys: unknown = issue !== undefined && 'keys' in issue ? issue.keys : undefined;
  if (Array.isArray(keys) && typeof keys[0] === 'string') path.push(keys[0]);
  const field = path.join('.') || 'input';
  return { kind: 'input', code: 'invalid', field, message: `"${field}": ${issue?.message ?? 'not valid'}` };
}
