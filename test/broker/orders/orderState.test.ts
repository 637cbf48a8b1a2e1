import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderEvent, StampedEvent } from '../../../broker/orders/journal.ts';
import { orderOutcome } from '../../../broker/orders/orderOutcome.ts';
import { newOrderState, reduceOrder } from '../../../broker/orders/orderState.ts';
import { orderOfTicket } from '../../../broker/orders/ticket.ts';
import {
  LONG_CALL,
  LONG_PUT,
  SHORT_CALL,
  SHORT_PUT,
  bullPutIntent,
  commission,
  legFill,
  notice,
  openOrder,
  stamped,
  status,
  summaryFill,
} from './orderFixtures.ts';
import { condorTicket } from './ticketFixtures.ts';

const WRITTEN: OrderEvent = { type: 'written', orderRef: 'LW-1', orderId: 7, epoch: 1, atMs: 1500 };
const LOST: OrderEvent = { type: 'linkLost', epoch: 1, atMs: 4000 };
const RECONCILED: OrderEvent = { type: 'reconciled', epoch: 2, atMs: 6000 };

function fold(...events: StampedEvent[]) {
  return events.reduce(reduceOrder, newOrderState(bullPutIntent()));
}

/** Outcome of events of the first connection. */
function after(...events: OrderEvent[]) {
  return orderOutcome(fold(...events.map((event) => stamped(1, event))));
}

describe('a life without trouble', () => {
  test('1 a committed intent is a draft', () => expect(after().phase).toBe('draft'));

  test('2 a write is sent, only TWS acknowledges', () => {
    expect(after(WRITTEN).phase).toBe('sent');
    expect(after(WRITTEN, openOrder('PreSubmitted')).phase).toBe('working');
  });

  test('3 partial, then filled, with the average of the fills', () => {
    const partly = after(WRITTEN, openOrder('Submitted'), summaryFill('a.01.01', 2));
    expect(partly).toMatchObject({ phase: 'partial', filled: 2, averagePrice: -1.29 });
    const done = after(WRITTEN, summaryFill('a.01.01', 2), summaryFill('b.01.01', 3, { price: -1.34 }));
    expect(done).toMatchObject({ phase: 'filled', filled: 5 });
    expect(done.averagePrice).toBeCloseTo((2 * -1.29 + 3 * -1.34) / 5, 12);
  });

  test('4 cancelling, then cancelled with what was filled before', () => {
    const asked: OrderEvent = { type: 'cancelRequested', by: 'you', atMs: 2600 };
    expect(after(WRITTEN, openOrder('Submitted'), asked).phase).toBe('cancelling');
    expect(after(WRITTEN, openOrder('Submitted'), asked, summaryFill('a.01.01', 1), status('Cancelled'))).toMatchObject(
      {
        phase: 'cancelled',
        filled: 1,
      },
    );
  });

  test('5 a frame that certainly never left is not sent', () => {
    const notWritten: OrderEvent = {
      ...{ type: 'notWritten', orderRef: 'LW-1', orderId: 7, epoch: 1 },
      ...{ reason: 'link lost', atMs: 1500 },
    };
    expect(after(notWritten).phase).toBe('not-sent');
    expect(after(notWritten, LOST).phase).toBe('not-sent');
  });
});

describe('notices', () => {
  test.each([
    [201, 'rejected'],
    [202, 'cancelled'],
    [110, 'rejected'],
    [103, 'rejected'],
    [399, 'sent'],
    [404, 'sent'],
    [10349, 'sent'],
    [161, 'sent'],
    [2109, 'sent'],
    [99999, 'sent'],
  ])('TWS %i on a new order: %s', (code, phase) => expect(after(WRITTEN, notice(code)).phase).toBe(phase));

  test.each([
    [201, 'rejected'],
    [202, 'cancelled'],
    [110, 'working'],
    [103, 'working'],
    [399, 'working'],
    [10349, 'working'],
    [10147, 'unknown'],
    [135, 'unknown'],
    [99999, 'working'],
  ])('TWS %i on a live order: %s', (code, phase) =>
    expect(after(WRITTEN, openOrder('Submitted'), notice(code)).phase).toBe(phase),
  );

  test('pysystemtrade #1580: 10349 is not a cancel, however often and whenever it comes', () => {
    const preset = notice(10349, 'Order TIF was set to DAY based on order preset.');
    expect(after(preset, WRITTEN, preset, openOrder('PreSubmitted'), preset, status('Submitted')).phase).toBe(
      'working',
    );
  });

  test('10148 carries the state: cancelled is an end, anything else is a cancel that did not go', () => {
    const say = (state: string) =>
      notice(10148, `OrderId 7 that needs to be cancelled cannot be cancelled, state: ${state}.`);
    expect(after(WRITTEN, openOrder('Submitted'), say('Cancelled')).phase).toBe('cancelled');
    expect(after(WRITTEN, openOrder('Submitted'), say('Filled')).phase).toBe('working');
    expect(after(WRITTEN, openOrder('Submitted'), say('Filled'), summaryFill('a.01.01', 5)).phase).toBe('filled');
  });

  test('201 beside Cancelled or Inactive is a rejection', () => {
    expect(after(WRITTEN, status('Inactive'), notice(201)).phase).toBe('rejected');
    expect(after(WRITTEN, notice(201), status('Cancelled')).phase).toBe('rejected');
    expect(after(WRITTEN, status('Inactive')).phase).toBe('working');
  });
});

describe('fills (invariant 8)', () => {
  test('are counted once by execId, and a correction replaces what it corrects', () => {
    expect(after(summaryFill('a.01.01', 2), summaryFill('a.01.01', 2)).filled).toBe(2);
    expect(after(summaryFill('a.01.01', 2), summaryFill('a.01.02', 1)).filled).toBe(1);
    expect(after(summaryFill('a.01.02', 1), summaryFill('a.01.01', 2)).filled).toBe(1);
  });

  test('are taken after a cancel: a cancel that lost the race is a fill', () => {
    expect(after(WRITTEN, status('Cancelled'), summaryFill('a.01.01', 5))).toMatchObject({
      phase: 'filled',
      filled: 5,
    });
    expect(after(WRITTEN, status('Cancelled'), summaryFill('a.01.01', 2))).toMatchObject({
      phase: 'cancelled',
      filled: 2,
    });
  });

  test('nautilus #3949: execDetails of a combo before its openOrder', () => {
    expect(after(summaryFill('a.01.01', 5), WRITTEN, openOrder('Submitted')).phase).toBe('filled');
  });

  test('of the legs alone make whole combos and their net price', () => {
    const outcome = after(WRITTEN, legFill('a.02.01', SHORT_PUT, 5, 2.5), legFill('a.03.01', LONG_PUT, 5, 1.2));
    expect(outcome.phase).toBe('filled');
    expect(outcome.averagePrice).toBeCloseTo(1.2 - 2.5, 12);
  });

  test('of the four legs of a condor, in any order, make whole combos and their net price', () => {
    const order = orderOfTicket(condorTicket(), 'LW-1');
    const [shortPut, longPut, shortCall, longCall] = [
      legFill('a.02.01', SHORT_PUT, 2, 2),
      legFill('a.03.01', LONG_PUT, 2, 0.8),
      summaryFill('a.04.01', 2, { conId: SHORT_CALL, isComboSummary: false, side: 'SLD', price: 1.65 }),
      summaryFill('a.05.01', 2, { conId: LONG_CALL, isComboSummary: false, side: 'BOT', price: 0.5 }),
    ];
    const of = (...fills: OrderEvent[]) =>
      orderOutcome(
        fills.map((event) => stamped(1, event)).reduce(reduceOrder, newOrderState(bullPutIntent({ order }))),
      );
    const whole = of(longCall, shortPut, longPut, shortCall);
    expect(whole).toMatchObject({ phase: 'filled', filled: 2 });
    expect(whole.averagePrice).toBeCloseTo(-2.35, 12);
    // A whole put wing is no condor.
    expect(of(shortPut, longPut)).toMatchObject({ phase: 'partial', filled: 0, averagePrice: undefined });
    expect(of(shortPut, longPut, shortCall, status('Cancelled')).unevenLegs).toBe(true);
  });

  test('of the legs beside the summary are not counted twice', () => {
    const outcome = after(
      ...[summaryFill('a.01.01', 2), legFill('a.02.01', SHORT_PUT, 2, 2.5), legFill('a.03.01', LONG_PUT, 2, 1.2)],
    );
    expect(outcome.filled).toBe(2);
  });

  test('uneven legs of a finished order are said', () => {
    const outcome = after(
      legFill('a.02.01', SHORT_PUT, 2, 2.5),
      legFill('a.03.01', LONG_PUT, 1, 1.2),
      status('Cancelled'),
    );
    expect(outcome).toMatchObject({ phase: 'cancelled', filled: 1, unevenLegs: true });
  });

  test('of a completed order without executions count whole', () => {
    const completed: OrderEvent = {
      ...{ type: 'completed', orderRef: 'LW-1', permId: 900, account: 'SIM0001' },
      ...{ status: 'Filled', atMs: 5000 },
    };
    expect(after(WRITTEN, completed)).toMatchObject({ phase: 'filled', filled: 5 });
  });

  test('commissions of a corrected fill replace the old one', () => {
    const outcome = after(
      ...[summaryFill('a.01.01', 2), commission('a.01.01', 2.6), summaryFill('a.01.02', 1), commission('a.01.02', 1.3)],
    );
    expect(outcome.commission).toBe(1.3);
  });
});

describe('a lost link', () => {
  test('makes what was sent or working unknown, and what is over stays over', () => {
    expect(after(WRITTEN, LOST).phase).toBe('unknown');
    expect(after(WRITTEN, openOrder('Submitted'), LOST).phase).toBe('unknown');
    expect(after(WRITTEN, status('Cancelled'), LOST).phase).toBe('cancelled');
    expect(after(WRITTEN, summaryFill('a.01.01', 5), LOST).phase).toBe('filled');
  });

  test('is resolved by what TWS shows in a later connection', () => {
    const lost = [stamped(1, WRITTEN), stamped(1, LOST)];
    expect(orderOutcome(fold(...lost, stamped(2, openOrder('Submitted')))).phase).toBe('working');
    expect(orderOutcome(fold(...lost, stamped(2, summaryFill('a.01.01', 5)))).phase).toBe('filled');
    expect(orderOutcome(fold(...lost, stamped(2, status('Cancelled')))).phase).toBe('cancelled');
  });

  test('nautilus #4230: reconciled without a trace is not "no order": it stays unknown, and says so (invariant 4)', () => {
    const outcome = orderOutcome(fold(stamped(1, WRITTEN), stamped(1, LOST), stamped(2, RECONCILED)));
    expect(outcome).toMatchObject({ phase: 'unknown', noTrace: true });
  });

  test('a person resolves what TWS never told; TWS showing it alive later counts more', () => {
    const resolved: OrderEvent = { type: 'resolved', outcome: 'not-sent', by: 'you', atMs: 7000 };
    const events = [stamped(1, WRITTEN), stamped(1, LOST), stamped(2, RECONCILED), stamped(2, resolved)];
    expect(orderOutcome(fold(...events)).phase).toBe('not-sent');
    expect(orderOutcome(fold(...events, stamped(2, openOrder('Submitted')))).phase).toBe('working');
    expect(orderOutcome(fold(...events, stamped(2, summaryFill('a.01.01', 5)))).phase).toBe('filled');
  });

  test('a rejected order that TWS goes on listing as inactive stays rejected', () => {
    const rejected = [stamped(1, WRITTEN), stamped(1, notice(201)), stamped(1, status('Inactive'))];
    expect(orderOutcome(fold(...rejected, stamped(1, LOST), stamped(2, openOrder('Inactive')))).phase).toBe('rejected');
  });

  test('an end that a later connection contradicts does not stand', () => {
    const rejected = [stamped(1, WRITTEN), stamped(1, notice(201))];
    expect(orderOutcome(fold(...rejected, stamped(1, openOrder('Submitted')))).phase).toBe('rejected');
    expect(orderOutcome(fold(...rejected, stamped(2, openOrder('Submitted')))).phase).toBe('working');
  });
});

describe('invariant 7: two live permIds for one intent (nautilus #4564)', () => {
  const twice = [openOrder('Submitted'), openOrder('Submitted', { permId: 901, orderId: 8 })];

  test('are both seen, and both ids are there to cancel', () => {
    expect(after(WRITTEN, ...twice)).toMatchObject({ livePermIds: [900, 901], cancelIds: [7, 8], phase: 'working' });
  });

  test('the order is not over until both are', () => {
    const one = after(WRITTEN, ...twice, status('Cancelled'));
    expect(one).toMatchObject({ phase: 'working', livePermIds: [901] });
    const both = after(WRITTEN, ...twice, status('Cancelled'), status('Cancelled', { permId: 901, orderId: 8 }));
    expect(both).toMatchObject({ phase: 'cancelled', livePermIds: [] });
  });

  test('a fill of one while the other works is not the end, and is never unseen', () => {
    const outcome = after(WRITTEN, ...twice, summaryFill('a.01.01', 5));
    expect(outcome).toMatchObject({ phase: 'partial', filled: 5, livePermIds: [901] });
  });
});

const anyEvent: fc.Arbitrary<OrderEvent> = fc.oneof(
  fc.constant(WRITTEN),
  fc.constant<OrderEvent>({ type: 'maybeWritten', reason: 'write failed', atMs: 1500 }),
  fc.constantFrom<OrderEvent>(LOST, RECONCILED),
  fc
    .tuple(fc.constantFrom('PendingSubmit', 'PreSubmitted', 'Submitted', 'Inactive', 'Odd'), fc.constantFrom(900, 901))
    .map(([word, permId]) => openOrder(word, { permId, orderId: permId - 893 })),
  fc
    .record({
      word: fc.constantFrom('PendingSubmit', 'PreSubmitted', 'Submitted', 'PendingCancel', 'Cancelled', 'Filled'),
      permId: fc.constantFrom(0, 900, 901),
      filled: fc.integer({ min: 0, max: 5 }),
      averagePrice: fc.constantFrom(-1.29, -1.3),
      atMs: fc.integer({ min: 1, max: 9999 }),
    })
    .map(({ word, ...rest }) => status(word, rest)),
  fc
    .tuple(fc.constantFrom('a.01', 'b.01'), fc.constantFrom('01', '02'), fc.constantFrom(900, 901))
    .map(([fill, correction, permId]) =>
      // One execId always carries the same facts.
      summaryFill(`${fill}.${permId}.${correction}`, correction === '01' ? 2 : 1, {
        permId,
        price: -1.29 - (permId - 900) / 30 - (fill === 'a.01' ? 0.1 : 0.3) / Number(correction),
      }),
    ),
  fc.constantFrom('a.02.01', 'b.02.01').map((execId) => legFill(execId, SHORT_PUT, 2, 2.5)),
  fc.constantFrom('a.03.01', 'b.03.01').map((execId) => legFill(execId, LONG_PUT, 2, 1.2)),
  fc
    .tuple(fc.constantFrom('a.01.900.01', 'a.01.900.02'), fc.constantFrom(1.3, 2.6), fc.constantFrom(undefined, 12))
    .map(([execId, dollars, pnl]) => commission(execId, dollars, pnl)),
  fc
    .tuple(fc.constantFrom(110, 135, 161, 201, 202, 399, 10147, 10349), fc.constantFrom(7, 8))
    .map(([code, orderId]) => notice(code, 'text', orderId)),
  fc.constant<OrderEvent>({ type: 'cancelRequested', by: 'you', atMs: 2600 }),
  fc
    .constantFrom('filled' as const, 'cancelled' as const, 'not-sent' as const)
    .map((outcome): OrderEvent => ({ type: 'resolved', outcome, by: 'you', atMs: 7000 })),
);
const anyStamped = fc.record({ era: fc.integer({ min: 1, max: 3 }), event: anyEvent });

describe('invariant 9: any shuffle or duplication of callbacks folds to the same state', () => {
  test('same facts, same outcome', () => {
    fc.assert(
      fc.property(
        fc.array(anyStamped, { minLength: 1, maxLength: 14 }).chain((events) =>
          fc.record({
            events: fc.constant(events),
            shuffled: fc.shuffledSubarray([...events, ...events], {
              minLength: 2 * events.length,
              maxLength: 2 * events.length,
            }),
          }),
        ),
        ({ events, shuffled }) => {
          const straight = fold(...events);
          const other = fold(...shuffled);
          expect(other).toEqual(straight);
          expect(orderOutcome(other)).toEqual(orderOutcome(straight));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('an event that says nothing new gives back the very same state, so that it is not journalled again', () => {
    fc.assert(
      fc.property(fc.array(anyStamped, { minLength: 1, maxLength: 10 }), (events) => {
        const state = fold(...events);
        for (const event of events) expect(reduceOrder(state, event)).toBe(state);
      }),
    );
  });

  test('filled contracts never fall but by a correction, and never exceed what was executed', () => {
    fc.assert(
      fc.property(fc.array(anyStamped, { maxLength: 14 }), anyStamped, (events, next) => {
        fc.pre(next.event.type !== 'execution');
        expect(orderOutcome(fold(...events, next)).filled).toBeGreaterThanOrEqual(orderOutcome(fold(...events)).filled);
      }),
    );
  });
});
