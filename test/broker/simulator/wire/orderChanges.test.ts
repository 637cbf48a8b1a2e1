import { describe, expect, test } from 'vitest';
import { simulatedDay, SPY_BAG } from '../day.ts';
import { codes, lastStatus, spread } from '../orderBench.ts';
import { contract, placeOrder } from '../rawClient.ts';

describe('changing a resting combo', () => {
  test.each([
    ['the sides of its legs', 1, ['BUY', 'SELL']],
    ['a ratio', 2, ['SELL', 'BUY']],
  ] as const)('in %s is 105 and leaves the order as it was', async (_name, ratio, [shortSide, longSide]) => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs, shortId, longId } = spread(day);
    const order = { orderId: 1, contract: SPY_BAG, limit: -4.9 };
    client.send(...placeOrder({ ...order, legs }));
    await day.pass(1000);
    client.clear();
    const changed = [
      [shortId, 1, shortSide],
      [longId, ratio, longSide],
    ] as const;
    client.send(...placeOrder({ ...order, legs: changed }));
    await day.pass(1000);
    expect(codes(client, 1)).toEqual([105]);
    const [held] = day.simulator.core.exchange.orders();
    expect(held?.request.legs.map((leg) => [leg.instrument.conId, leg.ratio, leg.action])).toEqual(legs);
  });

  test('in its limit and quantity is taken', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs } = spread(day);
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.9 }));
    await day.pass(1000);
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.8, quantity: 2 }));
    await day.pass(1000);
    expect(codes(client, 1)).toEqual([]);
    const [held] = day.simulator.core.exchange.orders();
    expect([held?.request.limitPrice, held?.request.quantity]).toEqual([-4.8, 2]);
  });
});

test('prices are told as they trade, without the noise of binary fractions', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const shares = contract({ symbol: 'SPY', secType: 'STK' });
  for (const [i, quantity] of [3, 7, 10, 13].entries()) {
    client.send(...placeOrder({ orderId: i + 1, contract: shares, type: 'MKT', quantity }));
    await day.pass(1000);
    const price = Number(client.of(11).at(-1)?.[20]);
    expect(lastStatus(client, i + 1)?.average).toBe(price);
  }
  client.send(6, 2, 1, 'SIM0000001');
  await day.pass(250);
  expect(client.of(7)[0]?.[14]).toMatch(/^\d+(\.\d{1,4})?$/);
});
