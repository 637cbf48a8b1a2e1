import { expect, test } from 'vitest';
import { formatDuration, formatExpiry, formatTime } from '../../../renderer/format/formatDate.ts';
import { priceWords } from '../../../renderer/format/priceWords.ts';
import { breakEvenText, spreadName } from '../../../renderer/format/spreadName.ts';

test('a credit is received, a debit is paid, per share, per contract and in all', () => {
  expect(priceWords(1.29, 5, 100)).toEqual({
    verb: 'Receive',
    perShare: '1.29',
    perContract: '129.00',
    total: '645.00',
  });
  expect(priceWords(-0.51, 10, 100)).toEqual({ verb: 'Pay', perShare: '0.51', perContract: '51.00', total: '510.00' });
});

test('dates and times are New York’s', () => {
  expect(formatExpiry('2023-09-15')).toBe('15 Sep');
  expect(formatExpiry('2027-01-08', true)).toBe('8 Jan 2027');
  expect(formatTime(Date.UTC(2023, 8, 14, 19, 41, 4))).toBe('15:41:04');
  expect(formatTime(Date.UTC(2023, 0, 14, 5, 0, 0))).toBe('00:00:00');
  expect(formatTime(undefined)).toBe('');
});

test.each([
  [-50, '0 s'],
  [4_200, '4 s'],
  [89_000, '89 s'],
  [720_000, '12 min'],
  [10_800_000, '3 h'],
])('%i ms is %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test('a spread is named by its sold strike first', () => {
  const strikes = { symbol: 'AMD', right: 'P' as const, shortStrike: 102.5, longStrike: 95 };
  expect(spreadName({ ...strikes, strategy: 'bullPut' })).toBe('AMD 102.5/95 bull put');
  const callWing = { shortStrike: 120, longStrike: 130 };
  expect(spreadName({ ...strikes, strategy: 'ironCondor', callWing })).toBe('AMD 102.5/95 · 120/130 iron condor');
});

test('a condor shows both break-evens', () => {
  expect(breakEvenText({ breakEven: 98.71 })).toBe('98.71');
  expect(breakEvenText({ breakEven: 97.65, upperBreakEven: 1122.35 })).toBe('97.65 – 1,122.35');
  expect(breakEvenText({})).toBe('');
});
