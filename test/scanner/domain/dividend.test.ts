import { expect, test } from 'vitest';
import { projectedDividends } from '../../../scanner/domain/dividend.ts';

const quarterly = { next: { exDate: '2026-11-30', amount: 0.25 }, yearAmount: 1 };
const dates = (...args: Parameters<typeof projectedDividends>) =>
  projectedDividends(...args).map(({ exDate }) => exDate);

test('a quarterly payer pays every three months, the last day of a month kept in short ones', () => {
  expect(dates(quarterly, '2026-11-20', '2027-09-01')).toEqual([
    '2026-11-30',
    '2027-02-28',
    '2027-05-30',
    '2027-08-30',
  ]);
  expect(projectedDividends(quarterly, '2026-11-20', '2026-12-01')).toEqual([{ exDate: '2026-11-30', amount: 0.25 }]);
});

test('nothing beyond the expiry, nothing before today; the days themselves count', () => {
  expect(dates(quarterly, '2026-11-30', '2026-11-30')).toEqual(['2026-11-30']);
  expect(dates(quarterly, '2026-12-01', '2027-02-27')).toEqual([]);
  expect(dates(quarterly, '2026-12-01', '2027-02-28')).toEqual(['2027-02-28']);
});

test.each([
  [0.25, ['2026-11-30']],
  [0.5, ['2026-11-30', '2027-05-30']],
  [0.97, ['2026-11-30', '2027-02-28', '2027-05-30', '2027-08-30']],
  [3, 12],
])('a year of %d in amounts of 0.25', (yearAmount, expected) => {
  const found = dates({ ...quarterly, yearAmount }, '2026-11-20', '2027-11-29');
  expect(Array.isArray(expected) ? found : found.length).toEqual(expected);
});

test('an amount of nothing is no dividend', () => {
  expect(dates({ next: { exDate: '2026-11-30', amount: 0 }, yearAmount: 0 }, '2026-11-20', '2027-11-29')).toEqual([]);
});
