import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { simulatedDay, SPY_BAG } from './day.ts';
import { contract, placeOrder } from './rawClient.ts';

/** Ten virtual seconds of quotes, orders and account updates, as one hash over every byte of text. */
async function trace(seed: number, startMs: number): Promise<string> {
  const day = await simulatedDay({ seed, startMs });
  const client = await day.client();
  client.send(6, 2, 1, 'SIM0000001');
  client.send(61, 1);
  for (const [n, symbol] of ['SPY', 'AAPL', 'TSLA'].entries()) {
    client.send(1, 11, n, ...contract({ symbol, secType: 'STK' }), 0, '100,101,104,106', 0, 0, '');
  }
  const legs = [
    [day.option('SPY', '20231020', 'P', 570), 1, 'SELL'],
    [day.option('SPY', '20231020', 'P', 565), 1, 'BUY'],
  ] as const;
  for (const [n, [conId]] of legs.entries()) client.send(1, 11, 10 + n, ...contract({ conId }), 0, '', 0, 0, '');
  await day.pass(2000);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, quantity: 30, type: 'MKT' }));
  await day.pass(8000);
  return createHash('sha256')
    .update(client.messages.map((f) => f.join('\0')).join('\n'))
    .digest('hex');
}

const START = Date.UTC(2023, 8, 14, 14, 30);

test('the same seed and clock give the same trace; another seed or time another', async () => {
  const first = await trace(1, START);
  expect(await trace(1, START)).toBe(first);
  expect(await trace(2, START)).not.toBe(first);
  expect(await trace(1, START + 60_000)).not.toBe(first);
});
