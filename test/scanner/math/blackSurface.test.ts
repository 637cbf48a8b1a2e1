import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blackGreeks } from '../../../scanner/math/blackGreeks.ts';
import { blackGreeksColumns } from '../../../scanner/math/blackGreeksColumns.ts';
import { blackImpliedVol } from '../../../scanner/math/impliedVol.ts';
import { impliedVolColumns } from '../../../scanner/math/impliedVolColumns.ts';
import type { ColumnKernel } from '../../../scanner/math/kernel/columnKernel.ts';
import { KERNELS } from './kernel/kernels.ts';

/** Expected numbers are mpmath's, to 60 digits: test/fixtures/black/surface.py says how they were made. */
const ROWS = readFileSync(new URL('../../fixtures/black/surface.csv', import.meta.url), 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => {
    const [right = '', ...numbers] = line.split(',');
    const [spot, forward, strike, years, discount, vol, price, implied, delta, gamma, theta, vega, rho] = numbers.map(
      Number,
    ) as Row;
    const market = { isCall: right === 'C', spot, forward, strike, years, discount, vol };
    return { market, implied, greeks: { price, delta, gamma, theta, vega, rho } };
  });
type Row = [number, number, number, number, number, number, number, number, number, number, number, number, number];

const NAMES = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const;
type Values = Record<(typeof NAMES)[number], number>;
type Market = (typeof ROWS)[number]['market'];

function oneByOne({ isCall, ...market }: Market): Values {
  return blackGreeks({ right: isCall ? 'C' : 'P', ...market });
}

function volOneByOne({ isCall, ...market }: Market, price: number): number {
  return blackImpliedVol({ right: isCall ? 'C' : 'P', ...market, price });
}

function inColumns({ strike, vol, ...terms }: Market, kernel: ColumnKernel | 'plain'): Values {
  const [strikes, vols] = [Float64Array.of(strike), Float64Array.of(vol)];
  const column = (): Float64Array => new Float64Array(1);
  const out = { price: column(), delta: column(), gamma: column(), theta: column(), vega: column(), rho: column() };
  blackGreeksColumns({ ...terms, strikes, vols }, out, kernel);
  return Object.fromEntries(NAMES.map((name) => [name, out[name][0] ?? NaN])) as Values;
}

function volInColumns(market: Market, price: number, kernel: ColumnKernel | 'plain'): number {
  const vols = new Float64Array(1);
  impliedVolColumns(
    { ...market, strikes: Float64Array.of(market.strike), prices: Float64Array.of(price) },
    vols,
    kernel,
  );
  return vols[0] ?? NaN;
}

/** Theta is judged by the size of its terms, which may cancel each other. */
function termsOfTheta({ discount, forward, spot, years, vol }: Market, { vega, delta, rho }: Values): number {
  const rate = Math.log(discount) / years;
  const dividendYield = Math.log((discount * forward) / spot) / years;
  const decay = (vega * 100 * vol) / (2 * years);
  return (decay + Math.abs(dividendYield * delta * spot) + Math.abs((rate * rho * 100) / years)) / 365;
}

const WAYS = [
  { name: 'one by one', greeks: oneByOne, vol: volOneByOne },
  ...KERNELS.map(({ name, kernel }) => ({
    name: `columns, ${name}`,
    greeks: (market: Market) => inColumns(market, kernel),
    vol: (market: Market, price: number) => volInColumns(market, price, kernel),
  })),
];

describe.each(WAYS)('the whole surface against 60 digits, $name', ({ greeks, vol }) => {
  test('the vol behind a price, to its last digits; near them the search ends and does not begin to bisect', () => {
    expect(ROWS).toHaveLength(300);
    for (const {
      market,
      implied,
      greeks: { price },
    } of ROWS) {
      // The less time there is, the more the last digits of the logarithm and of the ratios count.
      const allowed = 3e-15 + 1e-15 / (market.vol * Math.sqrt(market.years));
      expect(Math.abs(vol(market, price) / implied - 1), JSON.stringify({ market, price })).toBeLessThan(allowed);
    }
  });

  test('price and Greeks, in the wings as well, to 4e-13 of themselves', () => {
    for (const { market, greeks: truth } of ROWS) {
      const found = greeks(market);
      const stdDev = market.vol * Math.sqrt(market.years);
      for (const name of NAMES) {
        // Columns take a time value from two tabled ratios, which agree to the more digits the less time there is.
        const allowed = name === 'price' ? Math.max(4e-13, 5e-15 / stdDev) : 4e-13;
        const size = name === 'theta' ? termsOfTheta(market, truth) : Math.abs(truth[name]);
        expect(Math.abs(found[name] - truth[name]), `${name} of ${JSON.stringify(market)}`).toBeLessThan(
          allowed * size,
        );
      }
    }
  });
});
