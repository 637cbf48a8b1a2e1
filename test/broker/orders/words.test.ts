import { expect, test } from 'vitest';
import { maxLossOf } from '../../../broker/orders/preview.ts';
import {
  breakEvensOf,
  creditWords,
  maxLossWords,
  moneyWords,
  orderSentence,
  priceWords,
  titleOf,
} from '../../../broker/orders/words.ts';
import { LONG_PUT, SHORT_PUT, leg } from './orderFixtures.ts';
import { bullPutTicket, closingCondorTicket, closingTicket, condorTicket } from './ticketFixtures.ts';

// Every expected text is that of design/mock/live.html and positions.html, or finance.md worked out by hand.

test('the price in words, as on the ticket', () => {
  expect(creditWords(bullPutTicket())).toBe('Receive 1.29 per share, 129.00 per contract, 645.00 in all.');
  expect(creditWords(closingTicket({ quantity: 10 }))).toBe('Pay 0.51 per share, 51.00 per contract, 510.00 in all.');
});

test('the order as one would say it', () => {
  expect(orderSentence(bullPutTicket())).toBe(
    'Sell 5 bull put spreads on AMD. Sell 5 puts at 100, buy 5 puts at 95, both 15 Sep 2023, as one combo, ' +
      'for a credit of 1.29 or better. Day order.',
  );
  expect(orderSentence(bullPutTicket({ quantity: 1, tif: 'GTC' }))).toBe(
    'Sell 1 bull put spread on AMD. Sell 1 put at 100, buy 1 put at 95, both 15 Sep 2023, as one combo, ' +
      'for a credit of 1.29 or better. Good till cancelled.',
  );
  expect(orderSentence(closingTicket({ quantity: 10 }))).toBe(
    'Buy back 10 bull put spreads on AMD. Sell 10 puts at 95, buy 10 puts at 100, both 15 Sep 2023, as one combo, ' +
      'for a debit of 0.51 or better. Day order.',
  );
});

test('a debit spread is bought, and sold back', () => {
  const legs = [leg('BUY', 100, SHORT_PUT), leg('SELL', 95, LONG_PUT)];
  const open = bullPutTicket({ strategy: 'bearPut', legs, credit: -2.1, quantity: 2 });
  expect(orderSentence(open)).toMatch(/^Buy 2 bear put spreads on AMD\. .*for a debit of 2\.10 or better/);
  const close = bullPutTicket({ strategy: 'bearPut', effect: 'close', credit: 2.5, quantity: 2 });
  expect(orderSentence(close)).toMatch(/^Sell back 2 bear put spreads on AMD\. .*for a credit of 2\.50 or better/);
});

test('the leg that names the spread comes first, opened or closed', () => {
  expect(titleOf(bullPutTicket())).toBe('AMD 100/95 bull put 15 Sep 2023');
  expect(titleOf(closingTicket())).toBe('AMD 100/95 bull put 15 Sep 2023');
  expect(titleOf(bullPutTicket({ strategy: undefined, legs: [leg('BUY', 95, LONG_PUT)] }))).toBe(
    'AMD 95 put 15 Sep 2023',
  );
});

test('max loss with fees in, in dollars and percent of the account', () => {
  // (5 - 1.29) * 100 * 5 + 0.65 * 2 * 5
  expect(maxLossOf(bullPutTicket())).toBeCloseTo(1861.5, 9);
  expect(maxLossWords(1861.5, (100 * 1861.5) / 251_806.42)).toBe(
    'At most 1,861.50 can be lost, fees in: 0.74 % of the account.',
  );
  expect(maxLossOf(closingTicket())).toBe(0);
  expect(maxLossWords(0, undefined)).toBe('This order closes what is held and adds no risk.');
});

test('break-even of an opening vertical', () => {
  expect(breakEvensOf(bullPutTicket())).toEqual([expect.closeTo(98.71, 9)]);
  expect(breakEvensOf(closingTicket())).toEqual([]);
});

test('a condor as one would say it, puts first, in whatever order its legs are listed', () => {
  const sentence =
    'Sell 2 iron condors on AMD. Sell 2 puts at 100, buy 2 puts at 95, sell 2 calls at 120, buy 2 calls at 130, all ' +
    '15 Sep 2023, as one combo, for a credit of 2.35 or better. Day order.';
  expect(orderSentence(condorTicket())).toBe(sentence);
  expect(orderSentence(condorTicket({ legs: [...condorTicket().legs].reverse() }))).toBe(sentence);
  expect(orderSentence(closingCondorTicket({ quantity: 1 }))).toBe(
    'Buy back 1 iron condor on AMD. Sell 1 put at 95, buy 1 put at 100, sell 1 call at 130, buy 1 call at 120, all ' +
      '15 Sep 2023, as one combo, for a debit of 1.10 or better. Day order.',
  );
  expect(orderSentence(condorTicket({ strategy: 'ironButterfly' }))).toMatch(/^Sell 2 iron butterflies on AMD\./);
});

test('a condor is named after both sold strikes, opened or closed, in any order of its legs', () => {
  const title = 'AMD 100/95 · 120/130 iron condor 15 Sep 2023';
  expect(titleOf(condorTicket())).toBe(title);
  expect(titleOf(closingCondorTicket())).toBe(title);
  expect(titleOf(condorTicket({ legs: [...condorTicket().legs].reverse() }))).toBe(title);
});

test('finance.md: a condor loses (wider width - C) m and the fees of four legs, and has two break-evens', () => {
  // (10 - 2.35) * 100 * 2 + 0.65 * 4 * 2
  expect(maxLossOf(condorTicket())).toBeCloseTo(1535.2, 9);
  expect(breakEvensOf(condorTicket())).toEqual([expect.closeTo(97.65, 9), expect.closeTo(122.35, 9)]);
  expect(breakEvensOf(closingCondorTicket())).toEqual([]);
  // More than the puts can ever cost: nothing is lost below.
  expect(breakEvensOf(condorTicket({ credit: 5.5 }))).toEqual([expect.closeTo(125.5, 9)]);
});

test.each([
  [1234567.891, '1,234,567.89'],
  [0, '0.00'],
  [-0.001, '0.00'],
  [-1861.5, '-1,861.50'],
])('money %d is %s', (dollars, words) => expect(moneyWords(dollars)).toBe(words));

test.each([
  [1.5, '1.50'],
  [-0.05, '0.05'],
  [0.125, '0.125'],
  [0.1 + 0.2, '0.30'],
])('price %d is %s', (price, words) => expect(priceWords(price)).toBe(words));
