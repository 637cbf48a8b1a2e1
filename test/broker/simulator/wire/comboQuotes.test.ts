import { describe, expect, test } from 'vitest';
import { simulatedDay, SPY_BAG } from '../day.ts';
import type { Day } from '../day.ts';
import { contract, settle } from '../rawClient.ts';
import type { RawClient } from '../rawClient.ts';

const EXPIRY = '20231020';
type Leg = readonly [conId: number, ratio: number, action: 'BUY' | 'SELL'];

/** Message 1 of a BAG as ibapi writes it: legs, no delta-neutral contract, no generic ticks. */
function askCombo(requestId: number, legs: readonly Leg[], snapshot = false): (string | number)[] {
  const fields = legs.flatMap(([conId, ratio, action]) => [conId, ratio, action, 'SMART']);
  return [1, 11, requestId, ...SPY_BAG, legs.length, ...fields, 0, '', snapshot ? 1 : 0, 0, ''];
}

function askOption(requestId: number, conId: number): (string | number)[] {
  return [1, 11, requestId, ...contract({ conId }), 0, '', 1, 0, ''];
}

/** Bid and ask of a request, with sizes, as last told. */
function sides(client: RawClient, requestId: number) {
  const last = (type: number) =>
    client.of(1).findLast((f) => f[2] === String(requestId) && f[3] === String(type)) ?? [];
  const [bid, ask] = [last(1), last(2)];
  return { bid: Number(bid[4]), ask: Number(ask[4]), bidSize: Number(bid[5]), askSize: Number(ask[5]) };
}

function creditLegs(day: Day): [short: number, long: number] {
  return [day.option('SPY', EXPIRY, 'P', 570), day.option('SPY', EXPIRY, 'P', 565)];
}

describe('a combo as market data', () => {
  test('is quoted at what its legs net to, negative for a credit, and ends a snapshot', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const [short, long] = creditLegs(day);
    client.send(
      ...askCombo(
        5,
        [
          [short, 1, 'SELL'],
          [long, 2, 'BUY'],
        ],
        true,
      ),
    );
    client.send(...askOption(6, short));
    client.send(...askOption(7, long));
    await settle();
    await day.pass(500);
    const [combo, sold, bought] = [sides(client, 5), sides(client, 6), sides(client, 7)];
    expect(combo.ask).toBeCloseTo(2 * bought.ask - sold.bid, 9);
    expect(combo.bid).toBeCloseTo(2 * bought.bid - sold.ask, 9);
    expect(combo.askSize).toBe(Math.max(1, Math.floor(Math.min(bought.askSize / 2, sold.bidSize))));
    expect(client.of(57).map((f) => f[2])).toContain('5');
    expect(client.of(58).find((f) => f[2] === '5')?.[3]).toBe('1');
    expect(client.errors().filter(([id]) => id === 5)).toEqual([]);
  });

  test('a credit spread streams below zero until it is cancelled, as one line', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const [short, long] = creditLegs(day);
    const legs: Leg[] = [
      [short, 1, 'SELL'],
      [long, 1, 'BUY'],
    ];
    client.send(...askCombo(5, legs));
    await day.pass(60_000);
    expect(sides(client, 5).ask).toBeLessThan(0);
    expect(client.of(1).filter((f) => f[3] === '2').length).toBeGreaterThan(1);
    client.send(...askCombo(5, legs));
    client.send(2, 2, 5);
    await day.pass(250);
    expect(client.errors().map(([id, code]) => [id, code])).toContainEqual([5, 102]);
    client.clear();
    await day.pass(60_000);
    expect(client.messages).toEqual([]);
  });

  test('has no sides while the exchange is shut', async () => {
    const day = await simulatedDay({ hours: 'exchange', startMs: Date.UTC(2023, 8, 16, 15) });
    const client = await day.client();
    const [short, long] = creditLegs(day);
    client.send(
      ...askCombo(5, [
        [short, 1, 'SELL'],
        [long, 1, 'BUY'],
      ]),
    );
    await day.pass(500);
    expect(sides(client, 5)).toEqual({ bid: -1, ask: -1, bidSize: 0, askSize: 0 });
  });

  test.each([
    ['no legs', []],
    ['a leg that is not listed', [[999_999_999, 1, 'BUY']]],
    ['a leg with ratio 0', [[0, 0, 'BUY']]],
  ] as [string, Leg[]][])('with %s is 200', async (_name, legs) => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(
      ...askCombo(
        5,
        legs.map(([id, ratio, action]) => [id || creditLegs(day)[0], ratio, action] as const),
      ),
    );
    await day.pass(500);
    expect(client.errors().filter(([id]) => id === 5)).toEqual([
      [5, 200, 'No security definition has been found for the request'],
    ]);
  });
});
