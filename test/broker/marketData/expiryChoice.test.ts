import { expect, test } from 'vitest';
import { expiryGroups, insideDte } from '../../../broker/marketData/expiryChoice.ts';
import type { OptionClass } from '../../../broker/gateway.ts';

const TODAY = '2023-09-14';

function classOf(root: string, expiries: string[], multiplier = 100): OptionClass {
  return { root, exchange: 'SMART', multiplier, expiries, strikes: [] };
}

test('the expiry nearest to the middle of the window comes first', () => {
  const spy = classOf('SPY', ['2023-09-29', '2023-10-20', '2023-11-17', '2024-01-19']);
  // 15, 36, 64 and 127 days; the middle of 10 to 70 is 40.
  expect(expiryGroups([spy], TODAY, { min: 10, max: 70 }).map(({ expiry }) => expiry)).toEqual([
    '2023-10-20',
    '2023-11-17',
    '2023-09-29',
  ]);
});

test('bounds are inclusive, and what has expired is left out', () => {
  const spy = classOf('SPY', ['2023-09-13', '2023-09-14', '2023-09-24', '2023-09-25']);
  expect(
    expiryGroups([spy], TODAY, { max: 10 })
      .map(({ expiry }) => expiry)
      .sort(),
  ).toEqual(['2023-09-14', '2023-09-24']);
});

test('an AM-settled class is listed a day before it settles: its last day counts for the next', () => {
  const groups = expiryGroups([classOf('SPX', ['2023-10-19']), classOf('SPXW', ['2023-10-19'])], TODAY, {
    min: 36,
    max: 36,
  });
  expect(groups).toEqual([{ root: 'SPX', expiry: '2023-10-19' }]);
});

test('mini and other multipliers are left out', () => {
  expect(expiryGroups([classOf('SPY', ['2023-10-20'], 10)], TODAY, {})).toEqual([]);
});

test.each([
  [-1, {}, false],
  [0, {}, true],
  [5, { min: 5, max: 5 }, true],
  [6, { max: 5 }, false],
  [4, { min: 5 }, false],
] as const)('%i days inside %o: %s', (days, dte, inside) => {
  expect(insideDte(days, dte)).toBe(inside);
});
