import { expect, test } from 'vitest';
import { simulatedDay, SPY_BAG } from '../day.ts';
import { codes, lastStatus, spread } from '../orderBench.ts';
import { placeOrder } from '../rawClient.ts';

/** Where the count of prices per leg stands in message 3 of a combo of two legs: after the count and fields of the legs. */
const LEG_PRICES_AT = 35 + 1 + 2 * 8;

/** A combo of two legs with a price field per leg, as ibapi writes `orderComboLegs`. */
function withLegPrices(order: (string | number)[], prices: readonly (number | '')[]): (string | number)[] {
  return [...order.slice(0, LEG_PRICES_AT), prices.length, ...prices, ...order.slice(LEG_PRICES_AT + 1)];
}

test.each([
  ['left empty are no prices', ['', ''], []],
  ['are refused, for the simulator has only a net price', [1.2, ''], [321]],
] as const)('prices per leg %s', async (_name, prices, expected) => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = spread(day);
  client.send(...withLegPrices(placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -4.9 }), prices));
  await day.pass(1000);
  expect(codes(client, 1)).toEqual(expected);
  expect(lastStatus(client, 1)?.status).toBe(expected.length === 0 ? 'Submitted' : undefined);
});
