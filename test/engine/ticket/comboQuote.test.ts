import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ComboLeg } from '../../../broker/gateway.ts';
import { comboQuote } from '../../../electron/engine/ticket/comboQuote.ts';
import type { LiveQuote } from '../../../electron/engine/ticket/legQuotes.ts';
import { isOnTick } from '../../../scanner/domain/money.ts';

const NICKEL = [
  { lowEdge: 0, increment: 0.05 },
  { lowEdge: 3, increment: 0.1 },
];
const leg = (conId: number, action: ComboLeg['action']): ComboLeg => ({
  ...{ conId, action, ratio: 1 },
  contract: { symbol: 'SPX', root: 'SPXW', expiry: '2026-12-18', right: 'P', strike: conId, multiplier: 100, conId },
});
const live = (bid: number | undefined, ask: number | undefined, changes: Partial<LiveQuote> = {}): LiveQuote => ({
  ...{ quote: { bid, ask }, kind: 'live', atMs: 1000 },
  ...changes,
});
const SPREAD = [leg(100, 'SELL'), leg(95, 'BUY')];
const quote = (short: LiveQuote | undefined, long: LiveQuote | undefined) =>
  comboQuote(SPREAD, (conId) => (conId === 100 ? short : long), NICKEL);

test('natural crosses both legs, best waits at both, mid is between', () => {
  expect(quote(live(2, 2.1), live(1, 1.1))).toMatchObject({
    natural: 0.9,
    mid: 1,
    best: 1.1,
    kind: 'live',
    atMs: 1000,
  });
});

test('the same legs the other way round cost what they would bring', () => {
  const closing = comboQuote(
    [leg(100, 'BUY'), leg(95, 'SELL')],
    (id) => (id === 100 ? live(2, 2.1) : live(1, 1.1)),
    NICKEL,
  );
  expect(closing).toMatchObject({ natural: -1.1, mid: -1, best: -0.9 });
});

describe('what is not known is not made up', () => {
  test.each<[string, LiveQuote | undefined, LiveQuote | undefined]>([
    ['no quote of a leg', live(2, 2.1), undefined],
    ['no bid', live(undefined, 2.1), live(1, 1.1)],
    ['an ask of 0', live(0, 0), live(1, 1.1)],
    ['a crossed leg', live(2.2, 2.1), live(1, 1.1)],
  ])('%s', (_what, short, long) => {
    expect(quote(short, long)).toMatchObject({ natural: undefined, mid: undefined, best: undefined });
  });

  test('nobody bids for the sold leg: no natural, but a middle', () => {
    expect(quote(live(0, 0.1), live(0, 0.05))).toMatchObject({ natural: undefined, mid: 0.05 });
  });

  test('no leg at all', () => {
    expect(quote(undefined, undefined)).toBeUndefined();
  });
});

test('it is as live as its least live leg and as old as its older one', () => {
  const mixed = quote(live(2, 2.1, { kind: 'delayed', atMs: 5 }), live(1, 1.1, { kind: 'frozen', atMs: 9 }));
  expect(mixed).toMatchObject({ kind: 'delayed', atMs: 5 });
  expect(quote(live(2, 2.1), undefined)?.atMs).toBe(0);
});

test('on valid ticks, and natural never promises more than crossing gives', () => {
  const cents = fc.integer({ min: 1, max: 2000 }).map((value) => value / 100);
  fc.assert(
    fc.property(cents, cents, cents, cents, (a, b, c, d) => {
      const short = live(Math.min(a, b), Math.max(a, b));
      const long = live(Math.min(c, d), Math.max(c, d));
      const { natural = NaN, mid = NaN, best = NaN } = quote(short, long) ?? {};
      for (const price of [natural, mid, best]) expect(isOnTick(price, NICKEL)).toBe(true);
      expect(natural).toBeLessThanOrEqual(Math.min(a, b) - Math.max(c, d) + 1e-9);
      expect(natural).toBeLessThanOrEqual(mid + 1e-9);
      expect(mid).toBeLessThanOrEqual(best + 1e-9);
    }),
  );
});

describe('a condor', () => {
  const SIDES = ['SELL', 'BUY', 'SELL', 'BUY'] as const;
  const IDS = [100, 95, 120, 130];
  const LEGS = IDS.map((conId, i) => leg(conId, SIDES[i] ?? 'BUY'));
  const CENT = [{ lowEdge: 0, increment: 0.01 }];
  const MARKET = [live(2, 2.1), live(0.8, 0.85), live(1.6, 1.7), live(0.45, 0.55)];
  const of = (legs: readonly ComboLeg[], market: readonly (LiveQuote | undefined)[] = MARKET) =>
    comboQuote(legs, (conId) => market[IDS.indexOf(conId)], CENT);

  test('natural sells both short legs at the bid and buys both long ones at the ask, in any order of legs', () => {
    // 2.00 + 1.60 - 0.85 - 0.55, and the other way round 2.10 + 1.70 - 0.80 - 0.45.
    expect(of(LEGS)).toMatchObject({ natural: 2.2, best: 2.55 });
    // 2.05 + 1.65 - 0.825 - 0.50 is half way between two cents.
    expect([2.37, 2.38]).toContain(of(LEGS)?.mid);
    expect(of([...LEGS].reverse())).toEqual(of(LEGS));
  });

  test('to buy it back costs what opening it would bring at best', () => {
    const closing = LEGS.map((each): ComboLeg => ({ ...each, action: each.action === 'BUY' ? 'SELL' : 'BUY' }));
    expect(of(closing)).toMatchObject({ natural: -2.55, best: -2.2 });
  });

  test('without one of its four quotes it has no price, and its age is not known', () => {
    for (const i of IDS.keys()) {
      const market = MARKET.map((each, at) => (at === i ? undefined : each));
      expect(of(LEGS, market)).toMatchObject({ natural: undefined, mid: undefined, best: undefined, atMs: 0 });
    }
  });

  test('it is as old as its oldest leg', () => {
    expect(
      of(
        LEGS,
        MARKET.map((each, i) => ({ ...each, atMs: 1000 + 100 * ((i + 2) % 4) })),
      )?.atMs,
    ).toBe(1000);
  });
});
