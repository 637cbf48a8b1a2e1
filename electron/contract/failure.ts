import { ORPCError } from '@orpc/client';
import type * as z from 'zod';
import { AppErrorSchema } from './errors.ts';

/** The engine's own account of a failed call; undefined when the connection failed rather than the engine. */
export function failureOf(thrown: unknown): z.infer<typeof AppErrorSchema> | undefined {
  if (!(thrown instanceof ORPCError)) return undefined;
  const parsed = AppErrorSchema.safeParse(thrown.data);
  return parsed.success ? parsed.data : { kind: 'bug', code: 'unexpected', message: thrown.message };
}
