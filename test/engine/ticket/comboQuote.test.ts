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
