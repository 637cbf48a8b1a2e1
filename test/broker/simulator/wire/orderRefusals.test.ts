import { describe, expect, test } from 'vitest';
import { simulatedDay, SPY_BAG } from '../day.ts';
import { codes, lastStatus, spread } from '../orderBench.ts';
import { contract, placeOrder, type OrderInput } from '../rawClient.ts';

describe('what is refused', () => {
  test.each([
    ['a price off the tick', { limit: -0.505 }, 110],
    ['a leg that is not listed', { legs: [[999_999_999, 1, 'BUY']] as const, limit: 1 }, 200],
    ['a quantity of zero', { quantity: 0, limit: -0.5 }, 434],
    ['an unknown account', { account: 'DU1', limit: -0.5 }, 321],
    ['a combo without legs', { legs: [], limit: -0.5 }, 321],
    ['a combo with one contract in two legs', { twice: true, limit: -0.5 }, 312],
    ['an OCA group', { ocaGroup: 'g', limit: -0.5 }, 321],
    ['an algo', { algoStrategy: 'Adaptive', limit: -0.5 }, 321],
    ['a condition', { conditionConId: 100_004, limit: -0.01 }, 321],
    ['a later start', { goodAfterTime: '20230915 10:00:00 US/Eastern', limit: -0.01 }, 321],
    ['all or none', { allOrNone: true, limit: -0.01 }, 321],
    ['a least quantity', { quantity: 2, minQty: 2, limit: -0.01 }, 321],
    ['a discretionary amount', { discretionary: 0.05, limit: -0.01 }, 321],
    ['an order type it does not know', { type: 'TRAIL', limit: 1 }, 387],
    [
      'an order type with fields of its own',
      { type: 'PEG BENCH', benchmark: [100_004, 0, 0.1, 1, 'ARCA'] as const },
      387,
    ],
    ['market on close', { type: 'MOC' }, 387],
    ['more than the account can carry', { quantity: 100_000, limit: -0.5 }, 201],
  ])('%s', async (_name, { twice, ...input }: Partial<OrderInput> & { twice?: boolean }, code) => {
    const day = await simulatedDay();
    const client = await day.client();
    const [short, long] = spread(day).legs;
    const legs = twice === true ? [short, long, short] : [short, long];
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, ...input }));
    await day.pass(500);
    expect(codes(client, 1)).toEqual([code]);
    expect(client.of(11)).toEqual([]);
    expect(client.closed).toBe(false);
  });

  test('an order id used before is 103, a filled order is 104, both without a second order', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs } = spread(day);
    const order = { contract: SPY_BAG, legs, type: 'MKT' };
    client.send(...placeOrder({ ...order, orderId: 5 }));
    await day.pass(1000);
    client.send(...placeOrder({ ...order, orderId: 5 }));
    client.send(...placeOrder({ ...order, orderId: 4 }));
    await day.pass(1000);
    expect(codes(client, 5)).toEqual([104]);
    expect(codes(client, 4)).toEqual([103]);
    expect(day.simulator.core.exchange.orders()).toHaveLength(1);
  });

  test('an index is not tradable', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(
      ...placeOrder({
        orderId: 1,
        contract: contract({ symbol: 'SPX', secType: 'IND', exchange: 'CBOE' }),
        type: 'MKT',
      }),
    );
    await day.pass(500);
    expect(codes(client, 1)).toEqual([201]);
  });
});

describe('cancels', () => {
  test('of a working order end it with 202, of an unknown one are 10147, of a filled one 10148', async () => {
    const day = await simulatedDay();
    const client = await day.client({ maxVersion: 178 });
    const { legs } = spread(day);
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT' }));
    client.send(...placeOrder({ orderId: 2, contract: SPY_BAG, legs, limit: -4.9 }));
    await day.pass(1000);
    for (const orderId of [1, 2, 3]) client.send(4, 1, orderId, '');
    await day.pass(500);
    expect([codes(client, 1), codes(client, 2), codes(client, 3)]).toEqual([[10148], [202], [10147]]);
    expect(lastStatus(client, 2)?.status).toBe('Cancelled');
  });

  test('of everything reach the orders of all clients', async () => {
    const day = await simulatedDay();
    const [first, second] = [await day.client({ clientId: 1 }), await day.client({ clientId: 2 })];
    const { legs } = spread(day);
    first.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.9 }));
    second.send(...placeOrder({ orderId: 2, contract: SPY_BAG, legs, limit: -4.8 }));
    await day.pass(1000);
    first.send(58, '', '2147483647');
    await day.pass(500);
    expect(lastStatus(first, 1)?.status).toBe('Cancelled');
    expect(lastStatus(second, 2)?.status).toBe('Cancelled');
    expect(first.of(3).every((f) => f[1] === '1')).toBe(true);
  });

  test('race with fills: an order ends filled or cancelled, never both', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs } = spread(day);
    for (let orderId = 1; orderId <= 12; orderId++) {
      client.send(...placeOrder({ orderId, contract: SPY_BAG, legs, type: 'MKT' }));
      await day.pass(20 * orderId);
      client.send(4, orderId, '', '', '2147483647');
      await day.pass(1000);
      const filled = client.of(11).filter((f) => f[2] === String(orderId)).length > 0;
      expect(lastStatus(client, orderId)?.status).toBe(filled ? 'Filled' : 'Cancelled');
    }
    const outcomes = new Set(day.simulator.core.exchange.orders().map((order) => order.status));
    expect(outcomes).toEqual(new Set(['Filled', 'Cancelled']));
  });
});
