import { ORPCError } from '@orpc/client';
import type * as z from 'zod';
import { AppErrorSchema } from '../../electron/contract/errors.ts';

export type Failure = z.infer<typeof AppErrorSchema>;

/** The engine's own account of a failed call; undefined when the connection failed rather than the engine. */
export function failureOf(thrown: unknown): Failure | undefined {
  if (!(thrown instanceof ORPCError)) return undefined;
  const parsed = AppErrorSchema.safeParse(thrown.data);
  return parsed.success ? parsed.data : { kind: 'bug', code: 'unexpected', message: thrown.message };
}

/** What to tell a person about whatever was thrown. */
export function failureText(thrown: unknown): string {
  const lost = 'The link to Legwork was lost and is being rebuilt. Look at the state before you repeat this.';
  return failureOf(thrown)?.message ?? lost;
}
