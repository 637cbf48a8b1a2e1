import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blackGreeksColumns } from '../../../scanner/math/blackGreeksColumns.ts';
import { impliedGreeksColumns } from '../../../scanner/math/impliedGreeksColumns.ts';
import { impliedVolColumns } from '../../../scanner/math/impliedVolColumns.ts';
import { ColumnKernel, KERNEL_ROWS, PRICES, type InstructionSet } from '../../../scanner/math/kernel/columnKernel.ts';

const BESIDE = 3;

/** Quotes of all kinds: fair ones, below intrinsic, absent, far in the wings. */
const quote = fc.record({
  strike: fc.oneof(fc.integer({ min: 60, max: 160 }), fc.integer({ min: 5, max: 2000 })),
  price: fc.oneof(fc.double({ min: 0.01, max: 40, noNaN: true }), fc.constantFrom(0, NaN, 1e-9, 5000)),
});

test.each<InstructionSet>(['simd', 'relaxedSimd'])(
  'vols and Greeks in one are those of one kernel one after the other, rounded: %s',
  (set) => {
    const kernel = new ColumnKernel(set);
    const quotes = fc.oneof(
      fc.array(quote, { minLength: 1, maxLength: 9 }),
      fc.array(quote, { minLength: 250, maxLength: 520, size: 'max' }),
    );
    fc.assert(
      fc.property(quotes, fc.boolean(), fc.double({ min: 0.001, max: 2, noNaN: true }), (some, isCall, years) => {
        const terms = { isCall, spot: 100, forward: 101, years, discount: Math.exp(-0.04 * years) };
        const strikes = Float64Array.from(some, ({ strike }) => strike);
        const prices = Float64Array.from(some, ({ price }) => price);
        const vols = new Float64Array(some.length);
        impliedVolColumns({ ...terms, strikes, prices }, vols, kernel);
        const wide = () => new Float64Array(some.length);
        const greeks = { price: wide(), delta: wide(), gamma: wide(), theta: wide(), vega: wide(), rho: wide() };
        blackGreeksColumns({ ...terms, strikes, vols }, greeks, kernel);
        const narrow = () => new Float32Array(some.length + 2 * BESIDE);
        const columns = { iv: narrow(), delta: narrow(), gamma: narrow(), theta: narrow(), vega: narrow() };
        // They may lie in the kernel's own memory, where vols take their place.
        const isInside = some.length <= KERNEL_ROWS;
        const given = isInside ? kernel.head(PRICES, some.length) : prices;
        given.set(prices);
        const solved = impliedGreeksColumns({ ...terms, strikes, prices: given }, { columns, at: BESIDE }, kernel);
        const has = Array.from(vols, (vol, i) => vol > 0 && !Number.isNaN(greeks.delta[i]));
        expect(solved).toBe(has.filter(Boolean).length);
        const expected = (column: Float64Array) => [
          ...[0, 0, 0],
          ...Array.from(column, (value, i) => (has[i] ? Math.fround(value) : NaN)),
          ...[0, 0, 0],
        ];
        expect(Array.from(columns.iv)).toEqual(expected(vols));
        for (const name of ['delta', 'gamma', 'theta', 'vega'] as const) {
          expect(Array.from(columns[name])).toEqual(expected(greeks[name]));
        }
      }),
      { numRuns: 150 },
    );
  },
);

test('terms that no column can be computed with are left to others', () => {
  const kernel = new ColumnKernel('simd');
  const one = Float64Array.of(100);
  const column = () => new Float32Array(1);
  const columns = { iv: column(), delta: column(), gamma: column(), theta: column(), vega: column() };
  const terms = { isCall: true, spot: NaN, forward: 101, years: 1, discount: 0.96, strikes: one, prices: one };
  expect(impliedGreeksColumns(terms, { columns, at: 0 }, kernel)).toBeUndefined();
});
