import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { parityForward, parityGaps } from '../../../scanner/chain/parityForward.ts';
import { impliedForward } from '../../../scanner/math/parity.ts';

const EXPIRY = '2024-03-15';
const price = fc.oneof(fc.constant(NaN), fc.constant(0), fc.integer({ min: 1, max: 60 }));
const strikes = fc.uniqueArray(fc.integer({ min: 60, max: 140 }), { minLength: 1, maxLength: 12 });
const side = fc.array(fc.record({ bid: price, spread: fc.integer({ min: -1, max: 5 }) }), {
  minLength: 12,
  maxLength: 12,
});

test('the forward from the columns is that of the parity points, however strikes and quotes lie', () => {
  fc.assert(
    fc.property(strikes, strikes, side, side, (callStrikes, putStrikes, calls, puts) => {
      const writer = new ChainWriter(64);
      let conId = 1;
      const mids = new Map<string, number>();
      for (const [right, listed, quotes] of [['C', callStrikes, calls] as const, ['P', putStrikes, puts] as const]) {
        writer.contracts(
          listed.map((strike, i) => {
            const { bid, spread } = quotes[i] ?? { bid: NaN, spread: 0 };
            if (bid > 0 && spread >= 0) mids.set(`${right}${strike}`, bid + spread / 2);
            return { symbol: 'X', root: 'X', expiry: EXPIRY, right, strike, multiplier: 100, conId: conId + i };
          }),
        );
        for (const { bid, spread } of quotes.slice(0, listed.length)) {
          writer.option(conId++, { bid, ask: bid + spread }, 0);
        }
      }
      const chain = writer.chain();
      const points = [...callStrikes]
        .sort((a, b) => a - b)
        .map((strike) => ({
          strike,
          callMid: mids.get(`C${strike}`) ?? NaN,
          putMid: mids.get(`P${strike}`) ?? NaN,
        }));
      const market = { spot: 100, discount: 0.97 };
      expect(parityForward(parityGaps(chain, chain.groups), market)).toBe(impliedForward(points, 100, 0.97));
    }),
    { numRuns: 1000 },
  );
});
