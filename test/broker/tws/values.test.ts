import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comboPrice,
  count,
  legPrice,
  modelTick,
  money,
  moneyText,
  positivePrice,
  wireDate,
  wireTimeMs,
} from '../../../broker/tws/values.ts';

const DBL_MAX = 1.7976931348623157e308;

describe('sentinels of TWS become undefined', () => {
  test.each([
    ['legPrice', legPrice, -1],
    ['legPrice', legPrice, DBL_MAX],
    ['legPrice', legPrice, Number.NaN],
    ['legPrice', legPrice, Number.POSITIVE_INFINITY],
    ['legPrice', legPrice, undefined],
    ['positivePrice', positivePrice, 0],
    ['positivePrice', positivePrice, -1],
    ['count', count, -1],
    ['count', count, 2_147_483_647],
    ['count', count, DBL_MAX],
    ['money', money, DBL_MAX],
    ['money', money, -DBL_MAX],
    ['money', money, 1e308],
    ['comboPrice', comboPrice, DBL_MAX],
  ] as const)('%s of %o', (_, read, value) => {
    expect(read(value)).toBeUndefined();
  });

  test.each([
    ['a bid of 0 is a real bid', legPrice, 0, 0],
    ['a combo at -1 is a credit of 1', comboPrice, -1, -1],
    ['a loss is money', money, -250.5, -250.5],
    ['no volume yet is 0', count, 0, 0],
  ] as const)('%s', (_, read, value, expected) => {
    expect(read(value)).toBe(expected);
  });

  test.each([
    ['', undefined],
    ['  ', undefined],
    ['1.7976931348623157E308', undefined],
    ['N/A', undefined],
    ['-12.5', -12.5],
    ['0', 0],
  ] as const)('account value "%s" -> %s', (text, expected) => {
    expect(moneyText(text)).toBe(expected);
  });
});

test.each([
  ['20261120 10:15:22 US/Eastern', Date.UTC(2026, 10, 20, 15, 15, 22)],
  ['20260701 10:15:22 America/New_York', Date.UTC(2026, 6, 1, 14, 15, 22)],
  ['20261120 10:15:22 EST', Date.UTC(2026, 10, 20, 15, 15, 22)],
  ['20261120-15:15:22 UTC', Date.UTC(2026, 10, 20, 15, 15, 22)],
  ['20261120 10:15:22', undefined],
  ['20261120 10:15:22 Nowhere/Land', undefined],
  ['', undefined],
] as const)('the time "%s" -> %s', (text, expected) => {
  expect(wireTimeMs(text)).toBe(expected);
});

describe('model values', () => {
  const whole = { iv: 0.2, delta: -0.3, gamma: 0.01, theta: -0.05, vega: 0.1, underlyingPrice: 100 };

  test('a whole tick passes', () => {
    expect(modelTick(whole)).toEqual(whole);
  });

  test.each([[0], [-1], [undefined], [DBL_MAX]])('an IV of %s distrusts every Greek of the tick', (iv) => {
    expect(modelTick({ ...whole, iv })).toEqual({});
  });

  test.each([[0], [-2], [1.5], [undefined]])('a delta of %s leaves the IV alone', (delta) => {
    expect(modelTick({ ...whole, delta })).toEqual({ iv: 0.2 });
  });

  test('property: nothing that leaves is a sentinel', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(-1, -2, 0, DBL_MAX, -DBL_MAX, 1e308, Number.NaN));
    fc.assert(
      fc.property(any, any, any, any, any, any, (iv, delta, gamma, theta, vega, underlyingPrice) => {
        const read = modelTick({ iv, delta, gamma, theta, vega, underlyingPrice });
        for (const value of Object.values(read)) if (value !== undefined) expect(Math.abs(value)).toBeLessThan(1e300);
        if (read.delta !== undefined) expect(Math.abs(read.delta)).toBeLessThanOrEqual(1);
        if (read.iv !== undefined) expect(read.iv).toBeGreaterThan(0);
      }),
    );
  });
});

test.each([
  ['20130219', '2013-02-19'],
  ['20240229', '2024-02-29'],
  ['20230229', undefined],
  ['20231301', undefined],
  ['2013-02-19', undefined],
  ['', undefined],
  [undefined, undefined],
])('the date %s is %s', (text, date) => expect(wireDate(text)).toBe(date));
