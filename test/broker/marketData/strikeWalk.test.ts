import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StrikeWindow } from '../../../broker/marketData/strikeSelection.ts';
import { StrikeWalk, type Measured } from '../../../broker/marketData/strikeWalk.ts';
import type { OptionContract, Right } from '../../../scanner/domain/option.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';

const SPOT = 450;
const YEARS = 36 / 365;

function chain(right: Right): OptionContract[] {
  return Array.from({ length: 301 }, (_, i) => ({
    ...{ symbol: 'SPY', root: 'SPY', expiry: '2023-10-20', right, multiplier: 100, conId: i + 1 },
    strike: 300 + i,
  }));
}

/** The market that the walk does not know: a smile, and Black deltas under it. */
function market(right: Right, iv: number, slope: number): (contract: OptionContract) => Measured {
  return ({ strike }) => {
    const vol = iv * Math.min(1.5, Math.max(0.7, 1 - slope * Math.log(strike / SPOT)));
    const { delta } = blackGreeks({ right, spot: SPOT, forward: SPOT, strike, years: YEARS, vol, discount: 1 });
    return { absDelta: Math.abs(delta), iv: vol };
  };
}

/** Walks to the end, answering in an order of its own. @returns what was asked, in order. */
function walk(
  contracts: readonly OptionContract[],
  window: StrikeWindow,
  answer: (contract: OptionContract) => Measured,
  pick: (waiting: number) => number = () => 0,
): OptionContract[] {
  const machine = new StrikeWalk(contracts, window);
  const asked: OptionContract[] = [];
  const waiting: OptionContract[] = [];
  for (;;) {
    const more = machine.next();
    asked.push(...more);
    waiting.push(...more);
    const [contract] = waiting.splice(pick(waiting.length), 1);
    if (!contract) break;
    machine.settle(contract, answer(contract));
  }
  expect(machine.done).toBe(true);
  return asked;
}

const usual = { spot: SPOT, iv: 0.18, yearsToExpiry: YEARS, absDelta: { min: 0.15, max: 0.35 } };

test('a walk asks for little more than what passes', () => {
  const answer = market('P', 0.18, 1);
  const passing = chain('P').filter((c) => {
    const delta = answer(c).absDelta ?? NaN;
    return delta >= 0.15 && delta <= 0.35;
  });
  const asked = walk(chain('P'), { ...usual, reach: { lower: 5, higher: 0 } }, answer);
  expect(passing.length).toBeGreaterThan(10);
  expect(asked.length).toBeLessThanOrEqual(passing.length + 5 + 6);
});

test('no contract is asked for twice', () => {
  const asked = walk(chain('C'), { ...usual, reach: { lower: 10, higher: 10 } }, market('C', 0.3, -0.5));
  expect(new Set(asked).size).toBe(asked.length);
});

test('without Greeks all that could pass is asked', () => {
  const asked = walk(chain('P'), { ...usual, reach: { lower: 0, higher: 0 } }, () => ({
    absDelta: undefined,
    iv: undefined,
  }));
  expect(asked.length).toBeGreaterThan(25);
  expect(asked.every(({ strike }) => strike < 460 && strike > 360)).toBe(true);
});

test('a window between two strikes ends the walk with nothing inside', () => {
  const sparse = chain('P').filter(({ strike }) => strike % 50 === 0);
  const asked = walk(
    sparse,
    { ...usual, absDelta: { min: 0.2, max: 0.22 }, reach: { lower: 5, higher: 0 } },
    market('P', 0.18, 0),
  );
  expect(asked.length).toBeLessThanOrEqual(3);
});

test('an empty list is done at once', () => {
  expect(new StrikeWalk([], { ...usual, reach: { lower: 0, higher: 0 } }).done).toBe(true);
});

test('property: whatever the smile, the estimate and the order of answers, nothing that passes nor its partner is missed', () => {
  const bounds = fc
    .tuple(fc.double({ min: 0.02, max: 0.9, noNaN: true }), fc.double({ min: 0.02, max: 0.9, noNaN: true }))
    .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
  fc.assert(
    fc.property(
      fc.record({
        right: fc.constantFrom<Right>('C', 'P'),
        absDelta: bounds,
        iv: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
        // What TWS says of 30-day vol may be missing or far off.
        told: fc.option(fc.double({ min: 0.05, max: 1.5, noNaN: true }), { nil: undefined }),
        slope: fc.double({ min: -1, max: 1, noNaN: true }),
        lower: fc.integer({ min: 0, max: 20 }),
        higher: fc.integer({ min: 0, max: 20 }),
        order: fc.nat(),
      }),
      ({ right, absDelta, iv, told, slope, lower, higher, order }) => {
        const answer = market(right, iv, slope);
        const inWindow = (contract: OptionContract): boolean => {
          const delta = answer(contract).absDelta ?? NaN;
          return delta >= absDelta.min && delta <= absDelta.max;
        };
        const passing = chain(right).filter(inWindow);
        const needed = chain(right).filter(({ strike }) =>
          passing.some((p) => strike >= p.strike - lower && strike <= p.strike + higher),
        );
        const window = { spot: SPOT, iv: told, yearsToExpiry: YEARS, absDelta, reach: { lower, higher } };
        const asked = walk(chain(right), window, answer, (waiting) => (waiting > 0 ? order % waiting : 0));
        const strikes = new Set(asked.map(({ strike }) => strike));
        expect(needed.filter(({ strike }) => !strikes.has(strike))).toEqual([]);
      },
    ),
  );
});
