import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractBook } from '../../../../broker/simulator/core/contractBook.ts';
import type { OptionInstrument } from '../../../../broker/simulator/core/instrument.ts';
import { Ledger } from '../../../../broker/simulator/core/ledger.ts';
import { initialMargin } from '../../../../broker/simulator/core/margin.ts';
import { dayNumber, TradingCalendar } from '../../../../broker/simulator/core/tradingCalendar.ts';
import { UNIVERSE } from '../../../../broker/simulator/core/universe.ts';

const book = new ContractBook(UNIVERSE, new TradingCalendar());
const TODAY = dayNumber('2025-11-20');
const prices = { spot: () => 590, value: () => 2 };

function option(right: 'C' | 'P', strike: number, expiry = '20251219'): OptionInstrument {
  const [found] = book.find({ symbol: 'SPY', secType: 'OPT', expiry, right, strike }, TODAY);
  if (found?.kind !== 'option') throw new Error('not listed');
  return found;
}

describe('margin', () => {
  test.each([
    ['a long option needs none', [[option('C', 600), 5]], 0],
    [
      'a put credit spread its width',
      [
        [option('P', 570), -2],
        [option('P', 565), 2],
      ],
      1000,
    ],
    [
      'a call credit spread its width',
      [
        [option('C', 600), -1],
        [option('C', 610), 1],
      ],
      1000,
    ],
    [
      'a debit spread none',
      [
        [option('C', 600), 1],
        [option('C', 610), -1],
      ],
      0,
    ],
    [
      'an iron condor its wider side once',
      [
        [option('P', 570), -1],
        [option('P', 560), 1],
        [option('C', 600), -1],
        [option('C', 605), 1],
      ],
      1000,
    ],
    [
      'a ratio spread its uncovered call as naked',
      [
        [option('C', 600), -2],
        [option('C', 595), 1],
      ],
      100 * (2 + 0.2 * 590 - 10),
    ],
    ['a naked put 20 % less what it is out of the money', [[option('P', 570), -1]], 100 * (2 + 0.2 * 590 - 20)],
    [
      'spreads of different expiries both',
      [
        [option('P', 570), -1],
        [option('P', 565), 1],
        [option('P', 570, '20260116'), -1],
        [option('P', 565, '20260116'), 1],
      ],
      1000,
    ],
  ] as [string, [OptionInstrument, number][], number][])('%s', (_name, held, margin) => {
    const holdings = held.map(([instrument, quantity]) => ({ instrument, quantity }));
    expect(initialMargin(holdings, prices)).toBeCloseTo(margin, 6);
  });

  test('of defined risk is the most that can be lost by expiry at any price', () => {
    const strikes = [560, 565, 570, 575, 580, 600, 605, 610];
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            low: fc.nat(6),
            gap: fc.integer({ min: 1, max: 3 }),
            right: fc.constantFrom('C' as const, 'P' as const),
            quantity: fc.integer({ min: -3, max: 3 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        (spreads) => {
          const holdings = spreads.flatMap(({ low, gap, right, quantity }) => {
            const [near, far] = [strikes[low] ?? 560, strikes[Math.min(low + gap, 7)] ?? 610];
            return [
              { instrument: option(right, near), quantity },
              { instrument: option(right, far), quantity: -quantity },
            ];
          });
          let worst = 0;
          for (let spot = 500; spot <= 700; spot += 0.5) {
            const value = holdings.reduce((sum, { instrument, quantity }) => {
              const { right, strike } = instrument;
              return sum + 100 * quantity * Math.max(0, right === 'C' ? spot - strike : strike - spot);
            }, 0);
            worst = Math.min(worst, value);
          }
          expect(initialMargin(holdings, prices)).toBeCloseTo(-worst, 6);
        },
      ),
    );
  });
});

describe('a ledger', () => {
  test('keeps cash, position and realised profit in step: what is realised is what cash gained when flat', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            quantity: fc.integer({ min: -5, max: 5 }).filter((q) => q !== 0),
            cents: fc.integer({ min: 1, max: 900 }),
          }),
          { minLength: 1, maxLength: 20 },
        ),
        (trades) => {
          const ledger = new Ledger('SIM1', 1000);
          const instrument = option('P', 570);
          let held = 0;
          for (const { quantity, cents } of trades) {
            ledger.book(instrument, { quantity, price: cents / 100, commission: 1 });
            held += quantity;
          }
          expect(ledger.position(instrument.conId)?.quantity).toBe(held);
          if (held !== 0) ledger.book(instrument, { quantity: -held, price: 3, commission: 1 });
          expect(ledger.realisedPnl).toBeCloseTo(ledger.cash - 1000, 6);
        },
      ),
    );
  });

  test('tells nothing realised for an opening trade, and average cost with commission and multiplier', () => {
    const ledger = new Ledger('SIM1', 0);
    const instrument = option('P', 570);
    expect(ledger.book(instrument, { quantity: -2, price: 1.5, commission: 1.3 })).toBeUndefined();
    expect(ledger.position(instrument.conId)?.averageCost).toBeCloseTo(149.35, 9);
    expect(ledger.book(instrument, { quantity: 1, price: 1, commission: 1 })).toBeCloseTo(149.35 - 101, 9);
  });
});
