import { expect, test } from 'vitest';
import { AmericanTables } from '../../../scanner/math/americanTables.ts';

const terms = { right: 'P', years: 0.25, rate: 0.05, dividendYield: 0.01 } as const;

test('the same terms give the same expiry, other terms or keys another', () => {
  const tables = new AmericanTables();
  const first = tables.expiry('SPY|P', terms);
  expect(tables.expiry('SPY|P', { ...terms })).toBe(first);
  expect(tables.expiry('QQQ|P', terms)).not.toBe(first);
  expect(tables.expiry('SPY|P', { ...terms, years: 0.5 }).price(100, 100, 0.3)).not.toBe(first.price(100, 100, 0.3));
});
