import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupLegs, type HeldOption, type TradedCombo } from '../../electron/engine/positions/groupLegs.ts';
import type { Right } from '../../scanner/domain/option.ts';
import { isCondor } from '../../scanner/domain/strategy.ts';

function held(strike: number, quantity: number, options: { right?: Right; account?: string; expiry?: string } = {}) {
  const { right = 'P', account = 'DU1', expiry = '2026-12-18' } = options;
  const conId = strike * 10 + (right === 'C' ? 1 : 0) + (expiry === '2026-12-18' ? 0 : 5);
  const contract = { symbol: 'AMD', root: 'AMD', expiry, right, strike, multiplier: 100, conId };
  return { account, conId, contract, quantity, averageCost: 1 } satisfies HeldOption;
}
const shape = (legs: HeldOption[], orders: TradedCombo[] = []) =>
  groupLegs(legs, orders).map((group) => [
    group.strategy ?? 'leg',
    group.spreads,
    ...group.legs.map((leg) => `${leg.quantity}x${leg.contract.strike}`),
  ]);

/** An opening order of ours: conIds, negative for the sold ones. */
const traded = (conIds: readonly number[], spreads = 1, atMs = 5): TradedCombo => ({
  account: 'DU1',
  legs: conIds.map((conId) => ({ conId: Math.abs(conId), sold: conId < 0 })),
  ...{ spreads, atMs },
});

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
  expect(shape([held(100, -1), held(95, 1), held(90, 1)], [traded([-1000, 900])])).toEqual([
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

describe('four legs', () => {
  const PUTS = [-1000, 950];
  const CALLS = [-1201, 1301];
  const wings = (puts: number, calls = puts, options: { expiry?: string } = {}) => [
    ...[held(100, -puts, options), held(95, puts, options)],
    ...[held(120, -calls, { ...options, right: 'C' }), held(130, calls, { ...options, right: 'C' })],
  ];
  const CONDOR = (spreads: number) => ['ironCondor', spreads, ...legsOf(spreads)];
  const legsOf = (n: number) => [`${-n}x100`, `${n}x95`, `${-n}x120`, `${n}x130`];
  const bullPut = (n: number) => ['bullPut', n, `${-n}x100`, `${n}x95`];
  const bearCall = (n: number) => ['bearCall', n, `${-n}x120`, `${n}x130`];

  test('that one order opened are one condor, in whatever order they are told', () => {
    const order = traded([1301, 950, ...PUTS.slice(0, 1), ...CALLS.slice(0, 1)], 2);
    expect(shape(wings(2).reverse(), [order])).toEqual([CONDOR(2)]);
    const [group] = groupLegs(wings(2), [order]);
    expect(group).toMatchObject({ id: 'DU1|AMD|AMD|2026-12-18|P|100|95|ironCondor|120|130', openedAtMs: 5 });
  });

  test('that two orders opened apart stay two verticals', () => {
    expect(shape(wings(1), [traded(PUTS), traded(CALLS, 1, 9)])).toEqual([bullPut(1), bearCall(1)]);
  });

  test('a condor and a vertical on top of it stay what they were opened as', () => {
    const legs = wings(3, 2);
    expect(shape(legs, [traded([...PUTS, ...CALLS], 2), traded(PUTS, 1, 9)])).toEqual([CONDOR(2), bullPut(1)]);
    expect(shape(legs, [traded(PUTS, 1, 2), traded([...PUTS, ...CALLS], 2)])).toEqual([bullPut(1), CONDOR(2)]);
  });

  test('half of a condor order filled: what is held of all four is the condor', () => {
    expect(shape(wings(1), [traded([...PUTS, ...CALLS], 2)])).toEqual([CONDOR(1)]);
  });

  test('a condor whose call wing was bought back is a vertical', () => {
    expect(shape(wings(2, 0), [traded([...PUTS, ...CALLS], 2)])).toEqual([bullPut(2)]);
    expect(shape(wings(2, 1), [traded([...PUTS, ...CALLS], 2)])).toEqual([CONDOR(1), bullPut(1)]);
  });

  test('that no order of ours explains are a condor where nothing else could be meant', () => {
    expect(shape(wings(2))).toEqual([CONDOR(2)]);
    const meet = [held(100, -1), held(95, 1), held(100, -1, { right: 'C' }), held(130, 1, { right: 'C' })];
    expect(shape(meet)).toEqual([['ironButterfly', 1, '-1x100', '1x95', '-1x100', '1x130']]);
  });

  test.each<[string, HeldOption[], unknown[]]>([
    ['wings of different numbers', wings(2, 1), [bullPut(2), bearCall(1)]],
    [
      'two bull puts to choose from',
      [...wings(1), held(85, -1), held(80, 1)],
      [bullPut(1), ['bullPut', 1, '-1x85', '1x80'], bearCall(1)],
    ],
    [
      'wings of two expiries',
      [...wings(1).slice(0, 2), ...wings(1, 1, { expiry: '2027-01-15' }).slice(2)],
      [bullPut(1), bearCall(1)],
    ],
    [
      'sold strikes past each other',
      [held(100, -1), held(95, 1), held(98, -1, { right: 'C' }), held(130, 1, { right: 'C' })],
      [
        ['bullPut', 1, '-1x100', '1x95'],
        ['bearCall', 1, '-1x98', '1x130'],
      ],
    ],
  ])('%s stay verticals', (_, legs, groups) => expect(shape(legs)).toEqual(expect.arrayContaining(groups)));

  test('one wing that an order explains is not joined to one that none does', () => {
    expect(shape(wings(1), [traded(PUTS)])).toEqual([bullPut(1), bearCall(1)]);
  });
});

test('whatever is held, the groups add up to it, contract by contract', () => {
  const strikes = fc.integer({ min: 90, max: 96 });
  const right = fc.constantFrom('C' as const, 'P' as const);
  const leg = fc.record({ strike: strikes, right, quantity: fc.integer({ min: -5, max: 5 }) });
  const unique = fc.uniqueArray(leg, { selector: ({ strike, right: of }) => `${strike}${of}`, maxLength: 10 });
  const conId = fc
    .tuple(strikes, right, fc.constantFrom(-1, 1))
    .map(([k, of, side]) => side * (10 * k + Number(of === 'C')));
  const conIds = fc.uniqueArray(conId, { minLength: 2, maxLength: 4, selector: Math.abs });
  const combo = fc.tuple(conIds, fc.integer({ min: 1, max: 6 }), fc.nat());
  fc.assert(
    fc.property(unique, fc.array(combo, { maxLength: 4 }), (legs, combos) => {
      const groups = groupLegs(
        legs.map(({ strike, quantity, right: of }) => held(strike, quantity, { right: of })),
        combos.map((each) => traded(...each)),
      );
      for (const { strike, quantity, right: of } of legs) {
        const inGroups = groups
          .flatMap((group) => group.legs)
          .filter(({ contract }) => contract.strike === strike && contract.right === of);
        expect(inGroups.reduce((sum, each) => sum + each.quantity, 0)).toBe(quantity);
      }
      for (const { strategy, spreads, legs: members } of groups) {
        for (const { quantity } of members) expect(Math.abs(quantity)).toBe(spreads);
        expect(members).toHaveLength(strategy === undefined ? 1 : isCondor(strategy) ? 4 : 2);
      }
      expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length);
    }),
    { numRuns: 500 },
  );
});
