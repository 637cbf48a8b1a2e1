import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FILTER_GROUPS, stageName } from '../../../renderer/filters/filterSpecs.ts';
import { boundAt, isOrdered, logShare, positionOf, stepBound, withBound } from '../../../renderer/filters/rangeEdit.ts';
import { FUNNEL, Profile, RANGE_FILTERS } from '../../../scanner/domain/profile.ts';

const specs = FILTER_GROUPS.flatMap((group) => group.filters);

test('every range filter of a profile has one row in the panel', () => {
  expect(specs.map((spec) => spec.filter).sort()).toEqual([...RANGE_FILTERS].sort());
});

test('every stage of the funnel has a name of its own', () => {
  expect(new Set(FUNNEL.map(stageName)).size).toBe(FUNNEL.length);
});

test('a bound is set and cleared without touching the other', () => {
  expect(withBound({ min: 1, max: 5 }, 'min', 2)).toEqual({ min: 2, max: 5 });
  expect(withBound({ min: 1, max: 5 }, 'max', undefined)).toEqual({ min: 1 });
  expect(isOrdered({ min: 3, max: 2 })).toBe(false);
});

test('a handle dragged anywhere gives a bound on the step that stands where it was dropped', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...specs),
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.double({ min: 0.5, max: 1_000, noNaN: true }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (spec, from, span, position) => {
        const axis = { from, to: from + span };
        const bound = boundAt(spec, axis, { side: 'min', position });
        expect(bound).toBeDefined();
        const steps = ((bound ?? Number.NaN) * spec.scale) / spec.step;
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-3);
        expect(Math.abs((bound ?? 0) - (from + position * span))).toBeLessThanOrEqual(
          spec.step / spec.scale / 2 + 1e-6,
        );
      },
    ),
  );
});

test('at the end of its own side a handle filters nothing', () => {
  const axis = { from: 0, to: 10 };
  const spec = { step: 1, scale: 1 };
  expect(boundAt(spec, axis, { side: 'min', position: 0 })).toBeUndefined();
  expect(boundAt(spec, axis, { side: 'max', position: 1 })).toBeUndefined();
  expect(boundAt(spec, axis, { side: 'max', position: 0 })).toBe(0);
});

test('arrow keys step in what a person reads: one percent of POP', () => {
  expect(stepBound({ step: 1, scale: 100 }, 0.6, 1)).toBe(0.61);
  expect(stepBound({ step: 0.01, scale: 1 }, 0.15, -1)).toBe(0.14);
});

test('places stay on the axis and shares between nothing and all', () => {
  expect([positionOf({ from: 0, to: 10 }, -5), positionOf({ from: 0, to: 10 }, 15)]).toEqual([0, 1]);
  expect([logShare(0, 100), logShare(100, 100), logShare(5, 0)]).toEqual([0, 1, 0]);
});

test('a profile edited in the panel is one the engine takes', () => {
  const profile = Profile.parse({ version: 1, name: 'x' });
  const edited = { ...profile, pop: withBound(profile.pop, 'min', 0.6), ev: withBound(profile.ev, 'max', 1) };
  expect(Profile.safeParse(edited).success).toBe(true);
});
