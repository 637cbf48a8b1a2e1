import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPayload, creditOfLimit, limitOfCredit, payloadHash } from '../../../broker/orders/payload.ts';
import { creditWords } from '../../../broker/orders/words.ts';
import { orderOfTicket } from '../../../broker/orders/ticket.ts';
import { bullPutOrder, leg } from './orderFixtures.ts';
import { bullPutTicket } from './ticketFixtures.ts';

const cents = fc.integer({ min: -100_000, max: 100_000 }).map((count) => count / 100);

describe('invariant 13: what is sent hashes equal to what was previewed', () => {
  test('1 the hash is SHA-256 of a text that a person can read', () => {
    const text =
      '{"account":"SIM0001","symbol":"AMD","side":"BUY","legs":[[1001,"SELL",1],[1002,"BUY",1]],' +
      '"quantity":5,"limitMicros":-1290000,"tif":"DAY"}';
    expect(canonicalPayload(bullPutOrder())).toBe(text);
    expect(payloadHash(bullPutOrder())).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('2 it does not depend on the order of the legs or on our reference', () => {
    const order = bullPutOrder();
    expect(payloadHash({ ...order, legs: [...order.legs].reverse(), orderRef: 'LW-2' })).toBe(payloadHash(order));
  });

  test.each([
    ['account', bullPutOrder({ account: 'SIM0002' })],
    ['quantity', bullPutOrder({ quantity: 6 })],
    ['limit', bullPutOrder({ limitPrice: -1.28 })],
    ['sign of the limit', bullPutOrder({ limitPrice: 1.29 })],
    ['time in force', bullPutOrder({ tif: 'GTC' })],
    ['contract of a leg', bullPutOrder({ legs: [leg('SELL', 100, 1001), leg('BUY', 90, 1003)] })],
    ['side of the legs', bullPutOrder({ legs: [leg('BUY', 100, 1001), leg('SELL', 95, 1002)] })],
    ['ratio', bullPutOrder({ legs: [leg('SELL', 100, 1001), { ...leg('BUY', 95, 1002), ratio: 2 }] })],
  ])('3 it changes with the %s', (_, changed) => expect(payloadHash(changed)).not.toBe(payloadHash(bullPutOrder())));

  test.each([NaN, Infinity, -Infinity, 1e308])('4 a limit of %d has no payload', (limitPrice) => {
    expect(() => payloadHash(bullPutOrder({ limitPrice }))).toThrow(RangeError);
  });
});

describe('the sign convention: the combo is bought as listed, a credit is a negative limit', () => {
  test('credit to limit and back', () => {
    fc.assert(
      fc.property(cents, (credit) => {
        expect(creditOfLimit(limitOfCredit(credit))).toBe(credit + 0);
        expect(Object.is(limitOfCredit(credit), -0)).toBe(false);
        if (credit > 0) expect(limitOfCredit(credit)).toBeLessThan(0);
        if (credit < 0) expect(limitOfCredit(credit)).toBeGreaterThan(0);
      }),
    );
  });

  test('words and wire agree: receive goes with a negative limit, pay with a positive one', () => {
    fc.assert(
      fc.property(
        cents.filter((credit) => credit !== 0),
        (credit) => {
          const ticket = bullPutTicket({ credit });
          const { limitPrice } = orderOfTicket(ticket, 'LW-1');
          const [verb, size] = creditWords(ticket).split(' ');
          expect(verb).toBe(limitPrice < 0 ? 'Receive' : 'Pay');
          expect(Number(size)).toBe(Math.abs(limitPrice));
        },
      ),
    );
  });
});
