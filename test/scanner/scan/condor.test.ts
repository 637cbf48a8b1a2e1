import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chainOfRecorded } from '../../../scanner/chain/chainOfRecorded.ts';
import { parseCboeFile } from '../../../scanner/chain/cboeFile.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';
import type { ProfileInput } from '../../../scanner/domain/profile.ts';
import { normalCdf } from '../../../scanner/math/normal.ts';
import { probabilityOfTouch, probabilityOfTouchEither } from '../../../scanner/math/probability.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import type { ScanResult } from '../../../scanner/scan/scanRequest.ts';
import { whyNot, type WhyNot } from '../../../scanner/scan/whyNot.ts';
import { EXPIRY, testChain, testProfile, type TestLeg } from './testChain.ts';

const settings = { rate: 0.045, facts: {} };
const CONDORS: ProfileInput['strategies'] = ['ironCondor', 'ironButterfly'];

/** A share at 100, 45 days, 20 % vol: puts 90 and 95, calls 105 and 107, and the same strike for both at 100. */
const legs: TestLeg[] = [
  { right: 'P', strike: 90, bid: 0.29, ask: 0.31, iv: 0.2, delta: -0.05, openInterest: 900, volume: 10 },
  { right: 'P', strike: 95, bid: 0.93, ask: 0.95, iv: 0.2, delta: -0.199, openInterest: 700, volume: 20 },
  { right: 'P', strike: 100, bid: 2.5, ask: 2.54, iv: 0.2, delta: -0.47, openInterest: 500, volume: 30 },
  { right: 'C', strike: 100, bid: 3.05, ask: 3.09, iv: 0.2, delta: 0.53, openInterest: 400, volume: 40 },
  { right: 'C', strike: 105, bid: 1.15, ask: 1.17, iv: 0.2, delta: 0.27, openInterest: 300, volume: 50 },
  { right: 'C', strike: 107, bid: 0.73, ask: 0.75, iv: 0.2, delta: 0.19, openInterest: 200, volume: 60 },
];

function run(fields: Partial<ProfileInput>, quotes: readonly TestLeg[] = legs): ScanResult {
  const prepared = prepareChain(testChain(quotes), settings, { source: 'vendor' });
  return scan(prepared, testProfile({ strategies: CONDORS, ...fields }), { withHistograms: true });
}

const rejected = (result: ScanResult): Record<string, number> =>
  Object.fromEntries(result.summary.funnel.filter((f) => f.rejected > 0).map((f) => [f.filter, f.rejected]));

describe('a condor with wings of 5 and 2', () => {
  const [row] = run({ feesPerLeg: 0.65, shortDelta: { max: 0.3 } }).rows.filter((r) => r.callWing?.shortStrike === 105);

  test('credit is of both wings, the risk of the wider, fees of four legs', () => {
    // (0.94 - 0.30) + (1.16 - 0.74) = 1.06
    expect(row).toMatchObject({
      id: `ACME|ACME|${EXPIRY}|P|95|90|ironCondor|105|107`,
      ...{ strategy: 'ironCondor', right: 'P', shortStrike: 95, longStrike: 90, width: 5, credit: 1.06 },
      ...{ maxProfit: 103.4, maxLoss: 396.6, breakEven: 93.94, upperBreakEven: 106.06 },
    });
    expect(row?.natural).toBeCloseTo(0.93 - 0.31 + 1.15 - 0.75, 9);
    expect(row?.callWing).toMatchObject({ shortStrike: 105, longStrike: 107, width: 2 });
    expect(row?.callWing?.short).toMatchObject({ strike: 105, conId: 5, bid: 1.15, ask: 1.17 });
    expect(row?.returnOnRisk).toBeCloseTo(103.4 / 396.6, 8);
  });

  test('net Greeks are sums, and what binds each leg is the worst of four', () => {
    expect(row?.netDelta).toBeCloseTo(-0.05 + 0.199 + 0.19 - 0.27, 9);
    expect(row).toMatchObject({ openInterest: 200, volume: 10, distancePercent: 0.05 });
    expect(row?.bidAskPercent).toBeCloseTo(0.02 / 0.3, 8);
  });

  test('the probability of profit is that of ending between the break-evens', () => {
    const years = 45 / 365;
    const stdDev = 0.2 * Math.sqrt(years);
    // Put-call parity at 100, the only strike with both: F = K + (C - P) exp(rT).
    const forward = 100 + (3.07 - 2.52) * Math.exp(0.045 * years);
    const above = (x: number): number => normalCdf(Math.log(forward / x) / stdDev - stdDev / 2);
    expect(row?.pop).toBeCloseTo(above(93.94) - above(106.06), 8);
    expect(row?.probShortOtm).toBeCloseTo(above(95) - above(105), 8);
  });

  test('touch is that of either sold strike, each at its own vol', () => {
    const years = 45 / 365;
    const forward = 100 + (3.07 - 2.52) * Math.exp(0.045 * years);
    const market = { spot: 100, years, rate: 0.045, dividendYield: 0.045 - Math.log(forward / 100) / years };
    const either = { ...market, vol: 0.2, lower: 95, upper: 105 };
    expect(row?.touch).toBeCloseTo(probabilityOfTouchEither(either), 8);
    // With a livelier call: more, by what its own touch is more likely, less what was counted twice.
    const livelier = legs.map((leg) => (leg.right === 'C' ? { ...leg, iv: 0.26 } : leg));
    const fields = { feesPerLeg: 0.65, shortDelta: { max: 0.3 } };
    const other = run(fields, livelier).rows.find((r) => r.id === row?.id);
    const [put, call] = [
      probabilityOfTouch({ ...market, vol: 0.2, barrier: 95 }),
      probabilityOfTouch({ ...market, vol: 0.26, barrier: 105 }),
    ];
    const lively = { ...either, vol: 0.23 };
    const both =
      probabilityOfTouch({ ...lively, barrier: 95 }) +
      probabilityOfTouch({ ...lively, barrier: 105 }) -
      probabilityOfTouchEither(lively);
    expect(other?.touch).toBeCloseTo(put + call - both, 8);
    expect(other?.touch).toBeGreaterThan((row?.touch ?? NaN) + 0.02);
  });

  test('a butterfly is touched where its body is', () => {
    const butterfly = run({}).rows.find((r) => r.strategy === 'ironButterfly');
    // The spot is there.
    expect(butterfly).toMatchObject({ shortStrike: 100, touch: 1 });
  });

  test('a side that the credit pays for never loses and has no break-even', () => {
    // (2.52 - 0.30) + (1.16 - 0.74) = 2.64 is more than the 2 that the calls can cost.
    const paid = run({}).rows.find((r) => r.id === `ACME|ACME|${EXPIRY}|P|100|90|ironCondor|105|107`);
    expect(paid).toMatchObject({ credit: 2.64, breakEven: 97.36, upperBreakEven: undefined });
    const years = 45 / 365;
    const stdDev = 0.2 * Math.sqrt(years);
    const forward = 100 + (3.07 - 2.52) * Math.exp(0.045 * years);
    expect(paid?.pop).toBeCloseTo(normalCdf(Math.log(forward / 97.36) / stdDev - stdDev / 2), 8);
  });

  test('expected value is that of the two wings as verticals', () => {
    const verticals = run({ strategies: ['bullPut', 'bearCall'], feesPerLeg: 0.65 }).rows;
    const put = verticals.find((r) => r.shortStrike === 95 && r.longStrike === 90);
    const call = verticals.find((r) => r.shortStrike === 105 && r.longStrike === 107);
    expect(row?.ev).toBeCloseTo((put?.ev ?? NaN) + (call?.ev ?? NaN), 8);
  });
});

test('a butterfly sells put and call of one strike', () => {
  const { rows } = run({ strategies: ['ironButterfly'] });
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.callWing?.shortStrike).toBe(row.shortStrike);
  expect(rows.map((row) => row.shortStrike)).toContain(100);
});

test('wings are filtered first, then the whole', () => {
  const result = run({ strategies: ['ironCondor'], shortDelta: { max: 0.3 }, credit: { min: 1.5 } });
  // Shorts below: 95 with 90 bought; 100 with 90 or 95. Above: 100 with 105 or 107; 105 with 107. Apart: 95 and 100,
  // 95 and 105, 100 and 105 are 1 * 2 + 1 * 1 + 2 * 1.
  expect(result.summary.pairs).toBe(5);
  expect(rejected(result)).toEqual({ shortDelta: 4, credit: 1 });
  // All four fail on delta alone: the least of them brings 1.58 + 0.42.
  expect(result.hint).toMatchObject({ filter: 'shortDelta', keepsOut: 4 });
});

test('a condor that gets its whole width risks nothing, which is no price', () => {
  const rich = legs.map((leg) => (leg.right === 'P' && leg.strike === 95 ? { ...leg, bid: 4.6, ask: 4.64 } : leg));
  const result = run({ strategies: ['ironCondor'], width: { max: 5 }, shortDelta: { max: 0.3 } }, rich);
  // 4.32 of the puts are a price below 5, 0.42 of the calls too; together with calls for 0.7 they would not be.
  expect(result.summary.survivors).toBe(1);
  const richer = rich.map((leg) => (leg.strike === 105 ? { ...leg, bid: 1.5, ask: 1.52 } : leg));
  const none = run({ strategies: ['ironCondor'], width: { max: 5 }, shortDelta: { max: 0.3 } }, richer);
  expect(none.summary.survivors).toBe(0);
  expect(rejected(none)['tradeable']).toBeGreaterThan(0);
});

describe('why not', () => {
  const ask = (fields: Partial<ProfileInput>, question: Partial<Parameters<typeof whyNot>[2]> = {}): WhyNot => {
    const prepared = prepareChain(testChain(legs), settings, { source: 'vendor' });
    const calls = { callShortStrike: 105, callLongStrike: 107 };
    const named = { symbol: 'ACME', expiry: EXPIRY, strategy: 'ironCondor' as const, shortStrike: 95, longStrike: 90 };
    return whyNot(prepared, testProfile({ strategies: CONDORS, ...fields }), { ...named, ...calls, ...question });
  };

  test('filters on wings come first, then those on the whole, with value and bound', () => {
    const { failures, text } = ask({
      credit: { min: 2 },
      shortDelta: { max: 0.25 },
      width: { min: 3 },
      openInterest: { min: 250 },
    });
    expect(failures.map(({ filter, value, bound }) => [filter, value, bound])).toEqual([
      ['shortDelta', 0.27, '0.25 or less'],
      ['width', 2, '3 or more'],
      ['openInterest', 200, '250 or more'],
      ['credit', 1.06, '2 or more'],
    ]);
    expect(text).toContain('of the calls, shortDelta is 0.27');
  });

  test('the first failure is the one that the funnel counts, and one that passes is said to pass', () => {
    const fields: Partial<ProfileInput> = { credit: { min: 2 }, netDelta: { min: 0.5 }, volume: { min: 15 } };
    const funnel = rejected(run({ strategies: ['ironCondor'], ...fields }));
    const { failures } = ask(fields);
    expect(Object.keys(funnel)).toContain(failures[0]?.filter);
    expect(failures[0]?.filter).toBe('volume');
    expect(ask({})).toMatchObject({ found: true, passes: true, failures: [] });
  });

  test('strikes that are missing, not there or in no order', () => {
    expect(ask({}, { callLongStrike: undefined }).text).toMatch(/four strikes/);
    expect(ask({}, { callLongStrike: 110 })).toMatchObject({ found: false });
    expect(ask({}, { shortStrike: 100, callShortStrike: 100 }).text).toMatch(/a put below a call/);
    expect(ask({}, { strategy: 'ironButterfly' }).text).toMatch(/the same strike twice/);
  });
});

test('a scan that nobody could look through says what to narrow', () => {
  const many = Array.from({ length: 160 }, (_, i) => 20 + i).flatMap((strike): TestLeg[] =>
    (['P', 'C'] as const).map((right) => {
      const away = right === 'P' ? strike - 100 : 100 - strike;
      const price = 50 * Math.exp(away / 80);
      return { right, strike, bid: price, ask: price, iv: 0.2, delta: right === 'P' ? -0.3 : 0.3 };
    }),
  );
  const problem = new LegworkError({
    ...{ kind: 'input', code: 'invalid', field: 'strategies' },
    message:
      'More than 20 million iron condors and butterflies have wings that pass these filters. Narrow shortDelta, width or dte, or scan fewer symbols.',
  });
  expect(() => run({ strategies: ['ironCondor'] }, many)).toThrow(problem);
  expect(run({ strategies: ['ironCondor'], width: { max: 3 } }, many).summary.survivors).toBeGreaterThan(10_000);
});

const spy = join(import.meta.dirname, '../../../../shared/data/spy-2023-09-14.csv');
test.skipIf(!existsSync(spy))('the default filters leave SPY far below that limit (skipped without ../shared)', () => {
  const chain = chainOfRecorded([parseCboeFile(readFileSync(spy, 'utf8'), { fileName: 'SPY' })]);
  const prepared = prepareChain(chain, settings, { source: 'vendor' });
  const usual = { dte: { min: 20, max: 60 }, shortDelta: { min: 0.15, max: 0.35 }, width: { min: 1, max: 10 } };
  const { work, summary } = scan(prepared, testProfile({ strategies: CONDORS, ...usual }));
  expect(summary.pairs).toBeGreaterThan(1e8);
  expect(work).toBeLessThan(2_000_000);
});
