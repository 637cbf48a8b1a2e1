import { describe, expect, test } from 'vitest';
import { americanPrice } from '../../../scanner/math/american.ts';
import { blackPrice } from '../../../scanner/math/black.ts';
import { payoffAtExpiry, payoffCurve, positionValue, valueCurve, type Position } from '../../../scanner/math/payoff.ts';

const bullPut: Position = {
  legs: [
    { right: 'P', strike: 95, quantity: -1, vol: 0.22 },
    { right: 'P', strike: 90, quantity: 1, vol: 0.25 },
  ],
  credit: 0.64,
  multiplier: 100,
};
const scenario = { years: 0.1, ivShift: 0, rate: 0.045, dividendYield: 0.01, exercise: 'european' } as const;

describe('payoff', () => {
  test('of a credit spread: max profit, break-even, max loss as defined', () => {
    expect(payoffAtExpiry(bullPut, 100)).toBeCloseTo(64, 10);
    expect(payoffAtExpiry(bullPut, 95 - 0.64)).toBeCloseTo(0, 10);
    expect(payoffAtExpiry(bullPut, 80)).toBeCloseTo(-436, 10);
  });

  test('of a debit spread', () => {
    const bullCall: Position = {
      legs: [
        { right: 'C', strike: 100, quantity: 1, vol: 0.2 },
        { right: 'C', strike: 105, quantity: -1, vol: 0.2 },
      ],
      credit: -2,
      multiplier: 100,
    };
    expect([...payoffCurve(bullCall, Float64Array.of(90, 102, 120))]).toEqual([-200, 0, 300]);
  });

  test('before expiry is credit plus what the legs are worth, with the IV shift on each', () => {
    const forward = 97 * Math.exp(0.035 * 0.1);
    const leg = (strike: number, vol: number): number =>
      blackPrice({ right: 'P', forward, strike, stdDev: vol * Math.sqrt(0.1), discount: Math.exp(-0.0045) });
    const found = positionValue(bullPut, { ...scenario, spot: 97, ivShift: 0.02 });
    expect(found).toBeCloseTo(100 * (0.64 - leg(95, 0.24) + leg(90, 0.27)), 8);
  });

  test('American legs are worth their American value', () => {
    const terms = { right: 'P', spot: 85, years: 0.1, rate: 0.045, dividendYield: 0.01 } as const;
    const short = americanPrice({ ...terms, strike: 95, vol: 0.22 });
    const long = americanPrice({ ...terms, strike: 90, vol: 0.25 });
    const found = positionValue(bullPut, { ...scenario, spot: 85, exercise: 'american' });
    expect(found).toBeCloseTo(100 * (0.64 - short + long), 8);
  });

  test('approaches the payoff at expiry as time runs out, for both exercise styles', () => {
    const spots = Float64Array.from({ length: 41 }, (_, i) => 80 + i);
    const end = payoffCurve(bullPut, spots);
    for (const exercise of ['european', 'american'] as const) {
      const near = valueCurve(bullPut, spots, { ...scenario, years: 0, exercise });
      spots.forEach((_, i) => expect(near[i]).toBeCloseTo(end[i] ?? NaN, 8));
    }
  });

  test('an unknown vol is not a price', () => {
    const unknown = { ...bullPut, legs: bullPut.legs.map((leg) => ({ ...leg, vol: NaN })) };
    expect(positionValue(unknown, { ...scenario, spot: 100 })).toBeNaN();
    expect(positionValue(unknown, { ...scenario, spot: 100, exercise: 'american' })).toBeNaN();
  });
});
