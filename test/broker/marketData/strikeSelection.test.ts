import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectStrikes } from '../../../broker/marketData/strikeSelection.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import type { OptionContract, Right } from '../../../scanner/domain/option.ts';

const SPOT = 450;
const YEARS = 36 / 365;

function chain(right: Right): OptionContract[] {
  return Array.from({ length: 301 }, (_, i) => ({
    ...{ symbol: 'SPY', root: 'SPY', expiry: '2023-10-20', right, multiplier: 100, conId: i + 1 },
    strike: 300 + i,
  }));
}

/** |delta| of a strike by the scanner's own Black formula, under a skewed smile. */
function absDelta(right: Right, strike: number, vol: number): number {
  const { delta } = blackGreeks({ right, spot: SPOT, forward: SPOT, strike, years: YEARS, vol, discount: 1 });
  return Math.abs(delta);
}

test('strikes far from the window are not asked for', () => {
  const chosen = selectStrikes(chain('P'), {
    ...{ spot: SPOT, iv: 0.18, yearsToExpiry: YEARS, absDelta: { min: 0.15, max: 0.35 }, maxWidth: 5 },
  });
  expect(chosen.length).toBeGreaterThan(10);
  expect(chosen.length).toBeLessThan(110);
  expect(chosen.every(({ strike }) => strike < 470 && strike > 360)).toBe(true);
});

test('neighbours come together, nearest to the spot first', () => {
  const chosen = selectStrikes(chain('C'), {
    ...{ spot: SPOT, iv: 0.18, yearsToExpiry: YEARS, absDelta: { min: 0.15, max: 0.35 }, maxWidth: 0 },
  });
  const distances = chosen.map(({ strike }) => Math.abs(strike - SPOT));
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
});

test('nothing can pass: nothing is asked', () => {
  const far = chain('C').filter(({ strike }) => strike > 595);
  const window = { spot: SPOT, iv: 0.1, yearsToExpiry: 2 / 365, absDelta: { min: 0.3, max: 0.4 }, maxWidth: 10 };
  expect(selectStrikes(far, window)).toEqual([]);
});

test('property: under any smile within the margins no strike that passes, and no partner of one, is missed', () => {
  const window = fc
    .tuple(fc.double({ min: 0.02, max: 0.9, noNaN: true }), fc.double({ min: 0.02, max: 0.9, noNaN: true }))
    .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
  fc.assert(
    fc.property(
      fc.constantFrom<Right>('C', 'P'),
      window,
      fc.double({ min: 0.1, max: 0.6, noNaN: true }),
      fc.double({ min: -1.2, max: 1.2, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      (right, absDeltaWindow, iv, slope, maxWidth) => {
        const listed = chain(right);
        const vol = (strike: number): number => iv * Math.min(1.55, Math.max(0.7, 1 - slope * Math.log(strike / SPOT)));
        const passing = listed.filter(({ strike }) => {
          const delta = absDelta(right, strike, vol(strike));
          return delta >= absDeltaWindow.min && delta <= absDeltaWindow.max;
        });
        const needed = listed.filter(({ strike }) => passing.some((p) => Math.abs(p.strike - strike) <= maxWidth));
        const chosen = new Set(
          selectStrikes(listed, { spot: SPOT, iv, yearsToExpiry: YEARS, absDelta: absDeltaWindow, maxWidth }),
        );
        expect(needed.filter((contract) => !chosen.has(contract))).toEqual([]);
      },
    ),
  );
});
