import { expect, test } from 'vitest';
import type { ChainProgress } from '../../../broker/gateway.ts';
import { LoadProgress } from '../../../broker/marketData/loadProgress.ts';
import { MessagePacer } from '../../../broker/pacing/messagePacer.ts';
import { fakeClock } from '../../fakeClock.ts';

function progress(symbols: number): { of: LoadProgress; last: () => ChainProgress | undefined; pacer: MessagePacer } {
  const pacer = new MessagePacer(fakeClock(), { ceiling: 40 });
  const told: ChainProgress[] = [];
  pacer.count(7);
  return { of: new LoadProgress(pacer, symbols, (p) => void told.push(p)), last: () => told.at(-1), pacer };
}

test('nothing can be estimated before one expiry is done', () => {
  const { of, last } = progress(2);
  of.listed('SPY', 4);
  of.plan(10);
  of.say('SPY', 'quotes');
  expect(last()).toMatchObject({ quoted: 0, toQuote: 10, symbolsDone: 0, symbolsTotal: 2, remainingMs: undefined });
});

test('only frames of this load are counted', () => {
  const { of, last, pacer } = progress(1);
  pacer.count(5);
  of.say('SPY', 'contract');
  expect(last()?.messagesSent).toBe(5);
});

test('what is left is estimated from what is done', () => {
  const { of, last } = progress(2);
  of.listed('SPY', 2);
  of.plan(10);
  for (let i = 0; i < 10; i++) of.settled();
  of.walked('SPY');
  of.say('SPY', 'quotes');
  // One more expiry of SPY and two of the symbol not looked at: 3 times 10 contracts and a list each, two frames apiece.
  expect(last()?.remainingMs).toBe(((3 * 10 * 2 + 3 * 2) * 1000) / 40);
});

test('a failure carries its words', () => {
  const { of, last } = progress(1);
  of.finished('NOSUCH');
  of.say('NOSUCH', 'failed', 'no such symbol');
  expect(last()).toMatchObject({ stage: 'failed', problem: 'no such symbol', symbolsDone: 1 });
});

test('rounds of refreshing do not count the same contracts again', () => {
  const { of, last } = progress(1);
  of.plan(10);
  for (let i = 0; i < 10; i++) of.settled();
  of.finished('SPY');
  of.plan(10);
  of.settled();
  of.say('SPY', 'quotes');
  expect(last()).toMatchObject({ quoted: 10, toQuote: 10 });
});
