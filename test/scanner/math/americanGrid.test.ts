import fc from 'fast-check';
import { expect, test } from 'vitest';
import { americanPrice } from '../../../scanner/math/american.ts';
import { AmericanGrid } from '../../../scanner/math/americanGrid.ts';
import { blackPrice } from '../../../scanner/math/black.ts';
import { cashBaseline, relevantDividends } from '../../../scanner/math/cashBaseline.ts';
import { LANES } from '../../../scanner/math/gridMoment.ts';
import { sixBends, sixWeights, sixWeightsAndSlopes } from '../../../scanner/math/sixPoint.ts';

const terms = { years: 0.75, rate: 0.04, dividendYield: 0, vol: 0.3, dividendYears: [0.2, 0.5] };
const accuracy = { cell: 0.1, reach: 7, steps: 30 };

test('four lanes are four options', () => {
  const sizes = [0, 0.005, 0.02, 0.06];
  for (const isCall of [true, false]) {
    const together = new AmericanGrid(
      { ...terms, isCall, amounts: [Float64Array.from(sizes), Float64Array.from(sizes)] },
      accuracy,
    );
    sizes.forEach((size, lane) => {
      const same = new Float64Array(LANES).fill(size);
      const alone = new AmericanGrid({ ...terms, isCall, amounts: [same, same] }, accuracy);
      for (const x of [-0.5, -0.1, 0, 0.1, 0.5]) expect(together.at(x, lane)).toBeCloseTo(alone.at(x, 0), 12);
    });
  }
});

test('a call without dividends is European; the error falls at least with the square of the cell', () => {
  const call = { ...terms, isCall: true, dividendYears: [], amounts: [] };
  const discount = Math.exp(-terms.rate * terms.years);
  const error = (cell: number, steps: number): number => {
    const grid = new AmericanGrid(call, { cell, reach: 7, steps });
    const gaps = [-0.3, -0.1, 0, 0.1, 0.3].map((x) => {
      const forward = Math.exp(x) / discount;
      const stdDev = terms.vol * Math.sqrt(terms.years);
      return Math.abs(grid.at(x, 0) - blackPrice({ right: 'C', forward, strike: 1, stdDev, discount }));
    });
    return Math.max(...gaps);
  };
  expect(error(0.1, 30)).toBeLessThan(1.5e-5);
  expect(error(0.05, 60)).toBeLessThan(error(0.1, 30) / 3);
});

test('where an American option is exercised lies between nodes: two coarse grids agree with the integral equation', () => {
  for (const isCall of [true, false]) {
    for (const [vol, dividendYield] of [
      [0.12, 0.06],
      [0.3, 0.06],
      [0.3, isCall ? 0.1 : 0],
      [0.6, 0.03],
    ] as const) {
      const american = { ...terms, isCall, vol, dividendYield, dividendYears: [], amounts: [] };
      const coarse = new AmericanGrid(american, accuracy);
      const fine = new AmericanGrid(american, { cell: 0.05, reach: 7, steps: 60 });
      for (let z = -2; z <= 2; z += 0.25) {
        const spot = Math.exp(z * vol * Math.sqrt(terms.years));
        const truth = americanPrice({ ...american, right: isCall ? 'C' : 'P', spot, strike: 1 });
        const found = fine.at(Math.log(spot), 0) + (fine.at(Math.log(spot), 0) - coarse.at(Math.log(spot), 0)) / 3;
        expect(Math.abs(found - truth), `${isCall ? 'call' : 'put'} ${vol} ${z}`).toBeLessThan(2.5e-6);
      }
    }
  }
});

test('a put exercised for a moment, some days or not yet before its first dividend: a finer grid agrees', () => {
  const [years, rate, until] = [0.9, 0.045, 0.05];
  // The dividend is the interest on the strike for so long; before that the put is exercised.
  for (const wait of [0.6, 0.9, 0.98, 0.999, 1, 1.001, 1.1].map((part) => part * until)) {
    const amounts = [0, 1, 2].map(() => new Float64Array(LANES).fill(Math.expm1(rate * wait)));
    for (const vol of [0.16, 0.3, 0.5]) {
      const put = { isCall: false, years, rate, dividendYield: 0, vol, dividendYears: [until, 0.35, 0.65], amounts };
      const fine = new AmericanGrid(put, { cell: 0.05, reach: 7, steps: 60 });
      const finest = new AmericanGrid(put, { cell: 0.025, reach: 7, steps: 120 });
      for (let x = -1; x < 0.5; x += 0.02) {
        expect(Math.abs(fine.at(x, 0) - finest.at(x, 0)), `${wait} ${vol} ${x}`).toBeLessThan(1.2e-5);
      }
    }
  }
});

test('the European baseline splits dividends by time, and keeps forward less strike', () => {
  const dividend = fc.record({
    years: fc.double({ min: -0.5, max: 2, noNaN: true }),
    amount: fc.double({ min: -1, max: 5, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(dividend, { maxLength: 6 }), (all) => {
      const life = { years: 1, rate: 0.05, dividendYield: 0.01 };
      const dividends = relevantDividends(all, life.years);
      expect(dividends.every(({ years, amount }) => years > 0 && years < 1 && amount > 0)).toBe(true);
      const { growth, forwardDrop, strikeRise } = cashBaseline(life, dividends);
      const paid = dividends.reduce((sum, { years, amount }) => sum + amount * Math.exp(0.04 * (1 - years)), 0);
      expect(growth).toBeCloseTo(Math.exp(0.04), 12);
      expect(forwardDrop + strikeRise).toBeCloseTo(paid, 9);
      expect(Math.min(forwardDrop, strikeRise)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('six-point weights, slopes and bends are exact for polynomials of degree 5', () => {
  const powers = [0, 1, 2, 3, 4, 5];
  const column = (): Float64Array => new Float64Array(6);
  const [weights, slopes, bends, alone] = [column(), column(), column(), column()];
  fc.assert(
    fc.property(fc.double({ min: 0, max: 5, noNaN: true }), (t) => {
      sixWeightsAndSlopes(t, weights, slopes);
      sixBends(t, bends);
      sixWeights(t, alone);
      weights.forEach((weight, i) => expect(weight).toBeCloseTo(alone[i] ?? NaN, 12));
      for (const n of powers) {
        const sum = (of: Float64Array): number => of.reduce((total, weight, i) => total + weight * i ** n, 0);
        expect(sum(weights)).toBeCloseTo(t ** n, 7);
        expect(sum(slopes)).toBeCloseTo(n > 0 ? n * t ** (n - 1) : 0, 7);
        expect(sum(bends)).toBeCloseTo(n > 1 ? n * (n - 1) * t ** (n - 2) : 0, 7);
      }
    }),
  );
});
