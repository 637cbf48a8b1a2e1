import { expect, test } from 'vitest';
import { goalText, meets, timedLine, type Goal } from './benchLine.ts';

const goal = (bound: Goal['bound'], met?: boolean): Goal => ({
  ...{ bound, limit: 5, unit: 'M/s' },
  ...(met === undefined ? {} : { besides: { text: 'error <= 1', met } }),
});

test.each([
  ['<=', 5, true],
  ['<=', 5.01, false],
  ['<', 5, false],
  ['<', 4.99, true],
  ['>=', 5, true],
  ['>=', 4.99, false],
  ['<=', NaN, false],
  ['>=', NaN, false],
] as const)('the goal %s 5 and %d: %j', (bound, value, met) => {
  expect(meets(value, goal(bound))).toBe(met);
});

test('a figure inside its goal with an error outside is not met', () => {
  expect(meets(1, goal('<=', true))).toBe(true);
  expect(meets(1, goal('<=', false))).toBe(false);
  expect(goalText(goal('<=', false))).toBe('<= 5 M/s, error <= 1');
});

test('the best round is the figure and the ratio; a peer that was not timed gives none', () => {
  const [ours, theirs] = [
    { best: 2, p50: 3, p99: 9 },
    { best: 8, p50: 9, p99: 9 },
  ];
  const line = { id: 'G1', name: '', ours, peer: 'other', goal: goal('<=') };
  expect(timedLine({ ...line, theirs })).toMatchObject({ value: 2, peerValue: 8, ratio: 0.25, met: true, unit: 'M/s' });
  expect(timedLine({ ...line, theirs: undefined })).toMatchObject({ value: 2, peerValue: null, ratio: null });
});
