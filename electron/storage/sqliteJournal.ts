import type { Statement } from 'better-sqlite3';
import type { Execution, OrderWireEvent } from '../../broker/gateway.ts';
import type {
  JournalledOrder,
  OrderEvent,
  OrderIntent,
  OrderJournal,
  StampedEvent,
} from '../../broker/orders/journal.ts';
import type { OrderPhase } from '../../broker/orders/phase.ts';
import { toMicros } from '../../scanner/domain/money.ts';
import type { IsoDate } from '../../scanner/domain/option.ts';
import { CHAIN_START, chainHash, verifyAudit } from './auditChain.ts';
import type { AuditLine, AuditReport } from './auditChain.ts';
import type { WriteGuard } from './writeGuard.ts';

/** High water of ids that were seen or used without a client id to go with them. */
const ANY_CLIENT = -1;

interface IntentRow {
  orderRef: string;
  json: string;
}

interface EventRow {
  era: number;
  json: string;
}

/** The order journal in SQLite: intents, an append-only event log that is a hash chain, fills and commissions. */
export class SqliteJournal implements OrderJournal {
  readonly #guard: WriteGuard;
  readonly #insertIntent: Statement<[Record<string, string | number>]>;
  readonly #insertEvent: Statement<[AuditLine & { hash: string }]>;
  readonly #raise: Statement<[{ clientId: number; orderId: number }]>;
  #head: string;
  /** Kept in memory, so that an order id is known whatever the disk does. */
  #highest: number;

  constructor(guard: WriteGuard) {
    this.#guard = guard;
    const { db } = guard;
    this.#insertIntent = db.prepare(
      `INSERT INTO order_intent (order_ref, order_id, account, symbol, payload_hash, json, max_loss_micros, era,
         created_at_ms, phase, phase_at_ms)
       VALUES (@orderRef, @orderId, @account, @symbol, @payloadHash, @json, @maxLossMicros, @era,
         @createdAtMs, 'draft', @createdAtMs)`,
    );
    this.#insertEvent = db.prepare(
      `INSERT INTO order_event (order_ref, era, type, at_ms, json, hash)
       VALUES (@orderRef, @era, @type, @atMs, @json, @hash)`,
    );
    this.#raise = db.prepare(
      `INSERT INTO order_id_high_water (client_id, order_id) VALUES (@clientId, @orderId)
       ON CONFLICT (client_id) DO UPDATE SET order_id = max(order_id, excluded.order_id)`,
    );
    this.#head = this.#readHead();
    this.#highest = this.#readNumber('SELECT coalesce(max(order_id), 0) FROM order_id_high_water');
  }

  problem(): string | undefined {
    return this.#guard.problem();
  }

  commitIntent(intent: OrderIntent): void {
    const json = JSON.stringify(intent);
    const { orderRef, orderId, payloadHash, maxLossMicros, era, createdAtMs, order } = intent;
    const head = this.#guard.mustWrite(() => {
      const { account, symbol } = order;
      const row = { orderRef, orderId, account, symbol, payloadHash, json, maxLossMicros, era, createdAtMs };
      this.#insertIntent.run(row);
      this.#raise.run({ clientId: ANY_CLIENT, orderId });
      return this.#log({ orderRef, era, type: 'intent', atMs: createdAtMs, json });
    });
    this.#head = head;
    this.#highest = Math.max(this.#highest, orderId);
  }

  append(orderRef: string, { era, event }: StampedEvent): void {
    const before = this.#head;
    const written = this.#guard.tryWrite(() => {
      if (event.type === 'execution') this.#recordExecution(orderRef, event.execution);
      if (event.type === 'commission') this.#recordCommission(event);
      const line = { orderRef, era, type: event.type, atMs: atMsOf(event), json: JSON.stringify(event) };
      this.#head = this.#log(line);
    });
    // A rolled-back line must not stay in the chain that later lines build on.
    if (!written) this.#head = before;
  }

  recordPhase(orderRef: string, phase: OrderPhase, atMs: number): void {
    this.#guard.tryWrite(() => {
      this.#guard.db
        .prepare('UPDATE order_intent SET phase = ?, phase_at_ms = ? WHERE order_ref = ?')
        .run(phase, atMs, orderRef);
    });
  }

  load(sinceMs: number): JournalledOrder[] {
    const intents = this.#guard.db.prepare<[number], IntentRow>(
      `SELECT order_ref AS orderRef, json FROM order_intent
       WHERE created_at_ms >= ? OR phase NOT IN ('filled', 'cancelled', 'rejected', 'not-sent')
       ORDER BY created_at_ms, rowid`,
    );
    return this.#withEvents(intents.all(sinceMs));
  }

  /** What is over and traded contracts that have not expired before `day`, whatever its age. Oldest first. */
  loadUnexpired(day: IsoDate): JournalledOrder[] {
    const intents = this.#guard.db.prepare<[string], IntentRow>(
      `SELECT order_ref AS orderRef, json FROM order_intent
       WHERE phase IN ('filled', 'cancelled')
         AND CASE WHEN json_valid(json) THEN json_extract(json, '$.order.legs[0].contract.expiry') >= ? END
       ORDER BY created_at_ms, rowid`,
    );
    return this.#withEvents(intents.all(day));
  }

  #withEvents(intents: readonly IntentRow[]): JournalledOrder[] {
    const events = this.#guard.db.prepare<[string], EventRow>(
      `SELECT era, json FROM order_event WHERE order_ref = ? AND type <> 'intent' ORDER BY seq`,
    );
    return intents.flatMap(({ orderRef, json }) => {
      const intent = this.#parse(orderRef, json) as OrderIntent | undefined;
      if (intent === undefined) return [];
      const known = events.all(orderRef).flatMap((row) => {
        const event = this.#parse(orderRef, row.json) as OrderEvent | undefined;
        return event === undefined ? [] : [{ era: row.era, event }];
      });
      return [{ intent, events: known }];
    });
  }

  /** Written by this class alone, so that a cast is enough; a line that is no JSON any more stops new risk. */
  #parse(orderRef: string, json: string): unknown {
    try {
      return JSON.parse(json) as unknown;
    } catch {
      this.#guard.report(
        `The order journal holds a line of ${orderRef} that cannot be read. No new order leaves; orders at IB can ` +
          'still be cancelled. Compare the orders with TWS, then put back a backup or move the database away.',
      );
      return undefined;
    }
  }

  orderIdHighWater(): number {
    return this.#highest;
  }

  raiseOrderIdHighWater(orderId: number): void {
    if (orderId <= this.#highest) return;
    this.#highest = orderId;
    this.#guard.tryWrite(() => void this.#raise.run({ clientId: ANY_CLIENT, orderId }));
  }

  /** Highest id that this client id has used; 0 when none. */
  highWater(clientId: number): number {
    const row = this.#guard.db
      .prepare<[number], { id: number }>('SELECT order_id AS id FROM order_id_high_water WHERE client_id = ?')
      .get(clientId);
    return row?.id ?? 0;
  }

  /** @throws LegworkError data/storage: an id that is not on disk may be used twice. */
  raise(clientId: number, orderId: number): void {
    this.#guard.mustWrite(() => void this.#raise.run({ clientId, orderId }));
    this.#highest = Math.max(this.#highest, orderId);
  }

  lastEra(): number {
    return this.#readNumber(
      'SELECT max((SELECT coalesce(max(era), 0) FROM order_event), (SELECT coalesce(max(era), 0) FROM order_intent))',
    );
  }

  /** Checks the hash chain from its first line. */
  verify(): AuditReport {
    return verifyAudit(this.#guard.db);
  }

  /** @returns the new head of the chain, to be kept once the transaction has committed. */
  #log(line: AuditLine): string {
    const hash = chainHash(this.#head, line);
    this.#insertEvent.run({ ...line, hash });
    return hash;
  }

  #readHead(): string {
    const row = this.#guard.db
      .prepare<[], { hash: string }>('SELECT hash FROM order_event ORDER BY seq DESC LIMIT 1')
      .get();
    return row?.hash ?? CHAIN_START;
  }

  #readNumber(sql: string): number {
    return Number(this.#guard.db.prepare(sql).pluck().get());
  }

  #recordExecution(orderRef: string, execution: Execution): void {
    this.#guard.db
      .prepare(
        `INSERT INTO execution (exec_id, order_ref, account, perm_id, con_id, is_summary, side, quantity, price_micros, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (exec_id) DO NOTHING`,
      )
      .run(
        ...[execution.execId, orderRef, execution.account, execution.permId, execution.conId],
        ...[execution.isComboSummary ? 1 : 0, execution.side, execution.quantity],
        ...[toMicros(execution.price), execution.atMs],
      );
  }

  #recordCommission(report: Extract<OrderWireEvent, { type: 'commission' }>): void {
    const { execId, commission, realisedPnl, atMs } = report;
    this.#guard.db
      .prepare(
        `INSERT INTO commission (exec_id, commission_micros, realised_pnl_micros, at_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (exec_id) DO UPDATE SET commission_micros = excluded.commission_micros,
           realised_pnl_micros = coalesce(excluded.realised_pnl_micros, realised_pnl_micros)`,
      )
      .run(execId, toMicros(commission), realisedPnl === undefined ? null : toMicros(realisedPnl), atMs);
  }
}

function atMsOf(event: OrderEvent): number {
  return event.type === 'execution' ? event.execution.atMs : event.atMs;
}
