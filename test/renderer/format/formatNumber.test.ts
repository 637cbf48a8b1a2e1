import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatCompact,
  formatNumber,
  formatPnl,
  formatPrice,
  parseNumber,
  signClass,
} from '../../../renderer/format/formatNumber.ts';

const TABLE = [
  [undefined, {}, ''],
  [Number.NaN, {}, ''],
  [Number.POSITIVE_INFINITY, {}, ''],
  [0, {}, '0.00'],
  [-0, { signed: true }, '0.00'],
  [-0.004, { signed: true }, '0.00'],
  [0.036, { decimals: 3, signed: true }, '+0.036'],
  [-0.021, { decimals: 3, signed: true }, '\u22120.021'],
  [251_806.42, {}, '251,806.42'],
  [-1_234_567, { decimals: 0 }, '\u22121,234,567'],
  [0.701, { decimals: 1, scale: 100, suffix: '%' }, '70.1%'],
  [0.29, { decimals: 2, upTo: 3, padded: true }, '0.29\u2007'],
  [0.855, { decimals: 2, upTo: 3, padded: true }, '0.855'],
  [10, { decimals: 0, upTo: 2 }, '10'],
  [10.5, { decimals: 0, upTo: 2 }, '10.5'],
] as const;

test.each(TABLE)('%s with %o reads %s', (value, format, text) => {
  expect(formatNumber(value, format)).toBe(text);
});

test('what is written reads back as the same number to its decimals', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 4 }), (value, decimals) => {
      const back = parseNumber(formatNumber(value, { decimals, signed: true }));
      expect(back).toBeDefined();
      expect(Math.abs((back ?? Number.NaN) - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals * (1 + 1e-6));
    }),
  );
});

test('a half cent is shown, a missing one is not', () => {
  expect(formatPrice(1.29)).toBe('1.29');
  expect(formatPrice(2.705)).toBe('2.705');
});

test('sign is an arrow and a sign, not a colour alone', () => {
  expect(formatPnl(412.5)).toBe('▲ +412.50');
  expect(formatPnl(-47.5)).toBe('▼ \u221247.50');
  expect(formatPnl(0)).toBe('0.00');
});

test('what reads as zero has no sign class', () => {
  expect([signClass(0.004), signClass(-0.004), signClass(0.005), signClass(-0.005)]).toEqual(['', '', 'up', 'down']);
  expect(signClass(0.0004, 3)).toBe('');
  expect(signClass(undefined)).toBe('');
});

test('thousands are folded from ten thousand on', () => {
  expect([9_999, 27_100, 1_250_000].map(formatCompact)).toEqual(['9,999', '27.1k', '1.3M']);
});

test.each([
  ['', undefined],
  ['1,250.5', 1250.5],
  ['\u22120.15', -0.15],
  ['60%', 60],
  ['$ 5', 5],
])('typed %j is %s', (typed, value) => {
  expect(parseNumber(typed)).toBe(value);
});

test('what is no number is NaN, not a guess', () => {
  expect(parseNumber('abc')).toBeNaN();
});
