import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blackGreeksColumns,
  type GreeksColumns,
  type OptionColumns,
} from '../../../scanner/math/blackGreeksColumns.ts';
import { impliedVolColumns } from '../../../scanner/math/impliedVolColumns.ts';
import { KERNELS } from './kernel/kernels.ts';

/** A chain of 24 strikes at one vol, from certain to hopeless on both sides, and any time from minutes to a decade. */
const SIZE = 24;
const chain = fc
  .record({
    spot: fc.double({ min: 50, max: 200, noNaN: true }),
    carry: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
    rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
    years: fc.double({ min: -11, max: 2.3, noNaN: true }).map(Math.exp),
    vol: fc.double({ min: -3.5, max: 1.1, noNaN: true }).map(Math.exp),
    /** Standard deviations from the forward: where the chain begins, and from one strike to the next. */
    from: fc.double({ min: -20, max: 0, noNaN: true }),
    step: fc.double({ min: 0.01, max: 1.7, noNaN: true }),
  })
  .map(({ spot, carry, rate, years, vol, from, step }) => {
    const [forward, discount] = [spot * Math.exp(carry * years), Math.exp(-rate * years)];
    const strikes = Float64Array.from({ length: SIZE }, (_, i) => {
      return forward * Math.exp((from + i * step) * vol * Math.sqrt(years));
    });
    return { spot, forward, years, discount, strikes, vols: new Float64Array(SIZE).fill(vol), vol };
  });
const RUNS = { numRuns: 400 };

const at = (column: Float64Array, i: number): number => column[i] ?? NaN;

describe.each(KERNELS)('what no model may break, over columns, $name', ({ kernel }) => {
  function greeksOf(options: OptionColumns): GreeksColumns {
    const column = (): Float64Array => new Float64Array(options.strikes.length);
    const out = { price: column(), delta: column(), gamma: column(), theta: column(), vega: column(), rho: column() };
    blackGreeksColumns(options, out, kernel);
    return out;
  }

  test('parity: calls and puts differ by the forward, and share gamma and vega', () => {
    fc.assert(
      fc.property(chain, (terms) => {
        const { spot, forward, years, discount, strikes } = terms;
        const [call, put] = [greeksOf({ ...terms, isCall: true }), greeksOf({ ...terms, isCall: false })];
        strikes.forEach((strike, i) => {
          const rounding = 1e-14 * (forward + strike);
          const [calls, puts] = [at(call.price, i), at(put.price, i)];
          expect(Math.abs(calls - puts - discount * (forward - strike))).toBeLessThan(rounding);
          expect(Math.abs(at(call.delta, i) - at(put.delta, i) - (discount * forward) / spot)).toBeLessThan(1e-13);
          expect(Math.abs(at(call.rho, i) - at(put.rho, i) - 0.01 * years * discount * strike)).toBeLessThan(
            rounding * years,
          );
          expect(at(call.gamma, i)).toBe(at(put.gamma, i));
          expect(at(call.vega, i)).toBe(at(put.vega, i));
        });
      }),
      RUNS,
    );
  });

  test('bounds: between what is certain and what it can be worth at most', () => {
    fc.assert(
      fc.property(chain, fc.boolean(), (terms, isCall) => {
        const { spot, forward, discount, strikes } = terms;
        const { price, delta, gamma, vega } = greeksOf({ ...terms, isCall });
        const carry = (discount * forward) / spot;
        strikes.forEach((strike, i) => {
          const rounding = 1e-14 * (forward + strike);
          const intrinsic = discount * Math.max(0, isCall ? forward - strike : strike - forward);
          expect(at(price, i)).toBeGreaterThanOrEqual(intrinsic - rounding);
          expect(at(price, i)).toBeLessThanOrEqual(discount * (isCall ? forward : strike) + rounding);
          expect(at(delta, i) * (isCall ? 1 : -1)).toBeGreaterThanOrEqual(0);
          expect(at(delta, i) * (isCall ? 1 : -1)).toBeLessThanOrEqual(carry * (1 + 1e-15));
          expect(at(gamma, i)).toBeGreaterThanOrEqual(0);
          expect(at(vega, i)).toBeGreaterThanOrEqual(0);
        });
      }),
      RUNS,
    );
  });

  test('along the strikes: a call falls, by no more than the discounted difference, and is convex', () => {
    fc.assert(
      fc.property(chain, (terms) => {
        const { discount, strikes } = terms;
        const { price } = greeksOf({ ...terms, isCall: true });
        const slopes = Array.from({ length: SIZE - 1 }, (_, i) => {
          const width = at(strikes, i + 1) - at(strikes, i);
          return {
            value: (at(price, i + 1) - at(price, i)) / width,
            rounding: (1e-14 * (terms.forward + at(strikes, SIZE - 1))) / width,
          };
        });
        slopes.forEach(({ value, rounding }, i) => {
          expect(value).toBeLessThanOrEqual(rounding);
          expect(value).toBeGreaterThanOrEqual(-discount - rounding);
          const before = slopes[i - 1];
          if (before) expect(value).toBeGreaterThanOrEqual(before.value - before.rounding - rounding);
        });
      }),
      RUNS,
    );
  });

  test('with more volatility every price rises; with a higher forward calls rise and puts fall', () => {
    fc.assert(
      fc.property(chain, fc.double({ min: 1, max: 1.5, noNaN: true }), fc.boolean(), (terms, factor, isCall) => {
        const before = greeksOf({ ...terms, isCall }).price;
        const livelier = greeksOf({ ...terms, isCall, vols: terms.vols.map((vol) => vol * factor) }).price;
        const [spot, forward] = [terms.spot * factor, terms.forward * factor];
        const higher = greeksOf({ ...terms, isCall, spot, forward }).price;
        terms.strikes.forEach((strike, i) => {
          const rounding = 1e-14 * (forward + strike);
          expect(at(livelier, i)).toBeGreaterThanOrEqual(at(before, i) - rounding);
          expect((at(higher, i) - at(before, i)) * (isCall ? 1 : -1)).toBeGreaterThanOrEqual(-rounding);
        });
      }),
      RUNS,
    );
  });

  test('symmetry: a call is the put with forward and strike exchanged', () => {
    fc.assert(
      fc.property(chain, fc.nat(SIZE - 1), (terms, i) => {
        const [forward, strike] = [terms.forward, at(terms.strikes, i)];
        const vols = terms.vols.subarray(0, 1);
        const call = greeksOf({ ...terms, vols, isCall: true, strikes: Float64Array.of(strike) });
        const put = greeksOf({ ...terms, vols, isCall: false, forward: strike, strikes: Float64Array.of(forward) });
        expect(Math.abs(at(call.price, 0) - at(put.price, 0))).toBeLessThanOrEqual(1e-14 * (forward + strike));
      }),
      RUNS,
    );
  });

  test('limits: as time or volatility go, prices and deltas go to a step, and are one when they are gone', () => {
    fc.assert(
      fc.property(chain, fc.boolean(), fc.constantFrom('years', 'vols'), (terms, isCall, key) => {
        // Away from the strike: at it, the limit is no step.
        const strikes = Float64Array.of(0.9 * terms.forward, 1.1 * terms.forward);
        const options = { ...terms, isCall, strikes, vols: terms.vols.subarray(0, 2) };
        const gone = greeksOf({ ...options, [key]: key === 'years' ? 0 : new Float64Array(2) });
        const near = greeksOf({ ...options, [key]: key === 'years' ? 1e-9 : new Float64Array(2).fill(1e-9) });
        const pays = isCall ? 0 : 1;
        for (const { price, delta, gamma } of [gone, near]) {
          expect(at(price, pays)).toBeCloseTo(0.1 * terms.discount * terms.forward, 8);
          expect(at(price, 1 - pays)).toBeCloseTo(0, 12);
          const carry = (terms.discount * terms.forward) / terms.spot;
          expect(at(delta, pays)).toBeCloseTo(isCall ? carry : -carry, 12);
          expect(at(delta, 1 - pays)).toBeCloseTo(0, 12);
          expect(Math.max(...gamma)).toBeCloseTo(0, 12);
        }
      }),
      RUNS,
    );
  });

  test('vols: the price of a found vol is the price, and a higher price means a higher vol', () => {
    fc.assert(
      fc.property(chain, fc.boolean(), (terms, isCall) => {
        const prices = greeksOf({ ...terms, isCall }).price;
        const raised = prices.map((price, i) => price + 1e-9 * (terms.forward + at(terms.strikes, i)));
        const [vols, higher] = [new Float64Array(SIZE), new Float64Array(SIZE)];
        impliedVolColumns({ ...terms, isCall, prices }, vols, kernel);
        impliedVolColumns({ ...terms, isCall, prices: raised }, higher, kernel);
        const again = greeksOf({ ...terms, isCall, vols }).price;
        vols.forEach((vol, i) => {
          const rounding = 3e-14 * (terms.forward + at(terms.strikes, i));
          // NaN only where what is left over intrinsic value, or to the bound, is lost in the price's last digits.
          if (Number.isNaN(vol)) return expect(isLost(terms, isCall, i, at(prices, i))).toBe(true);
          expect(Math.abs(at(again, i) - at(prices, i))).toBeLessThanOrEqual(rounding);
          if (!Number.isNaN(at(higher, i))) expect(at(higher, i)).toBeGreaterThan(vol);
        });
      }),
      RUNS,
    );
  });
});

function isLost(
  { forward, discount, strikes }: { forward: number; discount: number; strikes: Float64Array },
  isCall: boolean,
  i: number,
  price: number,
): boolean {
  const strike = at(strikes, i);
  const intrinsic = discount * Math.max(0, isCall ? forward - strike : strike - forward);
  const bound = discount * (isCall ? forward : strike);
  return price - intrinsic <= 1e-15 * price || bound - price <= 1e-15 * price;
}
