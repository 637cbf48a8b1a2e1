import { describe, expect, test } from 'vitest';
import { requestedInstant } from '../../../../broker/simulator/wire/requestedInstant.ts';
import { simulatedDay, SPY_BAG } from '../day.ts';
import { spread } from '../orderBench.ts';
import { contract, placeOrder, settle } from '../rawClient.ts';

describe('an instant in a request', () => {
  test.each([
    ['20230914 10:30:00', Date.UTC(2023, 8, 14, 14, 30)],
    ['20230914 10:30:00 US/Eastern', Date.UTC(2023, 8, 14, 14, 30)],
    ['20230914 14:30:00 UTC', Date.UTC(2023, 8, 14, 14, 30)],
    ['20230914 16:30:00 Europe/Amsterdam', Date.UTC(2023, 8, 14, 14, 30)],
    ['20230914-14:30:00', Date.UTC(2023, 8, 14, 14, 30)],
    ['20230914', Date.UTC(2023, 8, 15, 3, 59)],
    ['20230230 10:30:00', undefined],
    ['20230914 10:30:00 Nowhere/Land', undefined],
    ['yesterday', undefined],
  ])('%s', (text, ms) => {
    expect(requestedInstant(text)).toBe(ms);
  });

  test('bars end where ib_async says, in UTC', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const spy = contract({ symbol: 'SPY', secType: 'STK' });
    client.send(20, 1, ...spy, 0, '20230913 16:00:00 UTC', '1 hour', '1 D', 1, 'TRADES', 2, 0, '');
    await settle();
    const [bars = []] = client.of(17);
    const lastStartMs = Number(bars[5 + 8 * (Number(bars[4]) - 1)]) * 1000;
    expect(lastStartMs).toBe(Date.UTC(2023, 8, 13, 15, 30));
  });

  test.each(['7 days', '4 mins', '2 W', '1 year'])('a bar of %s is refused', async (barSize) => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(20, 9, ...contract({ symbol: 'SPY', secType: 'STK' }), 0, '', barSize, '1 M', 1, 'TRADES', 1, 0, '');
    await settle();
    expect(client.errors().filter(([id]) => id === 9)).toMatchObject([[9, 321, expect.stringContaining(barSize)]]);
  });

  test('executions are told from the filter’s time on, and of its exchange', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const { legs } = spread(day);
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT' }));
    await day.pass(1000);
    const asked = async (since: string, exchange: string): Promise<string[]> => {
      client.clear();
      client.send(7, 3, 50, 0, '', since, '', '', exchange, '');
      await settle();
      expect(client.of(55)).toHaveLength(1);
      return client.of(11).map((f) => f[5] ?? '');
    };
    expect(await asked('20230914-14:00:00', '')).toEqual(['BAG', 'OPT', 'OPT']);
    expect(await asked('20230914 10:00:00', 'SMART')).toEqual(['BAG']);
    expect(await asked('20230914-15:00:00', '')).toEqual([]);
  });
});
