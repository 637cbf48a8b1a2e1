import { expect, test } from 'vitest';
import { isOnTick } from '../../../scanner/domain/money.ts';
import { ready, rig, until } from '../../flow/brokerRig.ts';
import { scriptedTws } from './scriptedTws.ts';

test('an index and a stock are told apart', async () => {
  const { gateway } = await ready();
  expect(await gateway.reference.underlying('SPX')).toMatchObject({ symbol: 'SPX', secType: 'IND' });
  expect(await gateway.reference.underlying('AAPL')).toMatchObject({
    symbol: 'AAPL',
    secType: 'STK',
    exchange: 'SMART',
  });
});

test('an unknown symbol is said in words', async () => {
  const { gateway } = await ready();
  await expect(gateway.reference.underlying('NOSUCH')).rejects.toMatchObject({
    error: { kind: 'data', code: 'no-contract', message: expect.stringContaining('NOSUCH') as string },
  });
});

test('roots never mix: SPX and SPXW are lists of their own, true ones with ids', async () => {
  const { gateway } = await ready();
  const spx = await gateway.reference.underlying('SPX');
  const classes = await gateway.reference.optionClasses(spx);
  expect(classes.map(({ root }) => root).sort()).toEqual(['SPX', 'SPXW']);
  const weekly = classes.find(({ root }) => root === 'SPXW');
  const puts = await gateway.reference.contracts(spx, 'SPXW', weekly?.expiries[3] ?? '', 'P');
  expect(puts.length).toBeGreaterThan(20);
  expect(new Set(puts.map(({ root, right }) => root + right))).toEqual(new Set(['SPXWP']));
  expect(puts.every(({ conId }) => conId !== undefined)).toBe(true);
});

test('an AM-settled class expires on the day it settles, not on its last trading day', async () => {
  const { gateway } = await ready();
  const spx = await gateway.reference.underlying('SPX');
  const monthly = (await gateway.reference.optionClasses(spx)).find(({ root }) => root === 'SPX');
  const listed = monthly?.expiries[1] ?? '';
  const [put] = await gateway.reference.contracts(spx, 'SPX', listed, 'P');
  const daysBetween = (Date.parse(put?.expiry ?? '') - Date.parse(listed)) / 86_400_000;
  expect(daysBetween).toBe(1);
  expect(new Date(put?.expiry ?? '').getUTCDay()).toBe(5);
});

test('price increments come from the market rule of the contract', async () => {
  const { gateway } = await ready();
  const spx = await gateway.reference.underlying('SPX');
  const [monthly] = await gateway.reference.optionClasses(spx);
  const [put] = await gateway.reference.contracts(spx, monthly?.root ?? '', monthly?.expiries[2] ?? '', 'P');
  const rule = await gateway.reference.priceIncrements(put?.conId ?? 0);
  // @source Cboe: SPX options trade in 0.05 below 3.00 and 0.10 above.
  expect(isOnTick(2.95, rule) && isOnTick(3.1, rule)).toBe(true);
  expect(isOnTick(2.93, rule) || isOnTick(3.15, rule)).toBe(false);
});

test('a year of IV and of prices, oldest first', async () => {
  const { gateway } = await ready();
  const spy = await gateway.reference.underlying('SPY');
  const [vols, prices] = await Promise.all([gateway.reference.ivHistory(spy), gateway.reference.priceHistory(spy)]);
  for (const series of [vols, prices]) {
    expect(series.length).toBeGreaterThan(240);
    expect(series.map(({ date }) => date)).toEqual(series.map(({ date }) => date).sort());
  }
  expect(vols.every(({ close }) => close > 0.02 && close < 3)).toBe(true);
});

test('a search keeps a second between two questions', async () => {
  const { gateway } = await ready();
  const startedMs = performance.now();
  const [first, second] = await Promise.all([gateway.reference.search('apple'), gateway.reference.search('micro')]);
  expect(performance.now() - startedMs).toBeGreaterThan(950);
  expect(first.map(({ symbol }) => symbol)).toContain('AAPL');
  expect(second.map(({ symbol }) => symbol)).toContain('MSFT');
});

test('an aborted question ends at once, and its answer is still there for others', async () => {
  const { gateway } = await ready();
  const abort = new AbortController();
  const left = gateway.reference.underlying('KO', abort.signal);
  const stayed = gateway.reference.underlying('KO');
  abort.abort(new Error('the panel was closed'));
  await expect(left).rejects.toThrow('the panel was closed');
  expect((await stayed).symbol).toBe('KO');
});

test('a question that TWS never answers ends at its deadline, in words', async () => {
  const tws = await scriptedTws();
  const ours = rig({ requestMs: 200 });
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  await expect(ours.gateway.reference.underlying('SPY')).rejects.toMatchObject({
    error: { kind: 'data', code: 'timeout' },
  });
  await expect(ours.gateway.reference.priceIncrements(5)).rejects.toMatchObject({
    error: { kind: 'data', code: 'timeout' },
  });
});

test('a question that is under way when the link goes fails as a lost connection', async () => {
  const tws = await scriptedTws();
  const ours = rig();
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  const question = ours.gateway.reference.underlying('SPY');
  ours.gateway.connection.disconnect();
  await expect(question).rejects.toMatchObject({ error: { kind: 'connection', code: 'lost' } });
});
