import { describe, expect, test } from 'vitest';
import type { ProfileInput } from '../../../scanner/domain/profile.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { ScanCancelled } from '../../../scanner/scan/cancellation.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import type { FactsBySymbol, ScanResult } from '../../../scanner/scan/scanRequest.ts';
import { EXPIRY, testChain, testProfile, type TestLeg } from './testChain.ts';

function run(legs: readonly TestLeg[], fields: Partial<ProfileInput> = {}, facts: FactsBySymbol = {}): ScanResult {
  const profile = testProfile(fields);
  const prepared = prepareChain(testChain(legs), { rate: 0.045, facts }, { source: profile.greeks });
  return scan(prepared, profile, { withHistograms: true });
}

const rejected = (result: ScanResult): Record<string, number> =>
  Object.fromEntries(result.summary.funnel.filter((f) => f.rejected > 0).map((f) => [f.filter, f.rejected]));

/** The case that finance.md works out: S=100, 20 % vol, 45 days, 4.5 %, sold 95 and bought 90 for 0.64. */
const checkCase: TestLeg[] = [
  { right: 'P', strike: 95, bid: 0.93, ask: 0.95, iv: 0.2, delta: -0.199 },
  { right: 'P', strike: 90, bid: 0.29, ask: 0.31, iv: 0.2, delta: -0.05 },
];

describe('the check values of finance.md', () => {
  const [row] = run(checkCase, { strategies: ['bullPut'] }).rows;

  test('prices, profit, loss and break-even', () => {
    expect(row).toMatchObject({ credit: 0.64, width: 5, maxProfit: 64, maxLoss: 436, breakEven: 94.36, dte: 45 });
    expect(row?.natural).toBe(0.62);
    expect(row?.returnOnRisk).toBeCloseTo(64 / 436, 9);
    expect(row?.annualised).toBeCloseTo(((64 / 436) * 365) / 45, 9);
  });

  test('POP 80.8 %, touch of 95 45.0 %, exact EV -0.008', () => {
    expect(row?.pop).toBeCloseTo(0.808, 3);
    expect(row?.touch).toBeCloseTo(0.45, 3);
    expect(row?.ev).toBeCloseTo(-0.008, 3);
    expect(row?.evToRisk).toBeCloseTo(((row?.ev ?? NaN) * 100) / 436, 8);
  });

  test('net Greeks are long less short', () => {
    expect(row?.netDelta).toBe(0.149);
    expect(row?.netTheta).toBeGreaterThan(0);
    expect(row?.netVega).toBeLessThan(0);
  });

  test('fees per leg come off profit and EV and on to the loss', () => {
    const [paid] = run(checkCase, { strategies: ['bullPut'], feesPerLeg: 0.65 }).rows;
    expect(paid).toMatchObject({ maxProfit: 62.7, maxLoss: 437.3 });
    expect(paid?.ev).toBeCloseTo((row?.ev ?? NaN) - 0.013, 9);
  });
});

describe('what is a price', () => {
  const legs = (sold: [number, number], bought: [number, number]): TestLeg[] => [
    { right: 'P', strike: 95, bid: sold[0], ask: sold[1] },
    { right: 'P', strike: 90, bid: bought[0], ask: bought[1] },
  ];
  const survivors = (quotes: TestLeg[], fields: Partial<ProfileInput>): number => run(quotes, fields).summary.survivors;
  const bullPut: Partial<ProfileInput> = { strategies: ['bullPut'] };
  const bearPut: Partial<ProfileInput> = { strategies: ['bearPut'] };

  test.each([
    ['a plain credit', legs([1, 1.2], [0.4, 0.6]), 1],
    ['no credit at all risks the width', legs([1, 1.2], [1, 1.2]), 1],
    ['a negative credit risks more than the width', legs([0.9, 1.1], [1, 1.2]), 0],
    ['a credit of the width', legs([5.5, 5.7], [0.5, 0.7]), 0],
    ['a credit just below the width', legs([5.5, 5.7], [0.5, 0.71]), 1],
    ['an ask of zero', legs([1, 1.2], [0, 0]), 0],
    ['a bid above its ask', legs([1.3, 1.2], [0.4, 0.6]), 0],
    ['a bid equal to its ask', legs([1.2, 1.2], [0.4, 0.4]), 1],
    ['a bid of zero on the bought leg', legs([1, 1.2], [0, 0.1]), 1],
  ])('credit at mid: %s', (_, quotes, expected) => {
    expect(survivors(quotes, bullPut)).toBe(expected);
  });

  test.each([
    ['a plain debit', legs([0.4, 0.6], [0.1, 0.3]), 1],
    ['a debit of nothing', legs([0.4, 0.6], [0.4, 0.6]), 0],
    ['a debit of the width', legs([5.5, 5.7], [0.5, 0.7]), 0],
  ])('debit at mid: %s', (_, quotes, expected) => {
    expect(survivors(quotes, bearPut)).toBe(expected);
  });

  test('at natural a bid of zero makes the sold leg unusable, not the bought one', () => {
    const quotes = legs([0.5, 0.6], [0, 0.1]);
    expect(survivors(quotes, { ...bullPut, pricing: 'natural' })).toBe(1);
    expect(survivors(quotes, { ...bearPut, pricing: 'natural' })).toBe(0);
    expect(survivors(quotes, bearPut)).toBe(1);
  });

  test('0.1 + 0.2 is 0.3: a credit that is the width but for binary noise is none', () => {
    const quotes: TestLeg[] = [
      { right: 'P', strike: 90.3, bid: 0.3, ask: 0.3 },
      { right: 'P', strike: 90, bid: 0, ask: 1e-12 },
    ];
    expect(survivors(quotes, bullPut)).toBe(0);
  });
});

describe('candidates and the funnel', () => {
  const calls = [90, 95, 100, 105].map((strike, i): TestLeg => {
    return { right: 'C', strike, bid: 10 - 3 * i, ask: 10.2 - 3 * i, iv: 0.2, delta: 0.8 - 0.2 * i };
  });

  test('n(n-1)/2 for each requested strategy of that right', () => {
    expect(run(calls).summary.pairs).toBe(12);
    expect(run(calls, { strategies: ['bearCall', 'bullPut'] }).summary.pairs).toBe(6);
    expect(run(calls, { strategies: ['bullPut'] }).summary.pairs).toBe(0);
  });

  test('roots, expiries and symbols never mix', () => {
    const legs: TestLeg[] = [
      { right: 'C', strike: 95, bid: 6, ask: 6.2, symbol: 'SPX', root: 'SPX' },
      { right: 'C', strike: 100, bid: 3, ask: 3.2, symbol: 'SPX', root: 'SPXW' },
      { right: 'C', strike: 105, bid: 1, ask: 1.2, symbol: 'SPX', root: 'SPX', expiry: '2023-11-17' },
      { right: 'C', strike: 110, bid: 0.5, ask: 0.7, symbol: 'XSP' },
    ];
    expect(run(legs).summary.pairs).toBe(0);
  });

  test('a spread is counted under the first filter that it fails', () => {
    const result = run(calls, {
      strategies: ['bearCall'],
      shortDelta: { max: 0.5 },
      width: { max: 5 },
      credit: { min: 99 },
    });
    expect(rejected(result)).toEqual({ shortDelta: 5, credit: 1 });
    expect(result.summary.funnel.map((f) => f.filter)).toEqual([
      'strategies',
      'tradeable',
      'shortDelta',
      'width',
      'credit',
    ]);
  });

  test('bounds are inclusive to within 1e-9', () => {
    const count = (min: number): number =>
      run(checkCase, { strategies: ['bullPut'], credit: { min } }).summary.survivors;
    expect(count(0.64)).toBe(1);
    expect(count(0.64 + 5e-10)).toBe(1);
    expect(count(0.64 + 5e-9)).toBe(0);
  });

  test('missing vendor Greeks fail the first filter that needs them, and only that', () => {
    const noDelta = checkCase.map((leg) => ({ ...leg, delta: 0 }));
    const noIv = checkCase.map((leg) => ({ ...leg, iv: 0 }));
    const fields: Partial<ProfileInput> = { strategies: ['bullPut'], shortDelta: { min: 0, max: 1 }, pop: { min: 0 } };
    expect(rejected(run(noDelta, fields))).toEqual({ shortDelta: 1 });
    // Cboe prints a delta of 1 beside a vol of 0: that leg has no Greeks at all.
    expect(rejected(run(noIv, fields))).toEqual({ shortDelta: 1 });
    expect(rejected(run(noIv, { ...fields, shortDelta: {} }))).toEqual({ pop: 1 });
    expect(run(noDelta, { strategies: ['bullPut'], pop: { min: 0 } }).summary.survivors).toBe(1);
    expect(run(noIv, { strategies: ['bullPut'] }).rows[0]).toMatchObject({
      pop: undefined,
      ev: undefined,
      shortIv: undefined,
    });
  });

  test('open interest, volume and bid-ask must hold for each leg', () => {
    const legs = checkCase.map((leg, i) => ({ ...leg, openInterest: i === 0 ? 500 : 50, volume: 10 }));
    const count = (fields: Partial<ProfileInput>): number =>
      run(legs, { strategies: ['bullPut'], ...fields }).summary.survivors;
    expect(count({ openInterest: { min: 50 } })).toBe(1);
    expect(count({ openInterest: { min: 51 } })).toBe(0);
    expect(count({ openInterest: { max: 499 } })).toBe(0);
    expect(count({ bidAskPercent: { max: 0.02 / 0.3 } })).toBe(1);
    expect(count({ bidAskPercent: { max: 0.06 } })).toBe(0);
  });
});

describe('facts of the underlying', () => {
  const legs: TestLeg[] = [
    ...checkCase,
    { right: 'C', strike: 100, bid: 3, ask: 3.2 },
    { right: 'C', strike: 105, bid: 1, ask: 1.2 },
  ];

  test('auto mode scans credit at or above the percentile and debit below it', () => {
    const strategiesOf = (ivPercentile: number | undefined): Set<string> =>
      new Set(
        run(legs, { autoMode: { ivPercentileAtLeast: 80 } }, { ACME: { ivPercentile } }).rows.map(
          (row) => row.strategy,
        ),
      );
    expect(strategiesOf(80)).toEqual(new Set(['bullPut', 'bearCall']));
    expect(strategiesOf(79.9)).toEqual(new Set(['bullCall', 'bearPut']));
    expect(strategiesOf(undefined).size).toBe(4);
  });

  test('candidates that auto mode leaves out are counted under strategies', () => {
    const result = run(legs, { autoMode: { ivPercentileAtLeast: 80 } }, { ACME: { ivPercentile: 90 } });
    expect(result.summary.pairs).toBe(4);
    expect(rejected(result)).toEqual({ strategies: 2 });
  });

  test('an unknown percentile or rank fails a filter on it', () => {
    expect(rejected(run(legs, { ivRank: { min: 0 } }))).toEqual({ ivRank: 4 });
    expect(run(legs, { ivRank: { min: 40 } }, { ACME: { ivRank: 40 } }).summary.survivors).toBe(4);
    expect(rejected(run(legs, { ivPercentile: { max: 100 } }))).toEqual({ ivPercentile: 4 });
  });

  test('earnings and ex-dividend dates within the life of the spread exclude it', () => {
    const count = (fields: Partial<ProfileInput>, dates: string[]): number =>
      run(legs, fields, { ACME: { earnings: dates, exDividends: dates } }).summary.survivors;
    expect(count({ excludeEarnings: true }, [EXPIRY])).toBe(0);
    expect(count({ excludeEarnings: true }, ['2023-09-14'])).toBe(0);
    expect(count({ excludeEarnings: true }, ['2023-09-13', '2023-10-30'])).toBe(4);
    expect(count({ excludeExDividend: true }, ['2023-10-02'])).toBe(0);
    expect(count({}, ['2023-10-02'])).toBe(4);
    expect(run(legs, { excludeEarnings: true }).summary.survivors).toBe(4);
  });
});

describe('ranking', () => {
  const legs = [80, 85, 90, 95, 100, 105, 110, 115, 120].map((strike, i): TestLeg => {
    return { right: 'P', strike, bid: 0.06 * i ** 2.1, ask: 0.06 * i ** 2.1 + 0.1, iv: 0.2, delta: -0.1 * i - 0.05 };
  });

  test('one measure with weight 1 sorts by that measure, also beyond the percentiles', () => {
    const values = run(legs, { strategies: ['bullPut'], rankBy: { returnOnRisk: 1 } }).rows.map(
      (row) => row.returnOnRisk,
    );
    expect(values.length).toBeGreaterThan(10);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(new Set(values.slice(0, 3)).size).toBe(3);
  });

  test('a negative weight sorts the other way round', () => {
    const values = run(legs, { strategies: ['bullPut'], rankBy: { credit: -2 } }).rows.map((row) => row.credit);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  test("the terms' shares add up to the score, and the weights' sizes to 1", () => {
    for (const row of run(legs, { rankBy: { returnOnRisk: 2, pop: 1, liquidity: -1 } }).rows) {
      expect(Math.abs(row.terms.reduce((sum, term) => sum + term.share, 0) - row.score)).toBeLessThanOrEqual(1e-12);
      for (const { share, weight, normalised } of row.terms) expect(share).toBe(weight * normalised);
      expect(row.terms.reduce((sum, term) => sum + Math.abs(term.weight), 0)).toBeCloseTo(1, 12);
      for (const { normalised } of row.terms) expect(normalised >= 0 && normalised <= 1).toBe(true);
    }
  });

  test('ties break by short strike and then by long strike', () => {
    const flat = [90, 95, 100, 105].map((strike, i): TestLeg => ({ right: 'P', strike, bid: i + 1, ask: i + 1 }));
    const rows = run(flat, { strategies: ['bullPut'], rankBy: { creditToWidth: 1 } }).rows;
    expect(rows.map((row) => [row.shortStrike, row.longStrike])).toEqual([
      [95, 90],
      [100, 90],
      [100, 95],
      [105, 90],
      [105, 95],
      [105, 100],
    ]);
  });

  test('a spread that lacks the measure stands last', () => {
    const some = legs.map((leg, i) => (i % 3 === 0 ? { ...leg, iv: 0 } : leg));
    const rows = run(some, { strategies: ['bullPut'], rankBy: { ev: 1 } }).rows;
    const known = rows.map((row) => row.ev !== undefined);
    expect(known).toContain(false);
    expect(known.lastIndexOf(true)).toBeLessThan(known.indexOf(false));
  });

  test('limit takes the best and leaves the counts alone', () => {
    const all = run(legs);
    const few = run(legs, { limit: 3 });
    expect(few.rows).toEqual(all.rows.slice(0, 3));
    expect(few.summary.survivors).toBe(all.summary.survivors);
  });
});

test('a histogram shows the candidates that pass all other filters', () => {
  const legs = [90, 95, 100, 105].map((strike, i): TestLeg => {
    return { right: 'P', strike, bid: 1 + i, ask: 1 + i, iv: 0.2, delta: -0.1 * (i + 1) };
  });
  const result = run(legs, { strategies: ['bullPut'], width: { max: 5 }, shortDelta: { max: 0.3 } });
  const total = (filter: string): number =>
    result.histograms.find((h) => h.filter === filter)?.counts.reduce((sum, n) => sum + n, 0) ?? 0;
  expect(result.summary.survivors).toBe(2);
  // Width 5, 5 and 10 under delta 0.3; delta 0.2, 0.3 and 0.4 at width 5.
  expect(total('width')).toBe(3);
  expect(total('shortDelta')).toBe(3);
  expect(total('credit')).toBe(2);
  // Delta and width keep one out each; of equals the first in the funnel is named. A delta of 0.4 would let it in.
  expect(result.hint).toEqual({ filter: 'shortDelta', keepsOut: 1, eased: { end: 'max', bound: 0.4, adds: 1 } });
});

test('best per symbol and per expiry: one row each, the best, before the limit; counts are of all', () => {
  const quotes = (symbol: string, root: string, expiry: string, by: number): TestLeg[] =>
    [90, 95, 100].map((strike, i) => ({
      right: 'P',
      strike,
      bid: (i + 1) * by,
      ask: (i + 1) * by,
      symbol,
      root,
      expiry,
    }));
  const chain = [
    ...quotes('SPX', 'SPX', EXPIRY, 0.3),
    ...quotes('SPX', 'SPXW', EXPIRY, 0.4),
    ...quotes('SPX', 'SPXW', '2023-11-17', 0.5),
    ...quotes('XSP', 'XSP', EXPIRY, 0.2),
  ];
  const fields: Partial<ProfileInput> = { strategies: ['bullPut'], rankBy: { credit: 1 } };
  const namesOf = (more: Partial<ProfileInput>): string[] =>
    run(chain, { ...fields, ...more }).rows.map((row) => `${row.root} ${row.expiry} ${row.credit}`);
  expect(run(chain, { ...fields, bestPer: 'symbol' }).summary.survivors).toBe(12);
  expect(namesOf({ bestPer: 'symbol' })).toEqual(['SPXW 2023-11-17 1', `XSP ${EXPIRY} 0.4`]);
  expect(namesOf({ bestPer: 'symbol', limit: 1 })).toEqual(['SPXW 2023-11-17 1']);
  expect(namesOf({ bestPer: 'expiry' })).toEqual([
    'SPXW 2023-11-17 1',
    `SPXW ${EXPIRY} 0.8`,
    `SPX ${EXPIRY} 0.6`,
    `XSP ${EXPIRY} 0.4`,
  ]);
});

test('a cancelled scan throws', () => {
  const prepared = prepareChain(testChain(checkCase), { rate: 0.045, facts: {} }, { source: 'vendor' });
  expect(() => scan(prepared, testProfile(), { isCancelled: () => true })).toThrow(ScanCancelled);
});

test('a spread that expires today has 0 DTE and is annualised as one day', () => {
  const today = checkCase.map((leg) => ({ ...leg, expiry: '2023-09-14' }));
  const [row] = run(today, { strategies: ['bullPut'] }).rows;
  expect(row).toMatchObject({ dte: 0, pop: 1, distanceSigma: undefined });
  expect(row?.annualised).toBeCloseTo((64 / 436) * 365, 7);
});
