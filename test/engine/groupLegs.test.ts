import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupLegs, type HeldOption, type TradedPair } from '../../electron/engine/positions/groupLegs.ts';
import type { Right } from '../../scanner/domain/option.ts';

function held(strike: number, quantity: number, options: { right?: Right; account?: string; expiry?: string } = {}) {
  const { right = 'P', account = 'DU1', expiry = '2026-12-18' } = options;
  const conId = strike * 10 + (right === 'C' ? 1 : 0) + (expiry === '2026-12-18' ? 0 : 5);
  const contract = { symbol: 'AMD', root: 'AMD', expiry, right, strike, multiplier: 100, conId };
  return { account, conId, contract, quantity, averageCost: 1 } satisfies HeldOption;
}
const shape = (legs: HeldOption[], traded: TradedPair[] = []) =>
  groupLegs(legs, traded).map((group) => [
    group.strategy ?? 'leg',
    group.spreads,
    ...group.legs.map((leg) => `${leg.quantity}x${leg.contract.strike}`),
  ]);

test.each([
  ['P', 100, 95, 'bullPut'],
  ['P', 95, 100, 'bearPut'],
  ['C', 95, 100, 'bearCall'],
  ['C', 100, 95, 'bullCall'],
] as const)('sold %s %i against bought %i is a %s', (right, short, long, strategy) => {
  const groups = groupLegs([held(short, -2, { right }), held(long, 2, { right })], []);
  expect(groups).toMatchObject([{ strategy, spreads: 2, legs: [{ quantity: -2 }, { quantity: 2 }] }]);
});

test('a sold leg takes the nearest bought strike; the rest stays alone', () => {
  expect(shape([held(100, -3), held(95, 2), held(90, 2)])).toEqual([
    ['bullPut', 2, '-2x100', '2x95'],
    ['bullPut', 1, '-1x100', '1x90'],
    ['leg', 1, '1x90'],
  ]);
});

test('legs that one order opened stay together, even past a nearer strike', () => {
  const pair = { account: 'DU1', shortConId: 1000, longConId: 900, spreads: 1, atMs: 5 };
  expect(shape([held(100, -1), held(95, 1), held(90, 1)], [pair])).toEqual([
    ['bullPut', 1, '-1x100', '1x90'],
    ['leg', 1, '1x95'],
  ]);
});

test('accounts, expiries and rights never mix', () => {
  const legs = [
    held(100, -1),
    held(95, 1, { account: 'DU2' }),
    held(95, 1, { right: 'C' }),
    held(95, 1, { expiry: '2027-01-15' }),
  ];
  expect(shape(legs).map(([name]) => name)).toEqual(['leg', 'leg', 'leg', 'leg']);
});

test('whatever is held, the groups add up to it, contract by contract', () => {
  const leg = fc.record({ strike: fc.integer({ min: 90, max: 96 }), quantity: fc.integer({ min: -5, max: 5 }) });
  const unique = fc.uniqueArray(leg, { selector: ({ strike }) => strike });
  const pair = fc.record({
    account: fc.constant('DU1'),
    shortConId: fc.integer({ min: 90, max: 96 }).map((strike) => strike * 10),
    longConId: fc.integer({ min: 90, max: 96 }).map((strike) => strike * 10),
    spreads: fc.integer({ min: 1, max: 6 }),
    atMs: fc.nat(),
  });
  fc.assert(
    fc.property(unique, fc.array(pair, { maxLength: 4 }), (legs, pairs) => {
      const groups = groupLegs(
        legs.map(({ strike, quantity }) => held(strike, quantity)),
        pairs,
      );
      for (const { strike, quantity } of legs) {
        const inGroups = groups.flatMap((group) => group.legs).filter((each) => each.contract.strike === strike);
        expect(inGroups.reduce((sum, each) => sum + each.quantity, 0)).toBe(quantity);
      }
      expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length);
    }),
  );
});
