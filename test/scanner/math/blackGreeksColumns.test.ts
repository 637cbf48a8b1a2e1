import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../scanner/domain/random.ts';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import { blackGreeksColumns, type GreeksColumns } from '../../../scanner/math/blackGreeksColumns.ts';
import { KERNELS } from './kernel/kernels.ts';

const NAMES = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const;

function columns(size: number): GreeksColumns {
  const [price, delta, gamma, theta, vega, rho] = NAMES.map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { price, delta, gamma, theta, vega, rho };
}

describe.each(KERNELS)('Greeks over columns, $name', ({ kernel }) => {
  test.each([
    { isCall: true, years: 0.003, rate: 0.05 },
    { isCall: false, years: 0.2, rate: -0.01 },
    { isCall: true, years: 1, rate: 0.03 },
    { isCall: false, years: 10, rate: 0.04 },
  ])('agree with the one-by-one version everywhere: %o', ({ isCall, years, rate }) => {
    const random = seededRandom(9);
    const [spot, forward, discount] = [100, 100 * Math.exp((rate - 0.02) * years), Math.exp(-rate * years)];
    const vols = Float64Array.from({ length: 1000 }, () => 0.03 * 100 ** random());
    const strikes = vols.map((vol) => forward * Math.exp(20 * (random() - 0.5) * vol * Math.sqrt(years)));
    const out = columns(1000);
    blackGreeksColumns({ isCall, spot, forward, years, discount, strikes, vols }, out, kernel);
    strikes.forEach((strike, i) => {
      const right = isCall ? 'C' : 'P';
      const truth = blackGreeks({ right, spot, forward, strike, years, vol: vols[i] ?? NaN, discount });
      for (const name of NAMES) {
        const error = Math.abs((out[name][i] ?? NaN) - truth[name]);
        expect(error, `${name} at ${strike}`).toBeLessThan(
          1e-13 * (Math.abs(truth[name]) + (name === 'gamma' ? 1 : strike + 100)),
        );
      }
    });
  });

  test('no volatility is a step, an unknown one NaN, in its own row only', () => {
    const out = columns(4);
    const strikes = Float64Array.of(90, 90, 90, -1);
    const vols = Float64Array.of(0.2, 0, NaN, 0.2);
    blackGreeksColumns({ isCall: true, spot: 100, forward: 100, years: 0.5, discount: 1, strikes, vols }, out, kernel);
    expect(out.delta[0]).toBeGreaterThan(0.5);
    expect(out.delta[1]).toBe(1);
    expect(out.price[1]).toBe(10);
    for (const name of NAMES) for (const row of [2, 3]) expect(out[name][row]).toBeNaN();
  });

  test('at expiry: a step, as one by one', () => {
    const out = columns(2);
    const [strikes, vols] = [Float64Array.of(90, 110), Float64Array.of(0.2, 0.2)];
    blackGreeksColumns({ isCall: true, spot: 100, forward: 100, years: 0, discount: 1, strikes, vols }, out, kernel);
    expect([...out.delta]).toEqual([1, 0]);
    expect([...out.price]).toEqual([10, 0]);
    for (const name of NAMES) expect(out[name][0]).not.toBeNaN();
  });
});
