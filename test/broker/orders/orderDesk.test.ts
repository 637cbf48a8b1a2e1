import { describe, expect, test } from 'vitest';
import { payloadHash } from '../../../broker/orders/payload.ts';
import { notice, openOrder, status, summaryFill } from './orderFixtures.ts';
import { notSent, phase, scriptedDesk, token } from './scriptedBroker.ts';
import { bullPutTicket, otherContracts } from './ticketFixtures.ts';

describe('preview', () => {
  test('says in words and dollars what would be sent, and gives a token when nothing stops it', async () => {
    const { desk, clock } = scriptedDesk();
    const preview = await desk.preview(bullPutTicket());
    expect(preview).toMatchObject({
      ...{ account: 'SIM0001', mode: 'simulated', margin: 2500, marginSource: 'broker', commission: 6.5 },
      priceWords: 'Receive 1.29 per share, 129.00 per contract, 645.00 in all.',
      maxLossWords: 'At most 1,861.50 can be lost, fees in: 0.74 % of the account.',
      excessLiquidityAfter: 247_500,
      expiresAtMs: clock.now() + 30_000,
    });
    expect(preview.maxProfit).toBeCloseTo(645 - 6.5, 9);
    expect(preview.token).toBeDefined();
  });

  test('without an answer from TWS it still comes, with the reason, and margin is blank', async () => {
    const { desk, broker } = scriptedDesk();
    broker.whatIfAnswer = () => Promise.reject(notSent('silence'));
    const preview = await desk.preview(bullPutTicket());
    expect(preview.warning).toContain('silence');
    expect(preview).not.toHaveProperty('margin');
    expect(preview.risk.find(({ id }) => id === 'margin')?.verdict).toBe('warn');
  });

  test('has no token when the gate stops, and asks TWS nothing while offline', async () => {
    const { desk, broker } = scriptedDesk();
    let asked = 0;
    broker.whatIfAnswer = () => Promise.reject(new Error(`asked ${++asked} times`));
    broker.link = { ...broker.link, phase: 'offline' };
    expect(await desk.preview(bullPutTicket())).not.toHaveProperty('token');
    expect(asked).toBe(0);
  });

  test('a ticket changed after the preview changes nothing that is sent', async () => {
    const { desk, broker } = scriptedDesk();
    const ticket = bullPutTicket();
    const spent = await token(desk, ticket);
    ticket.quantity = 10;
    desk.send(spent);
    expect(broker.placed[0]?.order.quantity).toBe(5);
  });
});

describe('invariant 13: the token is single-use and lives 30 s', () => {
  test('twice', async () => {
    const { desk, broker } = scriptedDesk();
    const spent = await token(desk);
    desk.send(spent);
    expect(() => desk.send(spent)).toThrow(/used already/);
    expect(broker.placed).toHaveLength(1);
  });

  test.each([
    [29_999, 1],
    [30_000, 0],
  ])('after %i ms it sends %i order', async (ms, orders) => {
    const { desk, broker, clock } = scriptedDesk();
    const spent = await token(desk);
    clock.advance(ms);
    if (orders === 0) expect(() => desk.send(spent)).toThrow(/older than 30 s/);
    else desk.send(spent);
    expect(broker.placed).toHaveLength(orders);
  });

  test('setting the clock back gives it no second life', async () => {
    const { desk, clock } = scriptedDesk();
    const spent = await token(desk);
    clock.advance(30_000);
    clock.jump(-3_600_000);
    expect(() => desk.send(spent)).toThrow(/older than 30 s/);
  });

  test('what is placed hashes to what is journalled', async () => {
    const { desk, broker, storage } = scriptedDesk();
    desk.send(await token(desk));
    const [journalled] = storage.journal.load(0);
    expect(payloadHash(broker.placed[0]!.order)).toBe(journalled!.intent.payloadHash);
  });
});

describe('invariant 12: the gate runs again at transmit', () => {
  test.each<[string, (made: ReturnType<typeof scriptedDesk>) => void]>([
    ['halted', ({ desk }) => void desk.halt('news')],
    ['disarmed', ({ desk }) => desk.disarm()],
    ['orders off', ({ desk }) => desk.setOrdersEnabled(false)],
    ['link lost', ({ broker }) => broker.loseLink()],
    ['read-only', ({ broker }) => void (broker.link = { ...broker.link, readOnlyApi: true })],
    ['reconciling', ({ broker }) => void (broker.link = { ...broker.link, phase: 'reconciling' })],
  ])('%s between preview and send: nothing leaves', async (_, change) => {
    const made = scriptedDesk();
    const spent = await token(made.desk);
    change(made);
    expect(() => made.desk.send(spent)).toThrow();
    expect(made.broker.placed).toEqual([]);
    expect(made.storage.journal.load(0)).toEqual([]);
  });

  test('arming that runs out between preview and send', async () => {
    const { desk, broker, clock } = scriptedDesk({ armMs: () => 10_000 });
    const spent = await token(desk);
    clock.advance(10_000);
    expect(() => desk.send(spent)).toThrow(/Not sent\. The session is not armed/);
    expect(broker.placed).toEqual([]);
  });

  test('a quote that goes stale between preview and send', async () => {
    let age = 0;
    const made = scriptedDesk({
      quote: () => ({ natural: 1.21, mid: 1.29, best: 1.37, kind: 'live', atMs: made.clock.now() - age }),
    });
    const spent = await token(made.desk);
    age = 15_001;
    expect(() => made.desk.send(spent)).toThrow(/Not sent.*15\.0 s old/);
    expect(made.broker.placed).toEqual([]);
  });
});

describe('invariant 1: the intent is on disk before the first byte', () => {
  test('at the moment of writing the journal holds it', async () => {
    const { desk, broker, storage } = scriptedDesk();
    let held: unknown;
    broker.onPlace = () => void (held = storage.journal.load(0).map(({ intent }) => intent.orderRef));
    const { orderRef } = desk.send(await token(desk));
    expect(held).toEqual([orderRef]);
  });

  test('invariant 14: a journal that fails lets nothing out, and cancels still go', async () => {
    const { desk, broker, storage } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.say(openOrder('Submitted', { orderRef, orderId: 1 }));
    const next = await token(
      desk,
      bullPutTicket({
        quantity: 2,
        credit: 1.3,
        tif: 'GTC',
        legs: otherContracts(50),
      }),
    );
    storage.close();
    expect(() => desk.send(next)).toThrow();
    expect(broker.placed).toHaveLength(1);
    expect(desk.safety().blocks.join()).toContain('No order leaves that is not on disk first');
    desk.cancel(orderRef);
    expect(broker.cancelled).toEqual([1]);
    desk.halt('disk');
    expect(desk.safety().halted).toMatchObject({ reason: 'disk' });
    expect(broker.globalCancels).toBe(1);
  });
});

describe('invariant 2: one intent, at most one frame, ever', () => {
  test('a frame that was refused is not sent, and not tried again', async () => {
    const { desk, broker, clock } = scriptedDesk();
    const spent = await token(desk);
    broker.placeError = notSent('the connection was renewed');
    expect(() => desk.send(spent)).toThrow(/Not sent/);
    expect(desk.views()[0]).toMatchObject({ phase: 'not-sent', canCancel: false });
    broker.placeError = undefined;
    clock.advance(3_600_000);
    broker.loseLink();
    broker.reconcile();
    clock.advance(3_600_000);
    expect(broker.attempts).toBe(1);
    expect(phase(desk, desk.views()[0]!.orderRef)).toBe('not-sent');
  });

  test('a write that failed in an unknown way is unknown, and stays so until TWS or a person says', async () => {
    const { desk, broker } = scriptedDesk();
    const spent = await token(desk);
    broker.placeError = new Error('EPIPE');
    expect(() => desk.send(spent)).toThrow(/may or may not/);
    const { orderRef } = desk.views()[0]!;
    expect(phase(desk, orderRef)).toBe('unknown');
    expect(broker.attempts).toBe(1);
    broker.say(openOrder('Submitted', { orderRef, orderId: 1 }));
    expect(phase(desk, orderRef)).toBe('working');
  });

  test('after a lost link and a restart, nothing is ever placed again', async () => {
    const { desk, broker, restart } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.loseLink();
    const again = restart();
    broker.reconcile();
    expect(broker.placed).toHaveLength(1);
    expect(phase(again, orderRef)).toBe('unknown');
  });
});

describe('invariant 6 and Lean IB #242: ids', () => {
  test('TWS rolls its ids back after a restart: ours go on from the highest', async () => {
    const { desk, broker } = scriptedDesk();
    broker.nextId = 500;
    desk.send(await token(desk));
    broker.nextId = 3;
    const other = bullPutTicket({ legs: otherContracts(50) });
    desk.send(await token(desk, other));
    expect(broker.placed.map(({ orderId }) => orderId)).toEqual([500, 501]);
  });

  test('an id that another program uses is not used by us', async () => {
    const { desk, broker } = scriptedDesk();
    broker.say(openOrder('Submitted', { orderRef: 'another program', orderId: 900, permId: 77 }));
    desk.send(await token(desk));
    expect(broker.placed[0]?.orderId).toBe(901);
  });

  test('an order id of another connection names nothing: a status under it is not ours', async () => {
    const { desk, broker } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.loseLink();
    broker.reconcile(status('Cancelled', { orderId: 1, permId: 4242 }), notice(201, 'rejected', 1));
    expect(phase(desk, orderRef)).toBe('unknown');
  });
});

describe('reconcile (invariants 4 and 5)', () => {
  test('finds it by our reference, whatever TWS says first', async () => {
    const { desk, broker } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.loseLink();
    expect(desk.safety().unknownOrders).toBe(1);
    broker.reconcile(
      openOrder('Submitted', { orderRef, orderId: 0, permId: 900 }),
      status('Submitted', { orderId: 0, permId: 900 }),
    );
    expect(phase(desk, orderRef)).toBe('working');
    expect(desk.safety().unknownOrders).toBe(0);
  });

  test('a fill under a permId that was learnt before is ours without reference or id', async () => {
    const { desk, broker } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.say(openOrder('Submitted', { orderRef, orderId: 1 }));
    broker.loseLink();
    broker.reconcile(summaryFill('a.01.01', 5, { orderRef: '', orderId: 0, permId: 900 }));
    expect(phase(desk, orderRef)).toBe('filled');
  });

  test('a commission before its fill waits for it', async () => {
    const { desk, broker } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.say({ type: 'commission', execId: 'a.01.01', commission: 6.5, realisedPnl: undefined, atMs: 5 });
    broker.say(summaryFill('a.01.01', 5, { orderRef }));
    expect(desk.views()[0]).toMatchObject({ phase: 'filled', commission: 6.5 });
  });

  test('orders that are not ours are left alone', async () => {
    const { desk, broker } = scriptedDesk();
    desk.send(await token(desk));
    const before = desk.views();
    broker.say(openOrder('Submitted', { orderRef: 'theirs', orderId: 44, permId: 78 }));
    broker.say(status('Filled', { orderId: 44, permId: 78, filled: 5 }));
    broker.say(summaryFill('z.01.01', 5, { orderRef: 'theirs', orderId: 44, permId: 78 }));
    expect(desk.views()).toEqual(before);
  });

  test('what was told twice is journalled once', async () => {
    const { desk, broker, storage } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    for (let i = 0; i < 3; i++) {
      broker.say(openOrder('Submitted', { orderRef, orderId: 1 }));
      broker.say(summaryFill('a.01.01', 5, { orderRef }));
    }
    expect(storage.journal.load(0)[0]?.events.map(({ event }) => event.type)).toEqual([
      'written',
      'openOrder',
      'execution',
    ]);
  });

  test('only an unknown order can be settled by a person', async () => {
    const { desk, broker } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.say(openOrder('Submitted', { orderRef, orderId: 1 }));
    expect(() => desk.resolveUnknown(orderRef, 'cancelled')).toThrow(/it is working/);
    broker.loseLink();
    desk.resolveUnknown(orderRef, 'cancelled');
    expect(phase(desk, orderRef)).toBe('cancelled');
  });
});

describe('invariant 7 (nautilus #4564): two live permIds', () => {
  test('freeze, alarm, and a cancel that reaches both', async () => {
    const { desk, broker, log } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.say(openOrder('Submitted', { orderRef, orderId: 1, permId: 900 }));
    broker.say(openOrder('Submitted', { orderRef, orderId: 2, permId: 901 }));
    expect(log.join()).toMatch(/working twice at IB \(permIds 900 and 901\)/);
    expect(desk.safety().blocks.join()).toMatch(/working twice/);
    desk.cancel(orderRef);
    expect(broker.cancelled).toEqual([1, 2]);
  });

  test('under one id only the global cancel surely reaches both', async () => {
    const { desk, broker } = scriptedDesk();
    const { orderRef } = desk.send(await token(desk));
    broker.say(openOrder('Submitted', { orderRef, orderId: 1, permId: 900 }));
    broker.say(openOrder('Submitted', { orderRef, orderId: 1, permId: 901 }));
    desk.cancel(orderRef);
    expect(broker.globalCancels).toBe(1);
  });
});

describe('Lean IB #93: an order that TWS drops without a word', () => {
  test('stays sent, is never sent again, and after five seconds it is said', async () => {
    const { desk, broker, clock } = scriptedDesk();
    desk.send(await token(desk));
    expect(desk.views()[0]).toMatchObject({ phase: 'sent', message: 'Sent to TWS as order 1.' });
    let told = 0;
    desk.onChange(() => told++);
    clock.advance(5000);
    expect(told).toBe(1);
    expect(desk.views()[0]?.message).toMatch(/TWS has not acknowledged it/);
    clock.advance(3_600_000);
    expect(broker.placed).toHaveLength(1);
    expect(desk.views()[0]?.phase).toBe('sent');
  });
});
