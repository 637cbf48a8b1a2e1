import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handOrder, simulatedDay, SPY_BAG } from '../day.ts';
import { EXPIRY, lastStatus, spread } from '../orderBench.ts';
import { placeOrder } from '../rawClient.ts';

describe('a combo order', () => {
  test('at its natural price fills at it or better, is booked leg by leg, and the legs net to the combo', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs, shortId, longId, market } = spread(day);
    const limit = Math.round(market().ask * 100) / 100 + 0.1;
    client.send(
      ...placeOrder({
        orderId: 1,
        contract: SPY_BAG,
        legs,
        quantity: 1,
        limit: Math.round(limit * 100) / 100,
        orderRef: 'ref-1',
      }),
    );
    await day.pass(1000);
    const executions = client.of(11);
    expect(executions.map((f) => f[5])).toEqual(['BAG', 'OPT', 'OPT']);
    const prices = executions.map((f) => Number(f[20]));
    expect(prices[0]).toBeLessThanOrEqual(limit + 1e-9);
    expect((prices[2] ?? NaN) - (prices[1] ?? NaN)).toBeCloseTo(prices[0] ?? NaN, 9);
    expect(executions.map((f) => f[18])).toEqual(['BOT', 'SLD', 'BOT']);
    expect(new Set(executions.map((f) => f[26]))).toEqual(new Set(['ref-1']));
    expect(new Set(executions.map((f) => f[14])).size).toBe(3);
    expect(lastStatus(client, 1)).toMatchObject({ status: 'Filled', filled: 1, remaining: 0 });
    expect(client.of(59).map((f) => Number(f[3]))).toEqual([1, 1]);
    const ledger = day.simulator.core.accounts.ledger('SIM0000001');
    expect(ledger?.position(shortId)?.quantity).toBe(-1);
    expect(ledger?.position(longId)?.quantity).toBe(1);
    expect(ledger?.cash).toBeCloseTo(250_000 - 100 * (prices[0] ?? NaN) - 2, 6);
  });

  test('sold at a positive price opens the same position as bought at a negative one, in any order of legs', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { shortId, longId } = spread(day);
    client.send(
      ...placeOrder({
        orderId: 1,
        contract: SPY_BAG,
        legs: [
          [longId, 1, 'SELL'],
          [shortId, 1, 'BUY'],
        ],
        action: 'SELL',
        type: 'MKT',
      }),
    );
    await day.pass(1000);
    expect(Number(client.of(11)[0]?.[20])).toBeGreaterThan(0);
    const ledger = day.simulator.core.accounts.ledger('SIM0000001');
    expect([ledger?.position(shortId)?.quantity, ledger?.position(longId)?.quantity]).toEqual([-1, 1]);
    expect(ledger?.cash).toBeGreaterThan(250_000);
  });

  test('below the market rests, and fills at its limit when the market comes to it', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs, market } = spread(day);
    const limit = Math.round((market().bid - 0.25) * 100) / 100;
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit, tif: 'GTC' }));
    await day.pass(5000);
    expect(lastStatus(client, 1)).toMatchObject({ status: 'Submitted', filled: 0 });
    for (let step = 0; step < 3000 && lastStatus(client, 1)?.filled === 0; step++) {
      day.clock.jump(60_000);
      await day.pass(250);
    }
    expect(lastStatus(client, 1)).toMatchObject({ status: 'Filled', filled: 1 });
    expect(lastStatus(client, 1)?.average).toBeLessThanOrEqual(limit + 1e-9);
  });

  test('larger than the displayed size fills in parts that add up', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs, market } = spread(day);
    const quantity = market().askSize + 60;
    client.send(
      ...placeOrder({
        orderId: 1,
        contract: SPY_BAG,
        legs,
        quantity,
        limit: Math.round((market().ask + 0.5) * 100) / 100,
      }),
    );
    await day.pass(30_000);
    const summaries = client.of(11).filter((f) => f[5] === 'BAG');
    expect(summaries.length).toBeGreaterThan(1);
    expect(summaries.reduce((sum, f) => sum + Number(f[19]), 0)).toBe(quantity);
    expect(lastStatus(client, 1)).toMatchObject({ status: 'Filled', filled: quantity });
    const commissions = client.of(59).reduce((sum, f) => sum + Number(f[3]), 0);
    expect(commissions).toBeCloseTo(2 * 0.65 * quantity, 6);
  });
});

test('an order is changed by its own id and client, keeping its permId', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.9 }));
  await day.pass(500);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.8 }));
  await day.pass(500);
  const open = client.of(5);
  expect(new Set(open.map((f) => f[25])).size).toBe(1);
  expect(open.at(-1)?.[16]).toBe('-4.8');
  expect(day.simulator.core.exchange.orders()).toHaveLength(1);
});

test('a what-if tells width times multiplier and places nothing', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, quantity: 3, limit: -1, whatIf: true }));
  await day.pass(500);
  const [answer] = client.of(5);
  const status = answer?.indexOf('PreSubmitted') ?? -1;
  expect(answer?.[status - 1]).toBe('1');
  expect(Number(answer?.[status + 4])).toBe(1500);
  expect(Number(answer?.[status + 6])).toBeCloseTo(300 - 2 * 3 * 0.65, 6);
  expect(Number(answer?.[status + 10])).toBeCloseTo(2 * 3 * 0.65, 6);
  expect(day.simulator.core.exchange.orders()).toEqual([]);
});

test('a what-if may be answered twice, first with nothing known', async () => {
  const day = await simulatedDay();
  day.simulator.faults.setWire({ whatIfTwice: true });
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -1, whatIf: true }));
  await day.pass(250);
  const changes = client.of(5).map((f) => Number(f[f.indexOf('PreSubmitted') + 4]));
  expect(changes).toEqual([Number.MAX_VALUE, 500]);
  expect(client.of(5).every((f) => f[f.indexOf('PreSubmitted') - 1] === '1')).toBe(true);
});

test('open orders are seen by their own client (5), by all (16); client 1 may not bind (15)', async () => {
  const day = await simulatedDay();
  const [first, second] = [await day.client({ clientId: 1 }), await day.client({ clientId: 2 })];
  const { legs } = spread(day);
  first.send(...placeOrder({ orderId: 7, contract: SPY_BAG, legs, limit: -4.9 }));
  await day.pass(500);
  second.send(5, 1);
  await day.pass(250);
  expect(second.of(5)).toEqual([]);
  expect(second.of(53)).toHaveLength(1);
  second.send(16, 1);
  second.send(15, 1, 1);
  await day.pass(250);
  expect(second.of(5).map((f) => [f[1], f[24]])).toEqual([['7', '1']]);
  expect(second.errors().some(([, code]) => code === 321)).toBe(true);
});

test('an order placed by hand is bound to client 0 alone, under a negative id that can be cancelled', async () => {
  const day = await simulatedDay();
  const [zero, one] = [await day.client({ clientId: 0 }), await day.client({ clientId: 1 })];
  const { core } = day.simulator;
  const instrument = core.contracts.byId(day.option('SPY', EXPIRY, 'P', 570), core.today());
  if (!instrument) throw new Error('not listed');
  core.exchange.placeByHand(handOrder(instrument));
  await day.pass(500);
  expect(zero.of(5)).toEqual([]);
  zero.send(15, 1, 1);
  await day.pass(250);
  expect(zero.of(100).map((f) => f.slice(2))).toEqual([['0', '-1']]);
  expect(zero.of(5).at(-1)?.[1]).toBe('-1');
  core.exchange.placeByHand(handOrder(instrument));
  await day.pass(500);
  expect(zero.of(100).map((f) => f[3])).toEqual(['-1', '-2']);
  zero.send(4, -1, '', '', '2147483647');
  await day.pass(500);
  expect(lastStatus(zero, -1)?.status).toBe('Cancelled');
  expect(one.of(5)).toEqual([]);
  zero.send(8, 1, 1);
  await day.pass(250);
  expect(zero.of(9).at(-1)?.[2]).toBe('1');
});

test('an untransmitted order waits at TWS and fills once it is transmitted', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT', transmit: false }));
  await day.pass(3000);
  expect(client.of(11)).toEqual([]);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT' }));
  await day.pass(1000);
  expect(lastStatus(client, 1)?.status).toBe('Filled');
});

test('a child transmits its parent, waits for it to fill, and ends with it', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = spread(day);
  const order = { contract: SPY_BAG, legs, type: 'MKT' };
  client.send(...placeOrder({ ...order, orderId: 1, type: 'LMT', limit: -4.9, transmit: false }));
  client.send(...placeOrder({ ...order, orderId: 2, action: 'SELL', parentId: 1 }));
  await day.pass(3000);
  expect([lastStatus(client, 1)?.status, lastStatus(client, 2)?.filled]).toEqual(['Submitted', 0]);
  client.send(...placeOrder({ ...order, orderId: 1 }));
  await day.pass(3000);
  expect([lastStatus(client, 1)?.status, lastStatus(client, 2)?.status]).toEqual(['Filled', 'Filled']);
  client.send(...placeOrder({ ...order, orderId: 3, type: 'LMT', limit: -4.9 }));
  client.send(...placeOrder({ ...order, orderId: 4, action: 'SELL', parentId: 3 }));
  await day.pass(1000);
  client.send(4, 3, '', '', '2147483647');
  await day.pass(1000);
  expect([lastStatus(client, 3)?.status, lastStatus(client, 4)?.status]).toEqual(['Cancelled', 'Cancelled']);
});

test('a DAY order ends at the close, a GTC order does not', async () => {
  const day = await simulatedDay({ startMs: Date.UTC(2023, 8, 14, 19, 59, 50) });
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.9 }));
  client.send(...placeOrder({ orderId: 2, contract: SPY_BAG, legs, limit: -4.9, tif: 'GTC' }));
  await day.pass(15_000);
  expect([lastStatus(client, 1)?.status, lastStatus(client, 2)?.status]).toEqual(['Cancelled', 'Submitted']);
});

test('a change of a working order is confirmed as submitted, and never steps back', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs, market } = spread(day);
  const limit = Math.round((market().bid - 1) * 100) / 100;
  const order = { orderId: 1, contract: SPY_BAG, legs, limit };
  client.send(...placeOrder(order));
  await day.pass(500);
  expect(client.of(3).map((f) => f[2])).toEqual(['PreSubmitted', 'Submitted']);
  client.clear();
  client.send(...placeOrder({ ...order, limit: Math.round((limit - 0.1) * 100) / 100 }));
  await day.pass(500);
  expect(client.of(3).map((f) => f[2])).toEqual(['Submitted']);
  expect(Number(client.of(5)[0]?.[16])).toBeCloseTo(limit - 0.1, 9);
});

test('every combo goes by the contract id that TWS gives them all', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT' }));
  await day.pass(1000);
  client.send(99, 0);
  await day.pass(250);
  // 28812380: ib_async contract.py, isHashable.
  expect(new Set(client.of(5).map((f) => f[2]))).toEqual(new Set(['28812380']));
  expect(client.of(11).find((f) => f[5] === 'BAG')?.[3]).toBe('28812380');
  expect(client.of(101).map((f) => f[1])).toEqual(['28812380']);
});

test('cash and positions follow from the executions, whatever is traded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          buy: fc.boolean(),
          sellFirst: fc.boolean(),
          quantity: fc.integer({ min: 1, max: 4 }),
          width: fc.constantFrom(5, 10),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      fc.integer({ min: 0, max: 1e6 }),
      async (orders, seed) => {
        const day = await simulatedDay({ seed });
        const client = await day.client();
        for (const [i, { buy, sellFirst, quantity, width }] of orders.entries()) {
          const { legs } = spread(day, { long: 570 - width });
          client.send(
            ...placeOrder({
              orderId: i + 1,
              contract: SPY_BAG,
              legs: sellFirst ? legs : [...legs].reverse(),
              action: buy ? 'BUY' : 'SELL',
              quantity,
              type: 'MKT',
            }),
          );
          await day.pass(500);
        }
        await day.pass(5000);
        let cash = 250_000;
        const quantities = new Map<string, number>();
        for (const f of client.of(11).filter((e) => e[5] === 'OPT')) {
          const signed = (f[18] === 'BOT' ? 1 : -1) * Number(f[19]);
          quantities.set(f[3] ?? '', (quantities.get(f[3] ?? '') ?? 0) + signed);
          cash -= signed * Number(f[20]) * 100;
        }
        for (const f of client.of(59)) cash -= Number(f[3]);
        const ledger = day.simulator.core.accounts.ledger('SIM0000001');
        expect(ledger?.cash).toBeCloseTo(cash, 4);
        for (const [conId, quantity] of quantities) expect(ledger?.position(Number(conId))?.quantity).toBe(quantity);
      },
    ),
    { numRuns: 12 },
  );
});
