import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveBandedProgram, type Bound } from '../../../scanner/math/bandedProgram.ts';
import { pentadiagonal, solvePentadiagonal, multiply, addOuter } from '../../../scanner/math/pentadiagonal.ts';

const numbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 });

test('a banded system is solved', () => {
  fc.assert(
    fc.property(numbers, numbers, (stencils, wanted) => {
      const matrix = pentadiagonal(12);
      matrix.diagonal.fill(0.5);
      for (let centre = 1; centre < 11; centre++) {
        addOuter(matrix, { centre, left: 1, middle: stencils[centre] ?? 0, right: stencils[centre - 1] ?? 0 }, 1);
      }
      const found = solvePentadiagonal(matrix, multiply(matrix, Float64Array.from(wanted)));
      found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 10));
    }),
  );
});

/** Cyclic coordinate descent on the dual: slow, and shares nothing with the interior point method. @source Hildreth (1957). */
function hildreth(target: readonly number[], bounds: readonly Bound[]): number[] {
  const x = [...target];
  const multipliers = bounds.map(() => 0);
  for (let sweep = 0; sweep < 6_000; sweep++) {
    bounds.forEach(({ row: { centre, left, middle, right }, atLeast, price }, i) => {
      const cells: [number, number][] = [
        [centre - 1, left],
        [centre, middle],
        [centre + 1, right],
      ];
      const short = atLeast - cells.reduce((sum, [at, by]) => sum + by * (x[at] ?? 0), 0);
      const length = left * left + middle * middle + right * right;
      const before = multipliers[i] ?? 0;
      const after = Math.min(price, Math.max(0, before + short / length));
      multipliers[i] = after;
      for (const [at, by] of cells) if (by !== 0) x[at] = (x[at] ?? 0) + by * (after - before);
    });
  }
  return x;
}

test('the nearest convex sequence within priced bounds, as a slow method finds it', () => {
  fc.assert(
    fc.property(numbers, numbers, (target, limits) => {
      const size = target.length;
      const hessian = pentadiagonal(size);
      hessian.diagonal.fill(1);
      // In terms of the move from the target: convex, and not below some limits, which cost 0.7 to undercut.
      const convex = Array.from({ length: size - 2 }, (_, k): Bound => {
        const row = { centre: k + 1, left: 1, middle: -2, right: 1 };
        const now = (target[k] ?? 0) - 2 * (target[k + 1] ?? 0) + (target[k + 2] ?? 0);
        return { row, atLeast: -now, price: 1e4 };
      });
      const floors = limits.map((limit, centre): Bound => {
        return {
          row: { centre, left: 0, middle: 1, right: 0 },
          atLeast: limit - 1 - (target[centre] ?? 0),
          price: 0.7,
        };
      });
      const bounds = [...convex, ...floors];
      const found = solveBandedProgram(hessian, bounds);
      const slow = hildreth(
        target.map(() => 0),
        bounds,
      );
      // A bound that is met without being needed leaves the root of the tolerance, 3e-6.
      found.forEach((value, i) => expect(Math.abs(value - (slow[i] ?? NaN))).toBeLessThan(3e-5));
    }),
    { numRuns: 20 },
  );
});
