import * as z from 'zod';

const message = z.string();

/** AppError as it crosses the contract; the same union as scanner/domain/errors. */
export const AppErrorSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('connection'),
    code: z.enum(['refused', 'lost', 'client-id-in-use', 'timeout', 'not-ready']),
    message,
  }),
  z.object({
    kind: z.literal('pacing'),
    code: z.enum(['rate', 'line-limit', 'historical']),
    message,
    retryAfterMs: z.number(),
  }),
  z.object({
    kind: z.literal('data'),
    code: z.enum(['not-subscribed', 'stale', 'no-contract', 'timeout', 'refused', 'storage']),
    message,
    twsCode: z.number().optional(),
  }),
  z.object({
    kind: z.literal('order'),
    code: z.enum(['rejected', 'unknown-outcome', 'blocked', 'preview-expired', 'not-found', 'not-sent']),
    message,
    twsCode: z.number().optional(),
    orderRef: z.string().optional(),
  }),
  z.object({
    kind: z.literal('input'),
    code: z.enum(['invalid', 'not-found', 'conflict']),
    message,
    field: z.string(),
  }),
  z.object({ kind: z.literal('bug'), code: z.literal('unexpected'), message, stack: z.string().optional() }),
]);

/** Errors that every procedure may answer with; `data` is the AppError. */
export const contractErrors = {
  LEGWORK: { status: 409, message: 'Legwork could not do this', data: AppErrorSchema },
} as const;
