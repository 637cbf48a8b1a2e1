import { expect, test } from 'vitest';
import { dividendsOf } from '../../../../broker/simulator/core/rates.ts';
import { UNIVERSE, type Listing } from '../../../../broker/simulator/core/universe.ts';

function listing(symbol: string): Listing {
  const found = UNIVERSE.find((one) => one.symbol === symbol);
  if (!found) throw new Error(`${symbol} is not listed`);
  return found;
}

// Second Fridays by the calendar: 13 February, 8 May, 14 August, 13 November 2026, 12 February 2027.
test.each([
  ['2026-11-12', '2026-11-13'],
  ['2026-11-13', '2026-11-13'],
  ['2026-11-14', '2027-02-12'],
])('on %s the next ex-dividend day is %s', (today, exDate) => {
  expect(dividendsOf(listing('GS'), today)).toEqual({ perYear: 12, next: { exDate, amount: 3 } });
});

test('a share that pays nothing has no next dividend', () => {
  expect(dividendsOf(listing('TSLA'), '2026-11-20')).toEqual({ perYear: 0, next: undefined });
});
