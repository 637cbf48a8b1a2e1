import { describe, expect, test } from 'vitest';
import { simulatedDay } from '../day.ts';
import { contract } from '../rawClient.ts';

/** Message 20 as ibapi writes it, five-minute bars of a day. */
function askBars(requestId: number, asked: { end?: string; keepUpToDate?: boolean } = {}): (string | number)[] {
  const { end = '', keepUpToDate = false } = asked;
  const spy = contract({ symbol: 'SPY', secType: 'STK' });
  return [20, requestId, ...spy, 0, end, '5 mins', '1 D', 1, 'TRADES', 1, keepUpToDate ? 1 : 0, ''];
}

describe('the end of historical bars', () => {
  test('cancelling bars that are kept up to date is confirmed by 162 and ends them; a second time is 366', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(...askBars(5, { keepUpToDate: true }));
    await day.pass(11_000);
    expect(client.of(90).length).toBeGreaterThan(1);
    client.clear();
    client.send(25, 1, 5);
    await day.pass(11_000);
    client.send(25, 1, 5);
    await day.pass(250);
    expect(client.errors().map(([id, code]) => [id, code])).toEqual([
      [5, 162],
      [5, 366],
    ]);
    expect(client.errors()[0]?.[2]).toMatch(/query cancelled: 5$/);
    expect(client.of(90)).toEqual([]);
  });

  test('bars once answered cannot be cancelled: 366', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(...askBars(6));
    await day.pass(250);
    expect(client.of(17)).toHaveLength(1);
    client.send(25, 1, 6);
    await day.pass(250);
    expect(client.errors().filter(([id]) => id === 6)).toEqual([
      [6, 366, 'No historical data query found for ticker id:6'],
    ]);
  });

  test('what is kept up to date has no end: 321, and no bars', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(...askBars(7, { end: '20230913 16:00:00', keepUpToDate: true }));
    await day.pass(11_000);
    expect(client.errors().map(([id, code]) => [id, code])).toContainEqual([7, 321]);
    expect([client.of(17), client.of(90)]).toEqual([[], []]);
  });
});
