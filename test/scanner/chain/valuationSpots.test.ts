import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { ValuationSpots } from '../../../scanner/chain/valuationSpots.ts';

test('a spot stands for two seconds while the market stays within a basis point of it', () => {
  const writer = new ChainWriter(2);
  const spots = new ValuationSpots();
  const at = (last: number, nowMs: number): number | undefined => {
    writer.underlying('SPY', { last }, nowMs);
    return spots.of(writer.chain(), [], nowMs)['SPY'];
  };
  expect(at(450, 0)).toBe(450);
  expect(at(450.04, 100)).toBe(450);
  expect(at(449.96, 1_900)).toBe(450);
  expect(at(450.04, 2_000)).toBe(450.04);
  expect(at(450.1, 2_100)).toBe(450.1);
});

test('it never differs from the market by more than a basis point, and never lies more than two seconds back', () => {
  const tick = fc.record({ move: fc.integer({ min: -20, max: 20 }), ms: fc.nat({ max: 900 }) });
  fc.assert(
    fc.property(fc.array(tick, { minLength: 1, maxLength: 50 }), (ticks) => {
      const writer = new ChainWriter(2);
      const spots = new ValuationSpots();
      const seen: { spot: number; atMs: number }[] = [];
      let [spot, nowMs] = [450, 0];
      for (const { move, ms } of ticks) {
        spot += move / 100;
        nowMs += ms;
        writer.underlying('SPY', { last: spot }, nowMs);
        seen.push({ spot, atMs: nowMs });
        const used = spots.of(writer.chain(), ['SPY'], nowMs)['SPY'] ?? NaN;
        expect(Math.abs(spot / used - 1)).toBeLessThanOrEqual(1e-4);
        expect(seen.some((one) => one.spot === used && nowMs - one.atMs < 2_000)).toBe(true);
      }
    }),
  );
});

test('a symbol without a spot has none, and only those that were asked for are told', () => {
  const writer = new ChainWriter(2);
  writer.underlying('SPY', { last: 450 }, 0);
  writer.underlying('QQQ', { last: 370 }, 0);
  writer.underlying('IWM', {}, 0);
  const spots = new ValuationSpots();
  expect(spots.of(writer.chain(), ['QQQ', 'IWM', 'XXX'], 0)).toEqual({ QQQ: 370 });
  expect(spots.of(writer.chain(), [], 0)).toEqual({ SPY: 450, QQQ: 370 });
});
