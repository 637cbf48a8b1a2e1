import { expect, test } from 'vitest';
import type { ProfileInput } from '../../../scanner/domain/profile.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import { whyNot, type WhyNot } from '../../../scanner/scan/whyNot.ts';
import { EXPIRY, testChain, testProfile, type TestLeg } from './testChain.ts';

const legs: TestLeg[] = [
  { right: 'P', strike: 95, bid: 0.93, ask: 0.95, iv: 0.2, delta: -0.199, openInterest: 10 },
  { right: 'P', strike: 90, bid: 0.29, ask: 0.31, iv: 0, delta: -0.05, openInterest: 900 },
  { right: 'P', strike: 85, bid: 0, ask: 0, iv: 0.2, delta: -0.01 },
];

function ask(fields: Partial<ProfileInput>, question: { shortStrike?: number; longStrike?: number } = {}): WhyNot {
  const prepared = prepareChain(testChain(legs), { rate: 0.045, facts: {} }, { source: 'vendor' });
  const { shortStrike = 95, longStrike = 90 } = question;
  return whyNot(prepared, testProfile(fields), {
    symbol: 'ACME',
    expiry: EXPIRY,
    strategy: 'bullPut',
    shortStrike,
    longStrike,
  });
}

test('all failures are named in funnel order with value and bound', () => {
  const { failures, passes, text } = ask({
    openInterest: { min: 100 },
    shortDelta: { max: 0.15 },
    ev: { min: 0 },
    width: { min: 1 },
  });
  expect(passes).toBe(false);
  expect(failures.map(({ filter, value, bound }) => [filter, value, bound])).toEqual([
    ['shortDelta', 0.199, '0.15 or less'],
    ['ev', undefined, '0 or more'],
    ['openInterest', 10, '100 or more'],
  ]);
  expect(text).toContain('shortDelta is 0.199');
});

test('the first failure is the one that the funnel counts', () => {
  const fields: Partial<ProfileInput> = { strategies: ['bullPut'], openInterest: { min: 100 }, width: { max: 4 } };
  const prepared = prepareChain(testChain(legs.slice(0, 2)), { rate: 0.045, facts: {} }, { source: 'vendor' });
  const counted = scan(prepared, testProfile(fields)).summary.funnel.find((f) => f.rejected === 1);
  expect(ask(fields).failures[0]?.filter).toBe(counted?.filter);
});

test('a spread that passes is said to pass', () => {
  expect(ask({ width: { max: 5 } })).toMatchObject({ found: true, passes: true, failures: [] });
});

test('a leg without quotes, a strategy not asked for, strikes that are not there, strikes the wrong way round', () => {
  expect(ask({}, { longStrike: 85 }).failures[0]).toMatchObject({ filter: 'tradeable' });
  expect(ask({ strategies: ['bearCall'] }).failures[0]).toMatchObject({ filter: 'strategies', bound: 'bearCall' });
  expect(ask({}, { longStrike: 80 })).toMatchObject({ found: false, passes: false });
  expect(ask({}, { shortStrike: 90, longStrike: 95 }).text).toMatch(/sells the higher strike/);
});
