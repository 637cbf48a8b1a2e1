import { describe, expect, test } from 'vitest';
import { simulatedDay } from '../day.ts';
import { settle } from '../rawClient.ts';

describe('the ledger in an account summary', () => {
  test.each([
    ['NetLiquidation', []],
    ['$LEDGER', ['BASE']],
    ['$LEDGER:USD', ['USD']],
    ['NetLiquidation,$LEDGER:ALL', ['USD', 'BASE']],
  ])('%s', async (tags, currencies) => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(62, 1, 7, 'All', tags);
    await settle();
    const cash = client.of(63).filter((fields) => fields[4] === 'CashBalance');
    expect(cash.map((fields) => [fields[5], fields[6]])).toEqual(currencies.map((c) => ['250000.00', c]));
    expect(client.of(63).some((fields) => fields[4] === 'NetLiquidation')).toBe(tags.startsWith('Net'));
    expect(client.of(64)).toHaveLength(1);
  });
});
