import { expect, test } from 'vitest';
import { simulatedDay } from '../day.ts';
import { contract, settle } from '../rawClient.ts';

/** Exchange of message 10 below server version 182. */
const EXCHANGE = 7;

test.each([
  ['an option at CBOE', { symbol: 'SPY', secType: 'OPT', expiry: '20231020', right: 'P', strike: 570 }, 'CBOE', 'CBOE'],
  ['an option anywhere', { symbol: 'SPY', secType: 'OPT', expiry: '20231020', right: 'P', strike: 570 }, '', 'SMART'],
  ['a stock at ARCA', { symbol: 'SPY', secType: 'STK' }, 'ARCA', 'ARCA'],
  ['an index', { symbol: 'SPX', secType: 'IND' }, 'CBOE', 'CBOE'],
])('%s is described at the exchange asked for', async (_name, asked, exchange, told) => {
  const day = await simulatedDay();
  const client = await day.client({ maxVersion: 178 });
  client.send(9, 8, 1, ...contract({ ...asked, exchange }), 0, '', '', '');
  await settle();
  expect(client.of(10).map((fields) => fields[EXCHANGE])).toEqual([told]);
});
