import * as z from 'zod';

/** Chosen by the consumer, unique per open stream: how it acknowledges. */
export const StreamId = z.string().min(8).max(64);

/**
 * One message of a keyed stream. The producer merges by key while it waits for credit, so a message holds the newest
 * state of every key that changed since the last one, and a stalled consumer costs no memory.
 */
export function streamMessage<Row extends z.ZodType, Head extends z.ZodType>(row: Row, head: Head) {
  return z.object({
    seq: z.number().int(),
    /** Rises when the question changes (profile, account, reconnect); rows of an older generation are void. */
    generation: z.number().int(),
    /** True: forget every row held, these are all. */
    reset: z.boolean(),
    upserts: z.array(row),
    removes: z.array(z.string()),
    /** Present when it changed. */
    head: head.optional(),
  });
}

export interface StreamMessage<Row, Head> {
  seq: number;
  generation: number;
  reset: boolean;
  upserts: Row[];
  removes: string[];
  head?: Head | undefined;
}
