import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** One line of the audit log, as it is hashed. */
export interface AuditLine {
  orderRef: string;
  era: number;
  type: string;
  atMs: number;
  json: string;
}

/** What the first line is chained to. */
export const CHAIN_START = '0'.repeat(64);

/** SHA-256 over the line before and every field of this one. */
export function chainHash(previous: string, { orderRef, era, type, atMs, json }: AuditLine): string {
  const text = JSON.stringify([previous, orderRef, era, type, atMs, json]);
  return createHash('sha256').update(text).digest('hex');
}

export interface AuditReport {
  lines: number;
  /** The hash that stands for the whole log; note it down to notice lines cut off at the end. */
  head: string;
  /** The first thing that is wrong, in plain words; undefined when nothing is. */
  problem: string | undefined;
}

interface EventRow extends AuditLine {
  seq: number;
  hash: string;
}

/** Reads the audit log from the first line and checks every hash, and that the intents are those that were logged. */
export function verifyAudit(db: Database): AuditReport {
  const rows = db
    .prepare<[], EventRow>(
      'SELECT seq, order_ref AS orderRef, era, type, at_ms AS atMs, json, hash FROM order_event ORDER BY seq',
    )
    .iterate();
  const logged = new Map<string, string>();
  let head = CHAIN_START;
  let lines = 0;
  let problem: string | undefined;
  for (const row of rows) {
    lines++;
    if (row.seq !== lines) problem ??= `Line ${lines} of the audit log is missing: line ${row.seq} follows.`;
    head = chainHash(head, row);
    if (row.hash !== head) problem ??= `Line ${row.seq} of the audit log was changed, or one before it was taken out.`;
    if (row.type === 'intent') logged.set(row.orderRef, row.json);
  }
  const intents = db.prepare<[], { orderRef: string; json: string }>(
    'SELECT order_ref AS orderRef, json FROM order_intent',
  );
  for (const { orderRef, json } of intents.iterate()) {
    if (logged.get(orderRef) !== json) problem ??= `Order ${orderRef} differs from the one in the audit log.`;
    logged.delete(orderRef);
  }
  for (const orderRef of logged.keys()) problem ??= `Order ${orderRef} is in the audit log, but not in the journal.`;
  return { lines, head, problem };
}
