import { expect, test } from 'vitest';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { expiryMarkets } from '../../../scanner/chain/expiryMarket.ts';
import { computeModelGreeks } from '../../../scanner/chain/modelGreeks.ts';
import type { Right } from '../../../scanner/domain/option.ts';
import { normalCdf } from '../../../scanner/math/normal.ts';

const NOW = Date.UTC(2023, 8, 14, 20, 0);
const EXPIRY = '2024-03-15';
/** 16:00 New York to 16:00 New York, 183 days later and still on daylight time. */
const YEARS = 183 / 365;
const RATE = 0.05;
const SPOT = 4500;
const FORWARD = 4570;

/** Black's formula in the plainest form. */
function black(right: Right, strike: number, vol: number): number {
  const stdDev = vol * Math.sqrt(YEARS);
  const sign = right === 'C' ? 1 : -1;
  const d1 = Math.log(FORWARD / strike) / stdDev + stdDev / 2;
  const value = sign * (FORWARD * normalCdf(sign * d1) - strike * normalCdf(sign * (d1 - stdDev)));
  return Math.exp(-RATE * YEARS) * value;
}

const smile = (strike: number): number => 0.2 - 0.0001 * (strike - SPOT);

/** XSP-like quotes made from a smile: SPXW is European and PM-settled. */
function european(): ChainWriter {
  const writer = new ChainWriter(32);
  writer.underlying('SPX', { last: SPOT }, NOW);
  let conId = 1;
  for (const strike of [4300, 4400, 4500, 4600, 4700]) {
    for (const right of ['C', 'P'] as const) {
      writer.contracts([{ symbol: 'SPX', root: 'SPXW', expiry: EXPIRY, right, strike, multiplier: 100, conId }]);
      const mid = black(right, strike, smile(strike));
      writer.option(conId++, { bid: mid - 0.5, ask: mid + 0.5 }, NOW);
    }
  }
  return writer;
}

test('forward and yield come from put-call parity', () => {
  const chain = european().chain();
  const market = expiryMarkets(chain, chain.groups, { rate: RATE }).get(`SPX|SPXW|${EXPIRY}`);
  expect(market?.years).toBeCloseTo(YEARS, 12);
  expect(market?.dte).toBe(183);
  expect(market?.forward).toBeCloseTo(FORWARD, 6);
  expect(SPOT * Math.exp((RATE - (market?.dividendYield ?? NaN)) * YEARS)).toBeCloseTo(FORWARD, 6);
});

test('without both sides the forward is the spot grown at the rate', () => {
  const writer = european();
  for (let conId = 1; conId <= 10; conId++) writer.option(conId, { bid: 0 }, NOW);
  const chain = writer.chain();
  const market = expiryMarkets(chain, chain.groups, { rate: RATE }).get(`SPX|SPXW|${EXPIRY}`);
  expect(market?.forward).toBeCloseTo(SPOT * Math.exp(RATE * YEARS), 6);
});

test('the vols that made the quotes are found again, and delta and vega are slopes of the price', () => {
  const chain = european().chain();
  expect(computeModelGreeks(chain, { rate: RATE })).toEqual({ contracts: 10, solved: 10 });
  for (const group of chain.groups) {
    for (let row = group.firstRow; row < group.firstRow + group.rowCount; row++) {
      const strike = chain.columns.strike[row] ?? NaN;
      expect(chain.columns.modelIv[row]).toBeCloseTo(smile(strike), 6);
      const slope =
        black(group.right, strike, smile(strike) + 0.005) - black(group.right, strike, smile(strike) - 0.005);
      expect(chain.columns.modelVega[row]).toBeCloseTo(slope, 3);
      expect(Math.sign(chain.columns.modelDelta[row] ?? NaN)).toBe(group.right === 'C' ? 1 : -1);
      expect(chain.columns.modelTheta[row]).toBeLessThan(0);
    }
  }
});

test('a row without a usable price or without time left has no model values', () => {
  const writer = european();
  writer.option(1, { bid: 900, ask: 800 }, NOW);
  writer.option(2, { bid: 0, ask: 0 }, NOW);
  const chain = writer.chain();
  expect(computeModelGreeks(chain, { rate: RATE }).solved).toBe(8);
  const late = computeModelGreeks(chain, { rate: RATE, nowMs: NOW + 200 * 86_400_000 });
  expect(late.solved).toBe(0);
  expect([...chain.columns.modelIv.subarray(0, 10)].every(Number.isNaN)).toBe(true);
});

test('an American put is worth more than its European twin, so its vol is lower', () => {
  const writer = new ChainWriter(8);
  writer.underlying('ACME', { last: 100 }, NOW);
  const deepPut = { symbol: 'ACME', root: 'ACME', expiry: EXPIRY, right: 'P', strike: 130, multiplier: 100 } as const;
  writer.contracts([{ ...deepPut, conId: 1 }]);
  writer.option(1, { bid: 30.9, ask: 31.1 }, NOW);
  const chain = writer.chain();
  computeModelGreeks(chain, { rate: RATE });
  const vol = chain.columns.modelIv[0] ?? NaN;
  // The European price at that vol is clearly below 31: what is missing is the right to exercise early.
  const stdDev = vol * Math.sqrt(YEARS);
  const forward = 100 * Math.exp(RATE * YEARS);
  const d1 = Math.log(forward / 130) / stdDev + stdDev / 2;
  const european31 = Math.exp(-RATE * YEARS) * (130 * normalCdf(-(d1 - stdDev)) - forward * normalCdf(-d1));
  expect(vol).toBeGreaterThan(0.05);
  expect(european31).toBeLessThan(30.7);
});

test('an expiry that a filter lets in by rounding is valued', () => {
  const valued = (min: number) => computeModelGreeks(european().chain(), { rate: RATE }, { dte: { min } }).solved;
  expect(valued(183 + 5e-10)).toBe(10);
  expect(valued(183 + 5e-9)).toBe(0);
});
