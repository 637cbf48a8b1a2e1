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
    dividends: [],
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
  expect(plot.breakEvens.map(({ price }) => price)).toEqual([expect.closeTo(breakEven, 9)]);
  expect(plot.best).toBeCloseTo(best * choice.quantity, 6);
  expect(plot.worst).toBeCloseTo(worst * choice.quantity, 6);
  expect(plot.bestY).toBeLessThan(plot.zeroY);
  expect(plot.worstY).toBeGreaterThan(plot.zeroY);
});

/** Sold 100 put and the call at `shortCall`, bought the 95 put and the call 10 above. */
function condorOf(shortCall: number): Analysis {
  const analysis = analysisOf('bullPut', 100, 95);
  const strategy = shortCall === 100 ? 'ironButterfly' : 'ironCondor';
  const [short, long] = [
    { strike: shortCall, iv: 0.4, quotedAtMs: 0 },
    { strike: shortCall + 10, iv: 0.38, quotedAtMs: 0 },
  ];
  const callWing = { shortStrike: shortCall, longStrike: shortCall + 10, width: 10, short, long };
  return { ...analysis, spread: { ...analysis.spread, strategy, width: 10, callWing } };
}

test.each([
  ['a condor', 115, 2.35],
  ['a butterfly', 100, 4.5],
])('%s has two break-evens, and loses most on its wider side', (_, shortCall, credit) => {
  const plot = payoffPlot(condorOf(shortCall), { ...choice, credit });
  expect(plot.breakEvens.map(({ price }) => price)).toEqual([
    expect.closeTo(100 - credit, 9),
    expect.closeTo(shortCall + credit, 9),
  ]);
  expect(plot.best).toBeCloseTo(100 * credit * choice.quantity, 6);
  expect(plot.worst).toBeCloseTo(-100 * (10 - credit) * choice.quantity, 6);
  expect(plot.strikes.map(({ strike, sold }) => [strike, sold])).toEqual([
    ...[
      [100, true],
      [95, false],
    ],
    ...[
      [shortCall, true],
      [shortCall + 10, false],
    ],
  ]);
});

test('every leg of a condor has its own vol: with one unknown, and none at the money, no curve is drawn', () => {
  const analysis = condorOf(115);
  const wing = analysis.spread.callWing!;
  const blind = {
    ...analysis,
    spread: { ...analysis.spread, callWing: { ...wing, long: { strike: 125, quotedAtMs: 0 } } },
  };
  expect(payoffPlot(analysis, { ...choice, credit: 2.35 }).today).toMatch(/^M/);
  expect(payoffPlot(blind, { ...choice, credit: 2.35 }).today).toBe('');
  expect(payoffPlot({ ...blind, atmIv: 0.42 }, { ...choice, credit: 2.35 }).today).toMatch(/^M/);
});

test('a spread that cannot lose has no break-even', () => {
  expect(payoffPlot(analysisOf('bullPut', 100, 95), { ...choice, credit: 5.5 }).breakEvens).toEqual([]);
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
