import { expect, test } from 'vitest';
import { simulatedDay, SPY_BAG, type Day } from '../day.ts';
import { condor, lastStatus } from '../orderBench.ts';
import { placeOrder, type RawClient } from '../rawClient.ts';

const EXECUTION = 11;
const COMMISSION = 59;

/** Margin change and commission of a what-if. */
async function whatIf(day: Day, client: RawClient, order: Partial<Parameters<typeof placeOrder>[0]>) {
  client.clear();
  client.send(...placeOrder({ orderId: 90, contract: SPY_BAG, limit: -1, whatIf: true, ...order }));
  await day.pass(500);
  const [answer = []] = client.of(5);
  const at = answer.indexOf('PreSubmitted');
  return { margin: Number(answer[at + 4]), commission: Number(answer[at + 10]) };
}

test('a what-if asks for the wider side of a condor, once, and for the commission of four legs', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs } = condor(day);
  expect(await whatIf(day, client, { legs, quantity: 3 })).toEqual({ margin: 3000, commission: 7.8 });
  // The puts alone are 5 wide, the calls alone 10: both sides together need no more than the calls.
  expect(await whatIf(day, client, { legs: legs.slice(0, 2), quantity: 3 })).toMatchObject({ margin: 1500 });
  expect(await whatIf(day, client, { legs: legs.slice(2), quantity: 3 })).toMatchObject({ margin: 3000 });
});

test('a butterfly needs its wider side as well, in whatever order its legs are listed', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const id = (right: 'C' | 'P', strike: number) => day.option('SPY', '20231020', right, strike);
  const legs = [
    [id('C', 600), 1, 'BUY'],
    [id('P', 590), 1, 'SELL'],
    [id('C', 590), 1, 'SELL'],
    [id('P', 570), 1, 'BUY'],
  ] as const;
  expect(await whatIf(day, client, { legs, quantity: 1 })).toMatchObject({ margin: 2000 });
});

test('a condor is filled as one combo: a summary and an execution, a commission and a position per leg', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs, conIds } = condor(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, quantity: 2, type: 'MKT', orderRef: 'condor' }));
  await day.pass(1000);
  expect(lastStatus(client, 1)).toMatchObject({ status: 'Filled', filled: 2, remaining: 0 });
  const executions = client.of(EXECUTION);
  expect(executions.map((f) => f[5])).toEqual(['BAG', 'OPT', 'OPT', 'OPT', 'OPT']);
  expect(executions.slice(1).map((f) => Number(f[3]))).toEqual(conIds);
  expect(executions.map((f) => f[18])).toEqual(['BOT', 'SLD', 'BOT', 'SLD', 'BOT']);
  expect(new Set(executions.map((f) => f[14])).size).toBe(5);
  expect(new Set(executions.map((f) => f[26]))).toEqual(new Set(['condor']));
  const [net = NaN, ...prices] = executions.map((f) => Number(f[20]));
  const [shortPut = NaN, longPut = NaN, shortCall = NaN, longCall = NaN] = prices;
  expect(net).toBeLessThan(0);
  expect(longPut + longCall - shortPut - shortCall).toBeCloseTo(net, 9);
  const commissions = client.of(COMMISSION);
  expect(commissions.map((f) => Number(f[3]))).toEqual([1.3, 1.3, 1.3, 1.3]);
  expect(commissions.map((f) => f[2])).toEqual(executions.slice(1).map((f) => f[14]));
  const ledger = day.simulator.core.accounts.ledger('SIM0000001');
  expect(conIds.map((conId) => ledger?.position(conId)?.quantity)).toEqual([-2, 2, -2, 2]);
  // Average cost: price times multiplier, less the commission when sold, with it when bought.
  conIds.forEach((conId, i) => {
    const sign = i % 2 === 0 ? -1 : 1;
    expect(ledger?.position(conId)?.averageCost).toBeCloseTo(100 * (prices[i] ?? NaN) + sign * 0.65, 9);
  });
  expect(ledger?.cash).toBeCloseTo(250_000 - 200 * net - 4 * 1.3, 6);
  const { accounts } = day.simulator.core;
  expect(accounts.values('SIM0000001', day.clock.now()).initialMargin).toBe(2000);
});

test('a condor bought back as one combo leaves nothing, and realises what came in and went out', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs, conIds } = condor(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT' }));
  await day.pass(1000);
  const back = legs.map(([conId, ratio, action]) => [conId, ratio, action === 'BUY' ? 'SELL' : 'BUY'] as const);
  expect(await whatIf(day, client, { legs: back, limit: 5 })).toMatchObject({ margin: -1000 });
  client.send(...placeOrder({ orderId: 91, contract: SPY_BAG, legs: back, type: 'MKT' }));
  await day.pass(1000);
  const ledger = day.simulator.core.accounts.ledger('SIM0000001');
  expect(conIds.map((conId) => ledger?.position(conId)?.quantity)).toEqual([0, 0, 0, 0]);
  expect(ledger?.realisedPnl).toBeCloseTo((ledger?.cash ?? NaN) - 250_000, 6);
  const realised = client
    .of(COMMISSION)
    .slice(-4)
    .reduce((sum, f) => sum + Number(f[5]), 0);
  expect(realised).toBeCloseTo(ledger?.realisedPnl ?? NaN, 6);
});

test('a condor that rests is told as open with its four legs in their order', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  const { legs, conIds } = condor(day);
  client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, limit: -9.9, tif: 'GTC' }));
  await day.pass(500);
  client.clear();
  client.send(5, 1);
  await day.pass(500);
  const [told = []] = client.of(5);
  const words = conIds.map((conId, i) => `${conId}|${i % 2 === 0 ? '-1' : '1'}`).join(',');
  expect(told).toContain(words);
  const count = told.indexOf(words) + 1;
  expect(told[count]).toBe('4');
  expect([0, 1, 2, 3].map((i) => told[count + 1 + 8 * i])).toEqual(conIds.map(String));
});
