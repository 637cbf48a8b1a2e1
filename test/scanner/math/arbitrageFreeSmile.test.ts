import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitArbitrageFreeSmile, type ArbitrageFreeSmile } from '../../../scanner/math/arbitrageFreeSmile.ts';
import { blackValue } from '../../../scanner/math/black.ts';
import { expectedPayoffSmile } from '../../../scanner/math/expectation.ts';
import { blackImpliedVol } from '../../../scanner/math/impliedVol.ts';
import { normalCdf, normalPdf } from '../../../scanner/math/normal.ts';

const FORWARD = 100;
const YEARS = 0.5;

/** A fit to vols with the same half-spread everywhere; 0 quotes no bid-ask. Strikes too far out to be priced are skipped. */
function fit(strikes: number[], vols: number[], half = 0, years = YEARS): ArbitrageFreeSmile {
  const of = (shift: number): Float64Array => Float64Array.from(vols, (vol) => vol + shift);
  const quotes = { strikes: Float64Array.from(strikes), bidVols: of(-half), midVols: of(0), askVols: of(half) };
  const smile = fitArbitrageFreeSmile({ forward: FORWARD, years, ...quotes });
  fc.pre(smile !== undefined);
  return smile;
}

const STRIKES = Array.from({ length: 41 }, (_, i) => 60 + 2 * i);

/** An arbitrage-free world with a known distribution: a mixture of lognormals whose mean is the forward. */
const MIXTURE = [
  { weight: 0.75, forward: 104, stdDev: 0.11 },
  { weight: 0.25, forward: 88, stdDev: 0.26 },
];
const d2 = (strike: number, { forward, stdDev }: { forward: number; stdDev: number }): number =>
  Math.log(forward / strike) / stdDev - stdDev / 2;
const mixed = (f: (part: (typeof MIXTURE)[number]) => number): number =>
  MIXTURE.reduce((sum, part) => sum + part.weight * f(part), 0);
const mixture = {
  vol: (strike: number) => {
    const right = strike < FORWARD ? 'P' : 'C';
    const price = mixed((part) => blackValue(right === 'C', part.forward, strike, part.stdDev, 1));
    return blackImpliedVol({ right, forward: FORWARD, strike, years: YEARS, discount: 1, price });
  },
  cdf: (strike: number) => mixed((part) => normalCdf(-d2(strike, part))),
  density: (strike: number) => mixed((part) => normalPdf(d2(strike, part)) / (strike * part.stdDev)),
};

/** @source Gatheral and Jacquier (2014): b (1 + |rho|) < 2 and this curvature admit no butterfly arbitrage here. */
const svi = (strike: number): number => {
  const x = Math.log(strike / FORWARD) - 0.02;
  return Math.sqrt((0.01 + 0.06 * (-0.6 * x + Math.sqrt(x * x + 0.04))) / YEARS);
};

/** Integrals of the density, of cdf below and of 1 - cdf above the forward, by Simpson's rule between the knots. */
function integrals(smile: ArbitrageFreeSmile): { mass: number; put: number; call: number } {
  const knots = Array.from(smile.strikes);
  const [low, high] = [Math.min(...knots), Math.max(...knots)];
  const wing = (from: number, factor: number): number[] =>
    Array.from({ length: 400 }, (_, i) => from * factor ** (i + 1));
  const points = [...wing(low, 0.97).reverse(), ...knots, ...wing(high, 1.03)];
  const sum = { mass: 0, put: 0, call: 0 };
  for (let i = 1; i < points.length; i++) {
    const [from = 0, to = 0] = [points[i - 1], points[i]];
    const pieces = 8;
    const h = (to - from) / pieces;
    for (let k = 0; k < pieces; k++) {
      // The density may jump at a knot, so that ends are taken from inside.
      const at = [from + (k + 1e-9) * h, from + (k + 0.5) * h, from + (k + 1 - 1e-9) * h];
      const simpson = (f: (x: number) => number): number =>
        (h / 6) * (f(at[0] ?? 0) + 4 * f(at[1] ?? 0) + f(at[2] ?? 0));
      sum.mass += simpson((x) => smile.densityAt(x));
      if (to <= FORWARD * (1 + 1e-12)) sum.put += simpson((x) => smile.cdfAt(x));
      else sum.call += simpson((x) => 1 - smile.cdfAt(x));
    }
  }
  return sum;
}

/** No negative density, no falling distribution, prices convex and decreasing, on a grid far beyond the quotes. */
function expectNoArbitrage(smile: ArbitrageFreeSmile): void {
  const low = Math.min(...smile.strikes) * 0.6;
  const high = Math.max(...smile.strikes) * 1.5;
  const grid = Array.from({ length: 500 }, (_, i) => low + ((high - low) * i) / 499);
  const calls = grid.map((strike) => smile.priceAt(strike) + (strike < FORWARD ? FORWARD - strike : 0));
  grid.forEach((strike, i) => {
    if (!(smile.densityAt(strike) >= 0)) throw new Error(`density ${smile.densityAt(strike)} at ${strike}`);
    if (!(smile.cdfAt(strike) >= smile.cdfAt(grid[i - 1] ?? 0) - 1e-14)) throw new Error(`cdf falls at ${strike}`);
    const [before, here, after] = [calls[i - 1], calls[i], calls[i + 1]];
    if (before === undefined || here === undefined || after === undefined) return;
    if (!(here <= before + 1e-12 && before - 2 * here + after >= -1e-11)) throw new Error(`not convex at ${strike}`);
    const vol = smile.volAt(strike);
    const again = blackValue(strike >= FORWARD, FORWARD, strike, vol * Math.sqrt(smile.years), 1);
    if (!(Math.abs(again - smile.priceAt(strike)) <= 1e-10)) throw new Error(`vol and price differ at ${strike}`);
  });
}

describe('quotes without arbitrage', () => {
  test.each([
    ['flat', () => 0.2],
    ['SVI', svi],
    ['a mixture of lognormals', mixture.vol],
  ] as const)('%s: interpolated, and right between the strikes', (_, vol) => {
    const smile = fit(STRIKES, STRIKES.map(vol));
    for (const strike of STRIKES) expect(Math.abs(smile.volAt(strike) - vol(strike))).toBeLessThan(1e-6);
    for (let strike = 60; strike <= 140; strike += 0.37) {
      expect(Math.abs(smile.volAt(strike) - vol(strike))).toBeLessThan(1e-4);
    }
    expect(smile.wereMoved).toBe(false);
    expectNoArbitrage(smile);
  });

  test('the distribution is the one that made the quotes', () => {
    const smile = fit(STRIKES, STRIKES.map(mixture.vol));
    for (let strike = 62; strike <= 138; strike += 0.53) {
      expect(Math.abs(smile.cdfAt(strike) - mixture.cdf(strike))).toBeLessThan(3e-4);
      expect(Math.abs(smile.densityAt(strike) - mixture.density(strike))).toBeLessThan(6e-4);
    }
  });

  test('five strikes are enough for a flat smile, one for a lognormal distribution', () => {
    const smile = fit([80, 90, 100, 110, 120], [0.3, 0.3, 0.3, 0.3, 0.3]);
    for (let strike = 30; strike < 300; strike += 7) expect(smile.volAt(strike)).toBeCloseTo(0.3, 6);
    const one = fit([100], [0.3]);
    for (let strike = 30; strike < 300; strike += 7) {
      expect(one.volAt(strike)).toBeCloseTo(0.3, 12);
      const stdDev = 0.3 * Math.sqrt(YEARS);
      expect(one.cdfAt(strike)).toBeCloseTo(normalCdf(-d2(strike, { forward: FORWARD, stdDev })), 12);
    }
  });

  test('does not overshoot between coarse quotes', () => {
    const coarse = [60, 70, 80, 90, 100, 110, 120, 130, 140];
    const smile = fit(coarse, coarse.map(svi));
    for (let strike = 60; strike <= 140; strike += 0.37) {
      const near = coarse.filter((k) => Math.abs(k - strike) <= 10).map(svi);
      expect(smile.volAt(strike)).toBeGreaterThan(Math.min(...near) - 5e-4);
      expect(smile.volAt(strike)).toBeLessThan(Math.max(...near) + 5e-4);
    }
  });
});

describe('quotes that allow arbitrage', () => {
  test('within the bid-ask: every quote stays inside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.9, max: 0.9, noNaN: true }), { minLength: 41, maxLength: 41 }),
        (noise) => {
          const half = 0.005;
          const mids = STRIKES.map((strike, i) => svi(strike) + half * (noise[i] ?? 0));
          const smile = fit(STRIKES, mids, half);
          expectNoArbitrage(smile);
          STRIKES.forEach((strike, i) => {
            if (Math.abs(smile.volAt(strike) - (mids[i] ?? NaN)) > half + 1e-5) throw new Error(`outside at ${strike}`);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a butterfly that costs less than nothing is gone', () => {
    const vols = STRIKES.map((strike) => (strike === 100 ? 0.25 : 0.2));
    const smile = fit(STRIKES, vols);
    expectNoArbitrage(smile);
    expect(smile.volAt(100)).toBeLessThan(0.25);
    expect(smile.volAt(80)).toBeCloseTo(0.2, 1);
    expect(smile.wereMoved).toBe(true);
  });

  test('whatever the quotes: a density that is nowhere negative, of mass 1 and with the forward as its mean', () => {
    const quote = fc.record({
      gap: fc.double({ min: 0.5, max: 8, noNaN: true }),
      vol: fc.double({ min: 0.05, max: 1.2, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(quote, { minLength: 1, maxLength: 40 }),
        fc.record({
          from: fc.double({ min: 70, max: 130, noNaN: true }),
          years: fc.double({ min: 0.05, max: 3, noNaN: true }),
          half: fc.double({ min: 0, max: 0.05, noNaN: true }),
          wildness: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        (quotes, { from, years, half, wildness }) => {
          let strike = from;
          const strikes = quotes.map(({ gap }) => (strike += gap));
          const smile = fit(
            strikes,
            quotes.map(({ vol }) => 0.3 + wildness * wildness * (vol - 0.3)),
            half,
            years,
          );
          expectNoArbitrage(smile);
          expect([smile.cdfAt(0), smile.cdfAt(Infinity), smile.priceAt(0)]).toEqual([0, 1, 0]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('density integrates to the distribution, the distribution to prices: mass 1, mean = forward', () => {
  for (const smile of [fit(STRIKES, STRIKES.map(svi)), fit(STRIKES, STRIKES.map(mixture.vol), 0.004)]) {
    const { mass, put, call } = integrals(smile);
    expect(mass).toBeCloseTo(1, 6);
    // E[S] = F - integral of cdf below F + integral of 1 - cdf above F.
    expect(Math.abs(call - put)).toBeLessThan(1e-5);
    expect(Math.abs(put - smile.priceAt(FORWARD))).toBeLessThan(1e-5);
  }
});

test('four legs: the expected payoff under the density is that of their undiscounted prices', () => {
  const smile = fit(STRIKES, STRIKES.map(svi));
  const legs = [
    { right: 'P', strike: 85, quantity: 1 },
    { right: 'P', strike: 91, quantity: -1 },
    { right: 'C', strike: 107, quantity: -1 },
    { right: 'C', strike: 115, quantity: 1 },
  ] as const;
  const byPrices = expectedPayoffSmile({ legs, forward: FORWARD, years: YEARS, smile });
  const payoff = (price: number): number =>
    legs.reduce((sum, { right, strike, quantity }) => {
      return sum + quantity * Math.max(0, right === 'C' ? price - strike : strike - price);
    }, 0);
  let byDensity = 0;
  const step = 0.01;
  for (let price = 0; price < 400; price += step) {
    byDensity += step * payoff(price + step / 2) * smile.densityAt(price + step / 2);
  }
  expect(byPrices).toBeLessThan(-0.5);
  expect(Math.abs(byDensity - byPrices)).toBeLessThan(1e-5);
});

test('vol in the wings tends to a constant: total variance grows slower than Lee allows', () => {
  const smile = fit(STRIKES, STRIKES.map(svi));
  for (const x of [1, 2, 4, 8]) {
    for (const strike of [FORWARD * Math.exp(x), FORWARD * Math.exp(-x)]) {
      const variance = smile.volAt(strike) ** 2 * YEARS;
      expect(variance).toBeGreaterThan(0);
      expect(variance / x).toBeLessThan(2);
    }
  }
});

test('a bid without a vol does not make the middle certain', () => {
  const mids = STRIKES.map((strike) => (strike === 100 ? 0.3 : svi(strike)));
  const quotes = {
    strikes: Float64Array.from(STRIKES),
    bidVols: Float64Array.from(mids, (vol, i) => (STRIKES[i] === 100 ? NaN : vol - 0.002)),
    midVols: Float64Array.from(mids),
    askVols: Float64Array.from(mids, (vol, i) => vol + (STRIKES[i] === 100 ? 0.2 : 0.002)),
  };
  const smile = fitArbitrageFreeSmile({ forward: FORWARD, years: YEARS, ...quotes });
  expect(smile?.volAt(100)).toBeCloseTo(svi(100), 2);
});

test('strikes that do not ascend are refused', () => {
  expect(() => fit([90, 90, 100], [0.2, 0.2, 0.2])).toThrow(RangeError);
});

test('nothing usable is no smile', () => {
  const none = { forward: 100, years: 0.5, strikes: Float64Array.of(100), bidVols: Float64Array.of(NaN) };
  expect(fitArbitrageFreeSmile({ ...none, midVols: Float64Array.of(NaN), askVols: Float64Array.of(0.2) })).toBe(
    undefined,
  );
  const quoted = { ...none, midVols: Float64Array.of(0.2), askVols: Float64Array.of(0.2) };
  expect(fitArbitrageFreeSmile({ ...quoted, years: 0 })).toBe(undefined);
  expect(fitArbitrageFreeSmile(quoted)?.volAt(NaN)).toBeNaN();
});
