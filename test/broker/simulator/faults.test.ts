import { describe, expect, test } from 'vitest';
import { FaultPlan } from '../../../broker/simulator/faults.ts';
import { simulatedDay, SPY_BAG } from './day.ts';
import type { Day } from './day.ts';
import { placeOrder, settle } from './rawClient.ts';

function marketOrder(day: Day, orderId: number) {
  const legs = [
    [day.option('SPY', '20231020', 'P', 570), 1, 'SELL'],
    [day.option('SPY', '20231020', 'P', 565), 1, 'BUY'],
  ] as const;
  return placeOrder({ orderId, contract: SPY_BAG, legs, type: 'MKT' });
}

describe('rules', () => {
  test('strike what fits, after what they let pass, as often as they say', () => {
    const plan = new FaultPlan([
      { on: 'request', message: 3, clientId: 7, skip: 1, times: 2, action: { kind: 'drop' } },
    ]);
    const kinds = [3, 3, 3, 3].map((message) => plan.strike('request', 7, message)?.kind);
    expect(kinds).toEqual([undefined, 'drop', 'drop', undefined]);
    expect(plan.strike('answer', 7, 3)).toBeUndefined();
    const disarm = plan.add({ on: 'answer', times: Infinity, action: { kind: 'duplicate' } });
    expect(plan.strike('answer', 1, 11)?.kind).toBe('duplicate');
    disarm();
    expect(plan.strike('answer', 1, 11)).toBeUndefined();
  });
});

describe('an order', () => {
  test('dropped silently is never seen by the book', async () => {
    const day = await simulatedDay({ faults: [{ on: 'request', message: 3, action: { kind: 'drop' } }] });
    const client = await day.client();
    client.send(...marketOrder(day, 1));
    await day.pass(2000);
    expect(day.simulator.core.exchange.orders()).toEqual([]);
    expect(client.errors().filter(([id]) => id === 1)).toEqual([]);
  });

  test.each([
    ['cutBefore', 0, 0],
    ['cutAfter', 1, 0],
  ] as const)(
    'whose connection is cut (%s) is known to the book %i times, with %i answers',
    async (kind, known, answers) => {
      const day = await simulatedDay();
      const client = await day.client();
      day.simulator.faults.add({ on: 'request', message: 3, action: { kind } });
      client.send(...marketOrder(day, 1));
      await day.pass(2000);
      expect(client.closed).toBe(true);
      expect(client.of(11)).toHaveLength(answers);
      expect(day.simulator.core.exchange.orders()).toHaveLength(known);
      const again = await day.client();
      again.send(7, 3, 9, 0, '', '', '', '', '', '');
      await settle();
      expect(again.of(11)).toHaveLength(3 * known);
    },
  );

  test('is sent again by the network once and refused as a duplicate', async () => {
    const day = await simulatedDay({ faults: [{ on: 'request', message: 3, action: { kind: 'duplicate' } }] });
    const client = await day.client();
    client.send(...marketOrder(day, 1));
    await day.pass(2000);
    expect(day.simulator.core.exchange.orders()).toHaveLength(1);
    expect(client.of(11)).toHaveLength(3);
  });
});

describe('answers', () => {
  test('are dropped, doubled, delayed past others, cut before, after and within', async () => {
    const day = await simulatedDay();
    const { faults } = day.simulator;
    const client = await day.client();
    const ask = async (): Promise<string[]> => {
      client.clear();
      client.send(49, 1);
      client.send(8, 1, 1);
      await settle();
      return client.messages.map((f) => f[0] ?? '');
    };
    faults.add({ on: 'answer', message: 49, action: { kind: 'drop' } });
    expect(await ask()).toEqual(['9']);
    faults.add({ on: 'answer', message: 49, action: { kind: 'duplicate' } });
    expect(await ask()).toEqual(['49', '49', '9']);
    faults.add({ on: 'answer', message: 49, action: { kind: 'delay', ms: 400 } });
    expect(await ask()).toEqual(['9']);
    await day.pass(500);
    expect(client.messages.map((f) => f[0])).toEqual(['9', '49']);
    faults.add({ on: 'answer', message: 9, action: { kind: 'cutWithin', bytes: 3 } });
    expect(await ask()).toEqual(['49']);
    expect(client.closed).toBe(true);
  });

  test.each([
    ['cutBefore', 0],
    ['cutAfter', 1],
  ] as const)('%s leaves %i of them', async (kind, arrived) => {
    const day = await simulatedDay();
    const client = await day.client();
    day.simulator.faults.add({ on: 'answer', message: 49, action: { kind } });
    client.send(49, 1);
    await settle();
    expect([client.of(49).length, client.closed]).toEqual([arrived, true]);
  });
});

describe('the wire', () => {
  test('in single bytes still says the same', async () => {
    const day = await simulatedDay();
    day.simulator.faults.setWire({ sliceBytes: 1 });
    const client = await day.client();
    client.send(49, 1);
    await settle();
    expect(client.of(49)).toHaveLength(1);
  });

  test('stalled reads nothing until healed; muted answers nothing', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    day.simulator.faults.setWire({ stalled: true });
    client.send(49, 1);
    await settle();
    expect(client.of(49)).toEqual([]);
    day.simulator.faults.clear();
    await settle();
    expect(client.of(49)).toHaveLength(1);
    day.simulator.faults.setWire({ muted: true });
    client.send(49, 1);
    await settle();
    expect([client.of(49).length, client.closed]).toEqual([1, false]);
  });
});

describe('TWS itself', () => {
  test('loses and restores its link, tells a lower next id, cuts everyone', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(...marketOrder(day, 40));
    await day.pass(1000);
    day.simulator.faults.notify(1100, 'Connectivity between IB and TWS has been lost.');
    day.simulator.faults.setNextValidId(1);
    client.send(8, 1, 1);
    await settle();
    expect(client.errors().at(-1)?.[1]).toBe(1100);
    expect(client.of(9).at(-1)?.[2]).toBe('1');
    day.simulator.faults.setNextValidId(undefined);
    client.send(8, 1, 1);
    await settle();
    expect(client.of(9).at(-1)?.[2]).toBe('41');
    day.simulator.faults.cutAll();
    await settle();
    expect(client.closed).toBe(true);
  });

  test('restarts on the same port with its orders', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(...marketOrder(day, 1));
    await day.pass(1000);
    const { port } = day.simulator;
    await day.simulator.faults.restart();
    expect(client.closed).toBe(true);
    expect(day.simulator.port).toBe(port);
    const again = await day.client();
    again.send(99, 0);
    await settle();
    expect(again.of(101)).toHaveLength(1);
  });
});
