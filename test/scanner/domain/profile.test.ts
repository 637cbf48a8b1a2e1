import { expect, test } from 'vitest';
import { LegworkError } from '../../../scanner/domain/errors.ts';
import { parseProfile, RANGE_FILTERS } from '../../../scanner/domain/profile.ts';

const least = { version: 1, name: 'least' };

function refusal(raw: unknown): { field: string; message: string } {
  try {
    parseProfile(raw);
  } catch (error) {
    if (error instanceof LegworkError && error.error.kind === 'input') return error.error;
    throw error;
  }
  throw new Error('the profile was accepted');
}

test('what is left out filters nothing and takes the documented defaults', () => {
  const profile = parseProfile(least);
  for (const filter of RANGE_FILTERS) expect(profile[filter]).toEqual({});
  expect(profile).toMatchObject({
    strategies: ['bullPut', 'bearCall', 'bullCall', 'bearPut'],
    pricing: 'mid',
    greeks: 'vendor',
    feesPerLeg: 0,
    rankBy: { returnOnRisk: 1 },
    limit: 200,
  });
});

test('symbols are trimmed and written in capitals', () => {
  expect(parseProfile({ ...least, symbols: [' spy ', 'brk b'] }).symbols).toEqual(['SPY', 'BRK B']);
});

test.each([
  [{ ...least, dte: { mni: 3 } }, 'dte.mni', /unknown field.*remove it/],
  [{ ...least, filters: {} }, 'filters', /unknown field/],
  [{ ...least, dte: { min: 9, max: 3 } }, 'dte', /min must not be above max.*default/],
  [{ ...least, pop: { min: '0.6' } }, 'pop.min', /number/],
  [{ ...least, pop: { min: Infinity } }, 'pop.min', /finite|number/],
  [{ ...least, version: 2 }, 'version', /1\. Correct it\.$/],
  [{ version: 1 }, 'name', /Correct it\.$/],
  [{ ...least, strategies: [] }, 'strategies', /default/],
  [{ ...least, symbols: ['SPY', '../x'] }, 'symbols.1', /symbol/],
  [{ ...least, rankBy: { pop: 1e308 } }, 'rankBy.pop', /1000/],
  [{ ...least, limit: 0 }, 'limit', /1/],
  ['[]', 'profile', /Correct it\.$/],
  [null, 'profile', /Correct it\.$/],
])('%j is refused by name', (raw, field, words) => {
  const { field: named, message } = refusal(raw);
  expect(named).toBe(field);
  expect(message).toMatch(words);
});

test('a file with prototype keys changes no prototype', () => {
  const raw: unknown = JSON.parse('{"version":1,"name":"x","__proto__":{"limit":1}}');
  expect(() => parseProfile(raw)).not.toThrow(TypeError);
  expect(({} as { limit?: number }).limit).toBeUndefined();
});
