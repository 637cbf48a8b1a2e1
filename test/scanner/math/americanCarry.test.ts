import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCboeFile } from '../../../scanner/chain/cboeFile.ts';
import { settlementMs, yearsBetween } from '../../../scanner/domain/calendar.ts';
import type { RecordedChain } from '../../../scanner/domain/recordedChain.ts';
import { americanPrice } from '../../../scanner/math/american.ts';
import { americanCarry } from '../../../scanner/math/americanCarry.ts';
import { AmericanExpiry } from '../../../scanner/math/americanExpiry.ts';
import { impliedForward, type ParityPoint } from '../../../scanner/math/parity.ts';

const SPOT = 100;

interface Market {
  years: number;
  rate: number;
  dividendYield: number;
  dividends?: { years: number; amount: number }[];
}

/** Mids with a skew around 25 %. */
function pointsOf(market: Market, strikes = [85, 90, 94, 96, 98, 100, 102, 104, 106, 110, 115]): ParityPoint[] {
  return strikes.map((strike) => {
    const input = { ...market, spot: SPOT, strike, vol: 0.25 - 0.1 * Math.log(strike / SPOT) };
    return {
      strike,
      callMid: americanPrice({ ...input, right: 'C' }),
      putMid: americanPrice({ ...input, right: 'P' }),
    };
  });
}

function plainYield(points: readonly ParityPoint[], { years, rate }: Market): number {
  return rate - Math.log(impliedForward(points, SPOT, Math.exp(-rate * years)) / SPOT) / years;
}

const quarters = [0.12, 0.37, 0.62, 0.87].map((years) => ({ years, amount: 0.4 }));

describe('the carry of American quotes', () => {
  test.each([
    { years: 0.05, rate: 0.05, dividendYield: 0.01 },
    { years: 0.5, rate: 0.05, dividendYield: 0.013 },
    { years: 2, rate: 0.05, dividendYield: 0.013 },
    { years: 2, rate: 0.03, dividendYield: 0.06 },
    { years: 1, rate: 0.05, dividendYield: 0, dividends: quarters },
    { years: 1, rate: 0.05, dividendYield: 0.004, dividends: quarters },
    { years: 0.1, rate: 0.05, dividendYield: -0.002, dividends: [{ years: 0.05, amount: 0.6 }] },
  ])('finds the yield that made the prices, to 2 cents of the forward: %o', (market) => {
    const points = pointsOf(market);
    const found = americanCarry({ points, spot: SPOT, ...market });
    expect(found.isAmerican).toBe(true);
    expect(Math.abs(found.dividendYield - market.dividendYield) * market.years * SPOT).toBeLessThan(0.02);
  });

  test('where parity on the mids is off by a dollar', () => {
    const market = { years: 2, rate: 0.05, dividendYield: 0.013 };
    const points = pointsOf(market);
    expect((plainYield(points, market) - 0.013) * market.years * SPOT).toBeGreaterThan(1);
    expect(americanCarry({ points, spot: SPOT, ...market }).dividendYield).toBeCloseTo(0.013, 4);
  });

  test('the forward is the spot grown at the carry, less the dividends', () => {
    const market = { years: 0.5, rate: 0.04, dividendYield: 0.01, dividends: [{ years: 0.2, amount: 1 }] };
    const { dividendYield, forward } = americanCarry({ points: pointsOf(market), spot: SPOT, ...market });
    const carry = market.rate - dividendYield;
    expect(forward).toBeCloseTo(SPOT * Math.exp(0.5 * carry) - Math.exp(0.3 * carry), 9);
  });

  test('one wrong quote among the nearest strikes hardly moves it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.double({ min: -2, max: 2, noNaN: true }), (which, error) => {
        const market = { years: 0.5, rate: 0.05, dividendYield: 0.013 };
        const points = pointsOf(market).map((p, i) => (i === which ? { ...p, callMid: p.callMid + error } : p));
        const found = americanCarry({ points, spot: SPOT, ...market });
        expect(Math.abs(found.dividendYield - 0.013) * market.years * SPOT).toBeLessThan(0.05);
      }),
      { numRuns: 30 },
    );
  });

  test('falls back to plain parity, and says so, where the premiums cannot be told', () => {
    const market = { years: 0.5, rate: 0.05, dividendYield: 0 };
    // Calls and puts below what any vol makes of them.
    const points = [98, 100, 102].map((strike) => ({ strike, callMid: 1e-9, putMid: 1e-9 }));
    const found = americanCarry({ points, spot: SPOT, ...market });
    expect(found.isAmerican).toBe(false);
    expect(found.dividendYield).toBeCloseTo(plainYield(points, market), 12);
  });

  test('NaN when no strike has both mids', () => {
    const points = [{ strike: 100, callMid: NaN, putMid: 3 }];
    const found = americanCarry({ points, spot: SPOT, years: 0.5, rate: 0.05 });
    expect(found.dividendYield).toBeNaN();
    expect(found.forward).toBeNaN();
  });
});

const DATA = new URL('../../../../shared/data/', import.meta.url);

/** Median over the expiries beyond a month of how far the vols of calls and puts at the money are apart. */
function vegaGaps(chain: RecordedChain, rate: number): { plain: number; american: number } {
  const gaps = { plain: [] as number[], american: [] as number[] };
  const spot = chain.last;
  for (const [expiry, options] of Map.groupBy(chain.options, (option) => option.expiry)) {
    const years = yearsBetween(chain.asOfMs, settlementMs(expiry, 'pm'));
    if (!(years > 1 / 12)) continue;
    const byStrike = new Map<number, { strike: number; callMid: number; putMid: number }>();
    for (const { strike, right, bid = NaN, ask = NaN } of options) {
      const point = byStrike.get(strike) ?? { strike, callMid: NaN, putMid: NaN };
      point[right === 'C' ? 'callMid' : 'putMid'] = bid > 0 && ask >= bid ? (bid + ask) / 2 : NaN;
      byStrike.set(strike, point);
    }
    const points = [...byStrike.values()].filter((p) => p.callMid > 0 && p.putMid > 0);
    const near = points.toSorted((a, b) => Math.abs(a.strike - spot) - Math.abs(b.strike - spot)).slice(0, 5);
    const forward = impliedForward(points, spot, Math.exp(-rate * years));
    const yields = {
      plain: rate - Math.log(forward / spot) / years,
      american: americanCarry({ points, spot, years, rate }).dividendYield,
    };
    for (const name of ['plain', 'american'] as const) {
      const terms = { years, rate, dividendYield: yields[name] };
      const [call, put] = [new AmericanExpiry({ ...terms, right: 'C' }), new AmericanExpiry({ ...terms, right: 'P' })];
      const apart = near.map(({ strike, callMid, putMid }) =>
        Math.abs(call.impliedVol(spot, strike, callMid) - put.impliedVol(spot, strike, putMid)),
      );
      gaps[name].push(apart.sort((a, b) => a - b)[2] ?? NaN);
    }
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  return { plain: median(gaps.plain), american: median(gaps.american) };
}

describe.skipIf(!existsSync(DATA))('real chains (../shared/data)', () => {
  test.each(['spy-2023-09-14.csv', 'amd-2023-08-20.csv'])('%s: call and put vols at the money agree', (fileName) => {
    const chain = parseCboeFile(readFileSync(new URL(fileName, DATA), 'utf8'), { fileName });
    const { plain, american } = vegaGaps(chain, 0.053);
    expect(plain).toBeGreaterThan(0.005);
    expect(american).toBeLessThan(0.0015);
  });
});
