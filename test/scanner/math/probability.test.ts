import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalDraw, seededRandom } from '../../../scanner/domain/random.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import {
  expectedMove,
  probabilityAbove,
  probabilityOfTouch,
  probabilityOfTouchEither,
  type CorridorInput,
} from '../../../scanner/math/probability.ts';

const example = { spot: 100, years: 45 / 365, vol: 0.2, rate: 0.045, dividendYield: 0 };

const market = fc.record({
  spot: fc.double({ min: 50, max: 150, noNaN: true }),
  barrier: fc.double({ min: 50, max: 150, noNaN: true }),
  years: fc.double({ min: 0.001, max: 2, noNaN: true }),
  vol: fc.double({ min: 0.05, max: 1.5, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
});

describe('probabilities', () => {
  test('check values of the design: POP 80.8 %, 1 - |delta| 80.1 %, touch of 95 45.0 %', () => {
    expect(probabilityAbove({ ...example, barrier: 95 - 0.64 })).toBeCloseTo(0.808, 3);
    expect(probabilityOfTouch({ ...example, barrier: 95 })).toBeCloseTo(0.45, 3);
    const discount = Math.exp(-example.rate * example.years);
    const greeks = blackGreeks({ ...example, right: 'P', strike: 95, forward: 100 / discount, discount });
    expect(1 + greeks.delta).toBeCloseTo(0.801, 3);
  });

  test('above agrees with simulation', () => {
    const random = seededRandom(5);
    const input = { ...example, barrier: 97, years: 0.5, dividendYield: 0.03, vol: 0.35 };
    let above = 0;
    for (let i = 0; i < 100_000; i++) {
      const drift = (input.rate - input.dividendYield - input.vol ** 2 / 2) * input.years;
      if (100 * Math.exp(drift + input.vol * Math.sqrt(input.years) * normalDraw(random)) > 97) above += 1;
    }
    // Three standard errors are 0.005.
    expect(Math.abs(probabilityAbove(input) - above / 100_000)).toBeLessThan(0.005);
  });

  test('touch agrees with simulated paths, each step weighted by its bridge', () => {
    const random = seededRandom(6);
    for (const barrier of [90, 112]) {
      const input = { ...example, barrier, years: 0.5, rate: 0.08, vol: 0.25 };
      const [paths, steps] = [20_000, 8];
      const dt = input.years / steps;
      const level = Math.log(barrier / 100);
      let touched = 0;
      for (let i = 0; i < paths; i++) {
        let x = 0;
        let untouched = 1;
        for (let k = 0; k < steps; k++) {
          const before = level - x;
          x += (input.rate - input.vol ** 2 / 2) * dt + input.vol * Math.sqrt(dt) * normalDraw(random);
          const after = level - x;
          untouched *= before * after > 0 ? 1 - Math.exp((-2 * before * after) / (input.vol ** 2 * dt)) : 0;
        }
        touched += 1 - untouched;
      }
      expect(Math.abs(probabilityOfTouch(input) - touched / paths)).toBeLessThan(0.01);
    }
  });

  test('stay within [0, 1]; touching is at least as likely as ending beyond, and falls with distance', () => {
    fc.assert(
      fc.property(market, fc.double({ min: 1, max: 1.2, noNaN: true }), (m, further) => {
        const above = probabilityAbove(m);
        const touch = probabilityOfTouch(m);
        const beyond = m.barrier > m.spot ? above : 1 - above;
        expect(above).toBeGreaterThanOrEqual(0);
        expect(touch).toBeLessThanOrEqual(1);
        expect(touch).toBeGreaterThanOrEqual(beyond - 1e-12);
        const next = m.barrier > m.spot ? m.barrier * further : m.barrier / further;
        expect(probabilityOfTouch({ ...m, barrier: next })).toBeLessThanOrEqual(touch + 1e-12);
      }),
      { numRuns: 3000 },
    );
  });

  test('limits: at the barrier, without time, without volatility', () => {
    expect(probabilityOfTouch({ ...example, barrier: 100 })).toBe(1);
    expect(probabilityOfTouch({ ...example, barrier: 0 })).toBeNaN();
    expect(probabilityOfTouchEither({ ...example, lower: 0, upper: 120 })).toBeNaN();
    expect(probabilityOfTouch({ ...example, barrier: 95, years: 0 })).toBe(0);
    expect(probabilityAbove({ ...example, barrier: 95, years: 0 })).toBe(1);
    expect(probabilityAbove({ ...example, barrier: 105, years: 0 })).toBe(0);
    expect(probabilityAbove({ ...example, barrier: 100, years: 0 })).toBe(0.5);
    // Without volatility the share grows at the rate, to 100.56 in 45 days.
    expect(probabilityOfTouch({ ...example, barrier: 100.5, vol: 0 })).toBe(1);
    expect(probabilityOfTouch({ ...example, barrier: 100.6, vol: 0 })).toBe(0);
    expect(probabilityOfTouch({ ...example, barrier: 99, vol: 0 })).toBe(0);
    expect(probabilityOfTouch({ ...example, barrier: 101, vol: 0.001 })).toBeLessThan(0.5);
    expect(probabilityAbove({ ...example, barrier: NaN })).toBeNaN();
    expect(probabilityOfTouch({ ...example, vol: NaN, barrier: 95 })).toBeNaN();
  });

  test('expected move by years and by days', () => {
    expect(expectedMove({ spot: 100, vol: 0.2, years: 0.25 })).toBeCloseTo(10, 12);
    expect(expectedMove({ spot: 100, vol: 0.2, dte: 45 })).toBeCloseTo(20 * Math.sqrt(45 / 365), 12);
  });
});

/**
 * The same by the backward equation of the probability of staying inside, in ln(spot) over the corridor: central
 * differences, implicit steps in time extrapolated from two step lengths.
 */
function touchByDifferences({ spot, lower, upper, years, vol, rate, dividendYield }: CorridorInput): number {
  const cells = 400;
  const cell = Math.log(upper / lower) / cells;
  const diffusion = (0.5 * vol * vol) / (cell * cell);
  const drift = (0.5 * (rate - dividendYield - 0.5 * vol * vol)) / cell;
  const insideAfter = (steps: number): number => {
    const dt = years / steps;
    const [down, here, up] = [(drift - diffusion) * dt, 1 + 2 * diffusion * dt, -(drift + diffusion) * dt];
    const inside = new Float64Array(cells + 1).fill(1);
    inside[0] = 0;
    inside[cells] = 0;
    const factor = new Float64Array(cells + 1);
    for (let step = 0; step < steps; step++) {
      for (let i = 1; i < cells; i++) {
        const pivot = here - down * (factor[i - 1] ?? NaN);
        factor[i] = up / pivot;
        inside[i] = ((inside[i] ?? NaN) - down * (inside[i - 1] ?? NaN)) / pivot;
      }
      for (let i = cells - 1; i > 0; i--) inside[i] = (inside[i] ?? NaN) - (factor[i] ?? NaN) * (inside[i + 1] ?? NaN);
    }
    const position = Math.log(spot / lower) / cell;
    const before = Math.floor(position);
    const part = position - before;
    return (1 - part) * (inside[before] ?? NaN) + part * (inside[before + 1] ?? NaN);
  };
  return 1 - (2 * insideAfter(1600) - insideAfter(800));
}

describe('touching either of two barriers', () => {
  test.each([
    { lower: 95, upper: 105, years: 45 / 365, vol: 0.2 },
    { lower: 80, upper: 104, years: 0.5, vol: 0.15 },
    { lower: 92, upper: 130, years: 0.2, vol: 0.3 },
    { lower: 97, upper: 103, years: 0.05, vol: 0.12 },
    { lower: 70, upper: 150, years: 1, vol: 0.25 },
    { lower: 60, upper: 200, years: 2, vol: 0.35 },
  ])('is what finite differences find: $lower to $upper, $years years at $vol', ({ lower, upper, years, vol }) => {
    for (const { rate, dividendYield } of [
      { rate: 0.045, dividendYield: 0 },
      { rate: 0.01, dividendYield: 0.07 },
    ]) {
      const input = { spot: 100, lower, upper, years, vol, rate, dividendYield };
      expect(Math.abs(probabilityOfTouchEither(input) - touchByDifferences(input))).toBeLessThan(5e-5);
    }
  });

  const corridor = fc.record({
    lower: fc.double({ min: 40, max: 99.9, noNaN: true }),
    upper: fc.double({ min: 100.1, max: 250, noNaN: true }),
    years: fc.double({ min: 0.001, max: 2, noNaN: true }),
    vol: fc.double({ min: 0.03, max: 1.5, noNaN: true }),
    rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
    dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
  });

  test('is at least as likely as touching one, at most as both together, and less so in a wider corridor', () => {
    fc.assert(
      fc.property(corridor, fc.double({ min: 1, max: 1.5, noNaN: true }), (fields, wider) => {
        const input = { spot: 100, ...fields };
        const either = probabilityOfTouchEither(input);
        const [below, above] = [input.lower, input.upper].map((barrier) => probabilityOfTouch({ ...input, barrier }));
        expect(either).toBeGreaterThanOrEqual(Math.max(below ?? NaN, above ?? NaN));
        expect(either).toBeLessThanOrEqual((below ?? NaN) + (above ?? NaN) + 1e-12);
        const outer = { ...input, lower: input.lower / wider, upper: input.upper * wider };
        expect(probabilityOfTouchEither(outer)).toBeLessThanOrEqual(either + 1e-11);
      }),
      { numRuns: 4000 },
    );
  });

  test('the two series meet where one takes over from the other', () => {
    fc.assert(
      fc.property(corridor, ({ years, vol, rate, dividendYield, lower }) => {
        const width = 2.5 * vol * Math.sqrt(years);
        const start = 0.1 + (0.8 * (lower - 40)) / 60;
        const [below, above] = [1 - 1e-9, 1 + 1e-9].map((times) =>
          probabilityOfTouchEither({
            ...{ spot: 100, years, vol, rate, dividendYield },
            ...{ lower: 100 * Math.exp(-start * width * times), upper: 100 * Math.exp((1 - start) * width * times) },
          }),
        );
        expect(Math.abs((below ?? NaN) - (above ?? NaN))).toBeLessThan(1e-8);
      }),
      { numRuns: 2000 },
    );
  });

  test('outside of the corridor it is that of touching the nearer barrier, without time or vol that of the drift', () => {
    const input = { ...example, lower: 102, upper: 110 };
    expect(probabilityOfTouchEither(input)).toBe(probabilityOfTouch({ ...input, barrier: 102 }));
    expect(probabilityOfTouchEither({ ...example, lower: 100, upper: 110 })).toBe(1);
    expect(probabilityOfTouchEither({ ...example, lower: 95, upper: 105, years: 0 })).toBe(0);
    expect(probabilityOfTouchEither({ ...example, lower: 95, upper: 100.3, vol: 0 })).toBe(1);
    expect(probabilityOfTouchEither({ ...example, lower: 95, upper: 105, vol: NaN })).toBeNaN();
  });
});
