import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blackGreeksColumns, type GreeksColumns } from '../../../../scanner/math/blackGreeksColumns.ts';
import { impliedVolColumns } from '../../../../scanner/math/impliedVolColumns.ts';
import {
  ColumnKernel,
  columnKernel,
  hasInstructions,
  KERNEL_ROWS,
} from '../../../../scanner/math/kernel/columnKernel.ts';
import { KERNELS } from './kernels.ts';

const NAMES = ['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const;
const FAST = KERNELS.filter(({ kernel }) => kernel !== 'plain');

function greeksOf(size: number): GreeksColumns {
  const column = (): Float64Array => new Float64Array(size).fill(-7);
  return { price: column(), delta: column(), gamma: column(), theta: column(), vega: column(), rho: column() };
}

/** Plain numbers over all sizes, and everything that is not one. */
const anything = fc.oneof(
  fc.double({ min: 50, max: 200, noNaN: true }),
  fc.double({ min: 0.001, max: 3, noNaN: true }),
  fc.double(),
  fc.constantFrom(0, -0, -1, NaN, Infinity, -Infinity, 5e-324, 1e-310, 1e-300, 1e300, 1.7e308, 100),
);
const expiry = fc.record({
  isCall: fc.boolean(),
  forward: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 80, max: 120, noNaN: true }) }, anything),
  years: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 1e-4, max: 5, noNaN: true }) }, anything),
  discount: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0.7, max: 1.1, noNaN: true }) }, anything),
});
const pairs = fc.array(fc.tuple(anything, anything), { maxLength: 9 });

/** Equal, NaN both, or as near as rounding allows. `scale` is what the number was subtracted from. */
function expectSame(found: number, plain: number, scale: number): void {
  if (Object.is(found, plain) || found === plain) return;
  expect(Math.abs(found - plain), `${found} for ${plain}`).toBeLessThanOrEqual(1e-12 * (Math.abs(plain) + scale));
}

/** The size of the terms that a Greek is the difference of: where they cancel, their rounding errors remain. */
function scaleOf(
  name: (typeof NAMES)[number],
  { spot, forward, strike, years, discount }: Record<'spot' | 'forward' | 'strike' | 'years' | 'discount', number>,
): number {
  if (name === 'gamma' || name === 'vega') return 0;
  const worth = discount * forward;
  const carried = Math.abs(Math.log(worth / spot)) * worth + Math.abs(Math.log(discount)) * discount * strike;
  return 1e-3 + (name === 'theta' ? carried / years / 365 : 0);
}

describe.each(FAST)('$name and plain give the same', ({ kernel }) => {
  test('vols, whatever comes in', () => {
    fc.assert(
      fc.property(expiry, pairs, (terms, quotes) => {
        const strikes = Float64Array.from(quotes, ([strike]) => strike);
        const prices = Float64Array.from(quotes, ([, price]) => price);
        const [found, plain] = [new Float64Array(quotes.length), new Float64Array(quotes.length)];
        impliedVolColumns({ ...terms, strikes, prices }, found, kernel);
        impliedVolColumns({ ...terms, strikes, prices }, plain, 'plain');
        found.forEach((vol, i) => expectSame(vol, plain[i] ?? NaN, 0));
      }),
      { numRuns: 4000 },
    );
  });

  test('vols within a few last digits of intrinsic value, where they begin to exist', () => {
    const strikes = Float64Array.from({ length: 700 }, (_, i) => 20 + Math.floor(i / 7));
    const terms = { isCall: true, forward: 131, years: 0.5, discount: 0.9731, strikes };
    const prices = strikes.map((strike, i) => 0.9731 * (131 - strike) * (1 + ((i % 7) - 3) * Number.EPSILON));
    const [found, plain] = [new Float64Array(700), new Float64Array(700)];
    impliedVolColumns({ ...terms, prices }, found, kernel);
    impliedVolColumns({ ...terms, prices }, plain, 'plain');
    expect(Array.from(found, Number.isNaN)).toEqual(Array.from(plain, Number.isNaN));
    expect(new Set(Array.from(found, Number.isNaN)).size).toBe(2);
  });

  test('Greeks, whatever comes in', () => {
    fc.assert(
      fc.property(expiry, pairs, anything, (terms, options, odd) => {
        const strikes = Float64Array.from(options, ([strike]) => strike);
        const vols = Float64Array.from(options, ([, vol]) => vol);
        const [found, plain] = [greeksOf(options.length), greeksOf(options.length)];
        const spot = options.length % 2 === 0 ? 100 : odd;
        blackGreeksColumns({ ...terms, spot, strikes, vols }, found, kernel);
        blackGreeksColumns({ ...terms, spot, strikes, vols }, plain, 'plain');
        for (const name of NAMES) {
          found[name].forEach((value, i) => {
            expectSame(value, plain[name][i] ?? NaN, scaleOf(name, { ...terms, spot, strike: strikes[i] ?? NaN }));
          });
        }
      }),
      { numRuns: 4000 },
    );
  });

  test.each([0, 1, 2, 3, KERNEL_ROWS - 1, KERNEL_ROWS, KERNEL_ROWS + 1, 2 * KERNEL_ROWS + 1])(
    '%i rows are all computed, and no others written',
    (size) => {
      const strikes = Float64Array.from({ length: size }, (_, i) => 90 + 20 * (i / (size + 1)));
      const vols = Float64Array.from({ length: size }, (_, i) => 0.2 + i / 10_000);
      const terms = { isCall: true, forward: 100, years: 0.5, discount: 0.98 };
      const out = greeksOf(size + 2);
      blackGreeksColumns({ ...terms, spot: 99, strikes, vols }, out, kernel);
      const prices = out.price.slice(0, size);
      const found = new Float64Array(size + 2).fill(-7);
      impliedVolColumns({ ...terms, strikes, prices }, found, kernel);
      vols.forEach((vol, i) => expect(Math.abs((found[i] ?? NaN) - vol)).toBeLessThan(1e-13));
      for (const column of [found, ...NAMES.map((name) => out[name])]) {
        expect([...column.subarray(size)]).toEqual([-7, -7]);
      }
    },
  );
});

describe('the kernel', () => {
  test('is made once, and of the best instructions that there are', () => {
    expect(hasInstructions('simd') && hasInstructions('relaxedSimd')).toBe(true);
    const best = columnKernel();
    expect(best).toBeInstanceOf(ColumnKernel);
    expect(columnKernel()).toBe(best);
  });

  test('is not taken where WebAssembly is missing', () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly')!;
    Reflect.deleteProperty(globalThis, 'WebAssembly');
    const found = hasInstructions('simd');
    Object.defineProperty(globalThis, 'WebAssembly', before);
    expect(found).toBe(false);
  });
});
