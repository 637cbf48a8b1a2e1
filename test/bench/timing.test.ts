import { expect, test } from 'vitest';
import { interleave, plus, rates, scaled, timingOf } from './timing.ts';

test('contenders take turns, the one with more rounds several in each', async () => {
  const order: string[] = [];
  const contender = (name: string, rounds: number) => ({
    run: (round: number) => order.push(`${name}${round}`),
    rounds,
  });
  await interleave(contender('a', 4), contender('b', 2));
  expect(order).toEqual(['a0', 'a1', 'b0', 'a2', 'a3', 'b1']);
});

test('a promise is timed to its end', async () => {
  const order: string[] = [];
  const run = async (): Promise<void> => {
    await Promise.resolve();
    order.push('slow');
  };
  await interleave({ run, rounds: 1 }, { run: () => order.push('next'), rounds: 1 });
  expect(order).toEqual(['slow', 'next']);
});

test('a result of NaN is no result', async () => {
  await expect(interleave({ run: () => NaN, rounds: 1 })).rejects.toThrow('NaN');
});

test('best, median and 99th percentile of the rounds, in any order', () => {
  const took = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(timingOf(took)).toEqual({ best: 1, p50: 101, p99: 199 });
  expect(timingOf([3])).toEqual({ best: 3, p50: 3, p99: 3 });
});

test('units, sums and rates keep which is best', () => {
  const timing = { best: 1, p50: 2, p99: 4 };
  expect(scaled(timing, 10)).toEqual({ best: 10, p50: 20, p99: 40 });
  expect(plus(timing, timing)).toEqual({ best: 2, p50: 4, p99: 8 });
  expect(rates(timing, 8)).toEqual({ best: 8, p50: 4, p99: 2 });
});
