import { expect, test } from 'vitest';
import type { Analysis } from '../../../electron/contract/scan.ts';
import { payoffPlot, roundPrices } from '../../../renderer/analysis/payoffPlot.ts';

function analysisOf(strategy: 'bullPut' | 'bearCall' | 'bullCall' | 'bearPut', short: number, long: number): Analysis {
  const right = strategy === 'bullPut' || strategy === 'bearPut' ? 'P' : 'C';
  const spread = {
    symbol: 'AMD',
    strategy,
    right,
    expiry: '2023-10-20',
    shortStrike: short,
    longStrike: long,
    width: Math.abs(short - long),
    shortIv: 0.45,
    longIv: 0.46,
  } as Analysis['spread'];
  return {
    spread,
    spot: 105.6,
    forward: 106,
    rate: 0.045,
    dividendYield: 0,
    yearsToExpiry: 36 / 365,
    exercise: 'european',
    multiplier: 100,
    expectedMove: 14.9,
    evLenses: [],
  };
}

const choice = { quantity: 5, datePart: 0.5, ivShift: 0 };

/** Break-evens and extremes from the table of definitions, not from the plot's own functions. */
const CASES = [
  ['bullPut', 100, 95, 1.29, 100 - 1.29, 129, -371],
  ['bearCall', 115, 120, 0.85, 115 + 0.85, 85, -415],
  ['bullCall', 110, 105, -2.1, 105 + 2.1, 290, -210],
  ['bearPut', 100, 105, -1.8, 105 - 1.8, 320, -180],
] as const;

test.each(CASES)('%s sold at %d, bought at %d for %d', (strategy, short, long, credit, breakEven, best, worst) => {
  const plot = payoffPlot(analysisOf(strategy, short, long), { ...choice, credit });
  expect(plot.breakEven).toBeCloseTo(breakEven, 9);
  expect(plot.best).toBeCloseTo(best * choice.quantity, 6);
  expect(plot.worst).toBeCloseTo(worst * choice.quantity, 6);
  expect(plot.bestY).toBeLessThan(plot.zeroY);
  expect(plot.worstY).toBeGreaterThan(plot.zeroY);
});

test('today lies between best and worst, and the chosen date meets expiry at its end', () => {
  const analysis = analysisOf('bullPut', 100, 95);
  const today = payoffPlot(analysis, { ...choice, credit: 1.29, datePart: 0 });
  expect(today.atSpot.today).toBeLessThan(today.best);
  expect(today.atSpot.today).toBeGreaterThan(today.worst);
  expect(today.atSpot.middle).toBeCloseTo(today.atSpot.today, 6);
  const last = payoffPlot(analysis, { ...choice, credit: 1.29, datePart: 1 });
  expect(last.atSpot.middle).toBeCloseTo(last.best, 3);
});

test('without a vol the curves before expiry are left out and the expiry line stays', () => {
  const analysis = analysisOf('bullPut', 100, 95);
  const blind = { ...analysis, spread: { ...analysis.spread, shortIv: undefined, longIv: undefined } };
  const plot = payoffPlot(blind, { ...choice, credit: 1.29 });
  expect(plot.today).toBe('');
  expect(plot.expiry).toMatch(/^M/);
});

test('ticks are three to six round prices inside the span', () => {
  for (const [low, high] of [
    [84, 131],
    [430, 520],
    [1.2, 3.4],
    [5_100, 6_400],
  ] as const) {
    const ticks = roundPrices(low, high);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(6);
    for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
  }
});
