import fc from 'fast-check';
import { expect, test } from 'vitest';
import { legPrices } from '../../../../broker/simulator/core/comboPricing.ts';
import type { OrderLeg } from '../../../../broker/simulator/core/orderTypes.ts';
import type { Quote } from '../../../../broker/simulator/core/quote.ts';

const leg = (action: OrderLeg['action']): OrderLeg => ({
  ...{ action, ratio: 1, exchange: 'SMART', openClose: 0 },
  // Prices follow from the quotes alone.
  instrument: undefined as unknown as OrderLeg['instrument'],
});
const quote = (bidCents: number, width: number): Quote => ({
  ...{ bid: bidCents / 100, ask: (bidCents + width) / 100, bidSize: 1, askSize: 1, last: undefined, lastSize: 0 },
  ...{ lastAtMs: 0, volume: 0 },
});
const SIDES = ['SELL', 'BUY', 'SELL', 'BUY'] as const;

test('prices of the legs of a condor net to its own price to the cent, and none is below a cent', () => {
  // A condor's bought wings may be worth next to nothing; its sold ones are not.
  const sold = fc.tuple(fc.integer({ min: 60, max: 900 }), fc.integer({ min: 1, max: 40 }));
  const bought = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 20 }));
  const part = fc.integer({ min: 0, max: 100 });
  const places = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  fc.assert(
    fc.property(fc.tuple(sold, bought, sold, bought), part, places, (cents, share, order) => {
      const quotes = order.map((i) => quote(...(cents[i] ?? [0, 1])));
      const legs = order.map((i) => leg(SIDES[i] ?? 'BUY'));
      const sign = (each: OrderLeg) => (each.action === 'BUY' ? 1 : -1);
      const edge = (side: 'bid' | 'ask', other: 'bid' | 'ask') =>
        legs.reduce((sum, each, i) => sum + sign(each) * (quotes[i]?.[each.action === 'BUY' ? side : other] ?? NaN), 0);
      const [bid, ask] = [edge('bid', 'ask'), edge('ask', 'bid')];
      const net = Math.round(100 * (bid + ((ask - bid) * share) / 100)) / 100;
      const prices = legPrices(legs, quotes, net);
      expect(prices.reduce((sum, price, i) => sum + sign(legs[i] ?? leg('BUY')) * price, 0)).toBeCloseTo(net, 9);
      for (const price of prices) {
        expect(price).toBeGreaterThanOrEqual(0.01);
        expect(Math.abs(price * 100 - Math.round(price * 100))).toBeLessThan(1e-6);
      }
    }),
    { numRuns: 2000 },
  );
});
