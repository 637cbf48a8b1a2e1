import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TableBlend, type TermPoint } from '../../../scanner/math/tableBlend.ts';

const first: TermPoint = { logYears: -1, carry: 0.02 };
const span = { logYears: 0.05, carry: 0.002 };
const build = ({ logYears, carry }: TermPoint): Float64Array =>
  Float64Array.of(3 * logYears - 2, 1 + 40 * carry + 5000 * carry * carry, logYears);

/** Movements of a ten-thousandth of the reach are left alone: by so much they move each value, at most. */
const LEFT_ALONE = [
  3 * 1e-4 * span.logYears,
  (40 + 2 * 5000 * (first.carry + span.carry)) * 1e-4 * span.carry,
  1e-4 * span.logYears,
].map((most) => most + 1e-12);

test('is exact for what is linear in ln(years) and quadratic in the carry', () => {
  const unit = fc.double({ min: -0.999, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), unit, (age, shift) => {
      const blend = new TableBlend(build, first, span);
      const point = { logYears: first.logYears - age * span.logYears, carry: first.carry + shift * span.carry };
      expect(blend.moveTo(point)).toBe(true);
      for (const [i, value] of build(point).entries()) {
        expect(Math.abs((blend.values[i] ?? NaN) - value)).toBeLessThan(LEFT_ALONE[i] ?? NaN);
      }
    }),
    // Moved by less than a ten-thousandth, and so not at all.
    { examples: [[0, 0.00006249983724049973]] },
  );
});

test('refuses what is out of reach and keeps its values', () => {
  const blend = new TableBlend(build, first, span);
  const before = Array.from(blend.values);
  for (const point of [
    { ...first, carry: first.carry + 1.01 * span.carry },
    { ...first, logYears: first.logYears - 1.01 * span.logYears },
    { ...first, logYears: first.logYears + 0.01 * span.logYears },
    { ...first, carry: NaN },
  ]) {
    expect(blend.moveTo(point)).toBe(false);
    expect(Array.from(blend.values)).toEqual(before);
  }
});

test('builds a point when it is first needed, and only once', () => {
  const built: TermPoint[] = [];
  const counting = (point: TermPoint): Float64Array => {
    built.push(point);
    return build(point);
  };
  const blend = new TableBlend(counting, first, span);
  blend.moveTo(first);
  expect(built).toHaveLength(1);
  blend.moveTo({ ...first, logYears: first.logYears - 0.01 });
  blend.moveTo({ ...first, logYears: first.logYears - 0.02 });
  expect(built).toHaveLength(2);
  for (const carry of [0.0205, 0.0195, 0.021]) blend.moveTo({ ...first, carry });
  expect(built).toHaveLength(4);
  expect(blend.bytes).toBe(5 * 3 * 8);
});
