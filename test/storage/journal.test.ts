import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyAudit } from '../../electron/storage/auditChain.ts';
import type { OrderEvent } from '../../broker/orders/journal.ts';
import type { OrderPhase } from '../../broker/orders/phase.ts';
import {
  bullPutIntent,
  bullPutOrder,
  commission,
  legFill,
  openOrder,
  status,
  summaryFill,
} from '../broker/orders/orderFixtures.ts';
import { tempStorage } from './openTemp.ts';

const STORY: OrderEvent[] = [
  { type: 'written', orderRef: 'LW-1', orderId: 7, epoch: 1, atMs: 1500 },
  openOrder('Submitted'),
  status('Submitted'),
  summaryFill('a.01.01', 5),
  legFill('a.02.01', 1001, 5, 2.5),
  commission('a.02.01', 3.25, 12.5),
  status('Filled', { filled: 5, remaining: 0, averagePrice: -1.29 }),
];

describe('the order journal', () => {
  test('1 gives back after a restart what was committed, in order', () => {
    const { storage, reopen } = tempStorage();
    const intent = bullPutIntent({ verdict: [{ id: 'link', verdict: 'pass', text: 'Connected.' }] });
    storage.journal.commitIntent(intent);
    for (const event of STORY) storage.journal.append('LW-1', { era: 1, event });
    expect(reopen().journal.load(0)).toEqual([{ intent, events: STORY.map((event) => ({ era: 1, event })) }]);
  });

  test('gives back what traded contracts that live on, however old it is, and nothing else', () => {
    const { storage, reopen } = tempStorage();
    const put = (
      orderRef: string,
      changes: Partial<Parameters<typeof bullPutIntent>[0]> & object,
      phase: OrderPhase,
    ) => {
      const order = { ...bullPutOrder({ orderRef }), ...changes.order };
      storage.journal.commitIntent(bullPutIntent({ orderRef, ...changes, order }));
      storage.journal.recordPhase(orderRef, phase, 2000);
    };
    const legs = bullPutOrder().legs.map((leg) => ({ ...leg, contract: { ...leg.contract, expiry: '2023-10-20' } }));
    put('LW-1', {}, 'filled');
    put('LW-2', { order: bullPutOrder({ orderRef: 'LW-2', legs }) }, 'filled');
    put('LW-3', { order: bullPutOrder({ orderRef: 'LW-3', legs }), createdAtMs: 500 }, 'cancelled');
    put('LW-4', { order: bullPutOrder({ orderRef: 'LW-4', legs }), effect: 'close' }, 'filled');
    put('LW-5', { order: bullPutOrder({ orderRef: 'LW-5', legs }) }, 'rejected');
    storage.journal.append('LW-2', { era: 1, event: summaryFill('a.01.01', 5) });
    const { journal } = reopen();
    expect(journal.loadUnexpired('2023-09-16').map(({ intent, events }) => [intent.orderRef, events.length])).toEqual([
      ['LW-3', 0],
      ['LW-2', 1],
      ['LW-4', 0],
    ]);
    // The day of expiry itself is not over.
    expect(journal.loadUnexpired('2023-09-15').map(({ intent }) => intent.orderRef)).toEqual([
      'LW-3',
      'LW-1',
      'LW-2',
      'LW-4',
    ]);
  });

  test('2 an intent is there once: the same reference twice is refused', () => {
    const { storage } = tempStorage();
    storage.journal.commitIntent(bullPutIntent());
    expect(() => storage.journal.commitIntent(bullPutIntent())).toThrow(/UNIQUE/);
  });

  test('3 loads what is open whatever its age, and what is over only when it is recent', () => {
    const { storage } = tempStorage();
    const put = (orderRef: string, createdAtMs: number) =>
      storage.journal.commitIntent(bullPutIntent({ orderRef, order: bullPutOrder({ orderRef }), createdAtMs }));
    put('LW-old-open', 10);
    put('LW-old-done', 20);
    put('LW-new-done', 90);
    storage.journal.recordPhase('LW-old-open', 'working', 11);
    storage.journal.recordPhase('LW-old-done', 'filled', 21);
    storage.journal.recordPhase('LW-new-done', 'cancelled', 91);
    const refs = storage.journal.load(50).map(({ intent }) => intent.orderRef);
    expect(refs).toEqual(['LW-old-open', 'LW-new-done']);
  });

  test('4 money is integer micro-dollars', () => {
    const { storage, path } = tempStorage();
    storage.journal.commitIntent(bullPutIntent());
    for (const event of STORY) storage.journal.append('LW-1', { era: 1, event });
    storage.close();
    const db = new Sqlite(path, { readonly: true });
    expect(db.prepare('SELECT price_micros, typeof(price_micros) AS t FROM execution ORDER BY exec_id').all()).toEqual([
      { price_micros: -1_290_000, t: 'integer' },
      { price_micros: 2_500_000, t: 'integer' },
    ]);
    expect(db.prepare('SELECT commission_micros, realised_pnl_micros FROM commission').all()).toEqual([
      { commission_micros: 3_250_000, realised_pnl_micros: 12_500_000 },
    ]);
    db.close();
  });

  test('5 a fill that comes twice is one row', () => {
    const { storage, path } = tempStorage();
    storage.journal.commitIntent(bullPutIntent());
    storage.journal.append('LW-1', { era: 1, event: summaryFill('a.01.01', 5) });
    storage.journal.append('LW-1', { era: 2, event: summaryFill('a.01.01', 5) });
    storage.close();
    const db = new Sqlite(path, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM execution').pluck().get()).toBe(1);
    db.close();
  });
});

test('a line that cannot be read stops new risk, and the rest is read', () => {
  const { storage, path, reopen } = tempStorage();
  storage.journal.commitIntent(bullPutIntent());
  for (const event of STORY) storage.journal.append('LW-1', { era: 1, event });
  storage.close();
  const db = new Sqlite(path);
  db.exec(`DROP TRIGGER order_event_is_append_only_update; UPDATE order_event SET json = '{' WHERE type = 'written'`);
  db.close();
  const again = reopen();
  expect(again.journal.load(0)[0]?.events).toHaveLength(STORY.length - 1);
  expect(again.problem()).toMatch(/a line of LW-1 that cannot be read/);
  expect(() => again.journal.commitIntent(bullPutIntent({ orderRef: 'LW-9' }))).toThrow(/cannot be read/);
});

describe('invariant 6 and Lean IB #242: order ids never roll back', () => {
  test('the high water outlives a restart and never falls, whatever comes in whatever order', () => {
    const { storage, reopen } = tempStorage();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 }), (ids) => {
        const before = storage.journal.orderIdHighWater();
        for (const id of ids) storage.journal.raiseOrderIdHighWater(id);
        expect(storage.journal.orderIdHighWater()).toBe(Math.max(before, ...ids));
      }),
      { numRuns: 20 },
    );
    const highest = storage.journal.orderIdHighWater();
    expect(reopen().journal.orderIdHighWater()).toBe(highest);
  });

  test('by client id for the connection, over all for the desk; an intent raises it in its own transaction', () => {
    const { storage } = tempStorage();
    storage.journal.raise(3, 50);
    storage.journal.raise(3, 40);
    storage.journal.raise(4, 10);
    expect([storage.journal.highWater(3), storage.journal.highWater(4), storage.journal.highWater(5)]).toEqual([
      50, 10, 0,
    ]);
    storage.journal.commitIntent(bullPutIntent({ orderId: 77 }));
    expect(storage.journal.orderIdHighWater()).toBe(77);
    expect(() => storage.journal.commitIntent(bullPutIntent({ orderId: 99 }))).toThrow();
    expect(storage.journal.orderIdHighWater()).toBe(77);
  });

  test('the era is the highest ever stamped, on an intent or an event', () => {
    const { storage, reopen } = tempStorage();
    expect(storage.journal.lastEra()).toBe(0);
    storage.journal.commitIntent(bullPutIntent({ era: 3 }));
    expect(storage.journal.lastEra()).toBe(3);
    storage.journal.append('LW-1', { era: 5, event: openOrder('Submitted') });
    expect(reopen().journal.lastEra()).toBe(5);
  });
});

describe('invariant 16: the audit log is a hash chain', () => {
  /** A journal with two orders, closed, to be tampered with. */
  function writtenJournal(): string {
    const { storage, path } = tempStorage();
    storage.journal.commitIntent(bullPutIntent());
    for (const event of STORY) storage.journal.append('LW-1', { era: 1, event });
    storage.journal.commitIntent(bullPutIntent({ orderRef: 'LW-2', order: bullPutOrder({ orderRef: 'LW-2' }) }));
    expect(storage.journal.verify()).toMatchObject({ lines: STORY.length + 2, problem: undefined });
    storage.close();
    return path;
  }

  test('it cannot be changed or shortened through SQL', () => {
    const db = new Sqlite(writtenJournal());
    expect(() => db.exec('UPDATE order_event SET json = json')).toThrow('append-only');
    expect(() => db.exec('DELETE FROM order_event')).toThrow('append-only');
    db.close();
  });

  test.each([
    [
      'a changed line',
      `UPDATE order_event SET json = replace(json, '1.29', '1.28') WHERE type = 'execution'`,
      /changed/,
    ],
    ['a changed type', `UPDATE order_event SET type = 'status' WHERE seq = 2`, /Line 2 .*changed/],
    ['a changed era', `UPDATE order_event SET era = 9 WHERE seq = 3`, /Line 3 .*changed/],
    ['a line taken out', `DELETE FROM order_event WHERE seq = 4`, /Line 4 .*missing/],
    [
      'a line taken out and the rest renumbered',
      `DELETE FROM order_event WHERE seq = 4; UPDATE order_event SET seq = seq - 1 WHERE seq > 4`,
      /changed|taken out/,
    ],
    [
      'a changed intent',
      `UPDATE order_intent SET json = replace(json, '"quantity":5', '"quantity":6') WHERE order_ref = 'LW-1'`,
      /LW-1 differs/,
    ],
    ['an intent taken out', `DELETE FROM order_intent WHERE order_ref = 'LW-2'`, /LW-2 is in the audit log/],
    [
      'an intent without a log line',
      `INSERT INTO order_intent SELECT 'LW-3', order_id, account, symbol, payload_hash, json,
       max_loss_micros, era, created_at_ms, phase, phase_at_ms FROM order_intent LIMIT 1`,
      /LW-3 differs/,
    ],
  ])('%s shows', (_, sql, problem) => {
    const db = new Sqlite(writtenJournal());
    db.pragma('foreign_keys = OFF');
    db.exec('DROP TRIGGER order_event_is_append_only_update; DROP TRIGGER order_event_is_append_only_delete');
    db.exec(sql);
    expect(verifyAudit(db).problem).toMatch(problem);
    db.close();
  });

  test('lines cut off at the end show in the head', () => {
    const path = writtenJournal();
    const db = new Sqlite(path);
    const { head } = verifyAudit(db);
    db.exec('DROP TRIGGER order_event_is_append_only_delete; DELETE FROM order_event WHERE seq = 8');
    expect(verifyAudit(db).head).not.toBe(head);
    db.close();
  });
});
