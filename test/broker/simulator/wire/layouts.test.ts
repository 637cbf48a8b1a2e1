import { afterEach, describe, expect, test } from 'vitest';
import { startSimulator } from '../../../../broker/simulator/server.ts';
import type { RunningSimulator } from '../../../../broker/simulator/server.ts';
import { fakeClock } from '../../../fakeClock.ts';
import { handOrder } from '../day.ts';
import { contract, placeOrder, rawClient, settle } from '../rawClient.ts';
import { checkLayout, LAYOUTS } from './layouts.ts';

let running: RunningSimulator | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const ACCOUNT = 'SIM0000001';

/** Asks for everything there is, with a filled combo and a working order in the account. */
async function everyAnswer(maxVersion: number) {
  const clock = fakeClock();
  running = await startSimulator({ port: 0, seed: 11, clock, hours: 'always' });
  const client = await rawClient(running.connect(), { maxVersion, clientId: 0 });
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 250) {
      clock.advance(250);
      await settle();
    }
  };
  const spy = running.core.contracts.underlying('SPY')?.conId ?? 0;
  client.send(9, 8, 1, ...contract({ symbol: 'SPY', secType: 'STK' }), 0, '', '', '');
  client.send(78, 2, 'SPY', '', 'STK', spy);
  client.send(9, 8, 3, ...contract({ symbol: 'SPY', secType: 'OPT', expiry: '20231020', right: 'P' }), 0, '', '', '');
  client.send(81, 4, 'SP');
  client.send(91, 110);
  client.send(91, 109);
  client.send(49, 1);
  client.send(8, 1, 1);
  client.send(17, 1);
  await settle();
  const puts = client
    .of(10)
    .slice(1)
    .map((fields) => checkLayout(fields, client.serverVersion));
  const at = (strike: number): number =>
    Number(puts.find((seen) => Number(seen.get('strike')) === strike)?.get('conId'));
  const [short, long] = [at(570), at(565)];
  client.send(1, 11, 10, ...contract({ conId: spy }), 0, '100,101,104,106', 0, 0, '');
  client.send(1, 11, 11, ...contract({ conId: short }), 0, '101', 0, 0, '');
  client.send(1, 11, 12, ...contract({ conId: long }), 0, '', 1, 0, '');
  client.send(
    20,
    20,
    ...contract({ conId: spy, symbol: 'SPY', secType: 'STK' }),
    0,
    '',
    '1 day',
    '1 Y',
    1,
    'OPTION_IMPLIED_VOLATILITY',
    1,
    0,
    '',
  );
  client.send(
    20,
    21,
    ...contract({ conId: spy, symbol: 'SPY', secType: 'STK' }),
    0,
    '',
    '5 mins',
    '1 D',
    1,
    'TRADES',
    1,
    1,
    '',
  );
  client.send(54, 3, 22, ...contract({ conId: short }), 9, 580, 0, '');
  client.send(55, 3, 23, ...contract({ conId: short }), 0.2, 580, 0, '');
  client.send(61, 1);
  client.send(74, 1, 30, ACCOUNT, '');
  await pass(1000);
  const bag = contract({ symbol: 'SPY', secType: 'BAG' });
  const legs = [
    [short, 1, 'SELL'],
    [long, 1, 'BUY'],
  ] as const;
  client.send(
    ...placeOrder({ version: client.serverVersion, orderId: 1, contract: bag, legs, limit: -0.5, whatIf: true }),
  );
  client.send(
    ...placeOrder({
      version: client.serverVersion,
      orderId: 2,
      contract: bag,
      legs,
      type: 'MKT',
      quantity: 2,
      orderRef: 'ours',
    }),
  );
  client.send(
    ...placeOrder({ version: client.serverVersion, orderId: 3, contract: contract({ conId: short }), limit: 0.01 }),
  );
  client.send(
    ...placeOrder({ version: client.serverVersion, orderId: 4, contract: contract({ conId: short }), limit: 0.02 }),
  );
  await pass(1000);
  client.send(4, ...(client.serverVersion < 192 ? [1] : []), 4, '', '', '2147483647');
  await pass(500);
  for (const request of [
    [5, 1],
    [16, 1],
    [15, 1, 1],
    [99, 0],
    [7, 3, 31, 0, '', '', '', '', '', ''],
    [6, 2, 1, ACCOUNT],
  ])
    client.send(...request);
  const leg = running.core.contracts.byId(long, running.core.today());
  if (leg) running.core.exchange.placeByHand(handOrder(leg));
  client.send(62, 1, 32, 'All', 'NetLiquidation,BuyingPower');
  client.send(76, 1, 33, ACCOUNT, '', 1);
  client.send(92, 34, ACCOUNT, '');
  client.send(94, 35, ACCOUNT, '', short);
  client.send(9, 8, 36, ...contract({ symbol: 'NOPE', secType: 'STK' }), 0, '', '', '');
  await pass(3000);
  return client;
}

describe('every answer has exactly the fields that ib_async and ibapi unpack', () => {
  test.each([176, 178, 182, 184, 187, 189, 192, 193])('at server version %i', async (version) => {
    const client = await everyAnswer(version);
    expect(client.serverVersion).toBe(version);
    const seen = new Set(client.messages.map((fields) => Number(fields[0])));
    for (const fields of client.messages) checkLayout(fields, version);
    const missing = [...LAYOUTS.keys()].filter((id) => !seen.has(id));
    expect(missing).toEqual([]);
  });
});

test('a client of a later version is answered in 193', async () => {
  running = await startSimulator({ port: 0, seed: 1, clock: fakeClock(), hours: 'always' });
  const client = await rawClient(running.connect(), { maxVersion: 222 });
  expect(client.serverVersion).toBe(193);
});

test('the layout check notices a field too many, a field too few and a wrong type', () => {
  const good = ['9', '1', '7'];
  expect(() => checkLayout(good, 193)).not.toThrow();
  expect(() => checkLayout([...good, ''], 193)).toThrow('1 fields too many');
  expect(() => checkLayout(good.slice(0, 2), 193)).toThrow('orderId is missing');
  expect(() => checkLayout(['9', '1', '7.0'], 193)).toThrow('expected int');
});
