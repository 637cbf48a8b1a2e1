import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalDraw, seededRandom } from '../../../scanner/domain/random.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import { expectedMove, probabilityAbove, probabilityOfTouch } from '../../../scanner/math/probability.ts';

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
