import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainRequest, covers } from '../../../electron/engine/scan/chainRequest.ts';
import { parseProfile, type ProfileInput } from '../../../scanner/domain/profile.ts';
import { STRATEGIES } from '../../../scanner/domain/strategy.ts';

const profile = (changes: Partial<ProfileInput>) =>
  parseProfile({ version: 1, name: 'x', symbols: ['AMD'], ...changes });
const request = (changes: Partial<ProfileInput>) => chainRequest(profile(changes));

describe('what a profile can use', () => {
  test('with a width cap the narrower delta window is enough', () => {
    const narrow = { shortDelta: { min: 0.15, max: 0.35 }, width: { max: 10 } };
    expect(request(narrow)).toMatchObject({ absDelta: { min: 0.15, max: 0.35 }, maxWidth: 10 });
    expect(request({ ...narrow, longDelta: { min: 0.1, max: 0.2 } }).absDelta).toEqual({ min: 0.1, max: 0.2 });
  });

  test('without a width cap both windows are needed', () => {
    const wide = { shortDelta: { min: 0.3, max: 0.4 }, longDelta: { min: 0.1, max: 0.2 } };
    expect(request(wide)).toMatchObject({ absDelta: { min: 0.1, max: 0.4 }, maxWidth: undefined });
    expect(request({ shortDelta: { min: 0.3, max: 0.4 } }).absDelta).toEqual({ min: 0, max: 1 });
  });

  test('rights follow from the strategies, symbols are asked for once', () => {
    expect(request({ strategies: ['bullPut', 'bearPut'] }).rights).toEqual(['P']);
    expect(request({}).rights).toEqual(['C', 'P']);
    expect(request({ symbols: ['AMD', 'SPY', 'AMD'] }).symbols).toEqual(['AMD', 'SPY']);
  });
});

describe('the side of the asked leg on which its partner lies', () => {
  const ofShort = { shortDelta: { min: 0.2, max: 0.3 }, width: { max: 10 } };
  const ofLong = { longDelta: { min: 0.1, max: 0.2 }, width: { max: 10 } };
  test.each([
    { strategies: ['bullPut'], ...ofShort, sides: { P: 'lower' } },
    { strategies: ['bearPut'], ...ofShort, sides: { P: 'higher' } },
    { strategies: ['bearCall'], ...ofShort, sides: { C: 'higher' } },
    { strategies: ['bullCall'], ...ofShort, sides: { C: 'lower' } },
    { strategies: ['bullPut'], ...ofLong, sides: { P: 'higher' } },
    { strategies: ['bearPut'], ...ofLong, sides: { P: 'lower' } },
    { strategies: ['bearCall'], ...ofLong, sides: { C: 'lower' } },
    { strategies: ['bullCall'], ...ofLong, sides: { C: 'higher' } },
    { strategies: ['bullPut', 'bearCall'], ...ofShort, sides: { P: 'lower', C: 'higher' } },
    { strategies: ['bullPut', 'bearPut'], ...ofShort, sides: { P: 'both' } },
    { strategies: ['bullPut', 'bearPut', 'bullCall'], ...ofLong, sides: { P: 'both', C: 'higher' } },
    { strategies: ['ironCondor'], ...ofShort, sides: { P: 'lower', C: 'higher' } },
    { strategies: ['ironButterfly'], ...ofLong, sides: { P: 'higher', C: 'lower' } },
    { strategies: ['ironCondor', 'ironButterfly', 'bullPut'], ...ofShort, sides: { P: 'lower', C: 'higher' } },
    { strategies: ['ironCondor', 'bearPut'], ...ofShort, sides: { P: 'both', C: 'higher' } },
    { strategies: ['ironCondor', 'bullCall'], ...ofShort, sides: { P: 'lower', C: 'both' } },
    { strategies: ['bullPut'], width: { max: 10 }, sides: {} },
    { strategies: ['bullPut'], shortDelta: { min: 0.2, max: 0.3 }, sides: {} },
  ] as (Partial<ProfileInput> & { sides: object })[])('$strategies $shortDelta $longDelta', ({ sides, ...changes }) => {
    expect(request(changes).partnerSide).toEqual(sides);
  });

  test('a load of one side covers that side only; one of both covers each', () => {
    const lower = request({ strategies: ['bullPut'], ...ofShort });
    const higher = request({ strategies: ['bearPut'], ...ofShort });
    const both = request({ strategies: ['bullPut', 'bearPut'], ...ofShort });
    expect([covers(lower, lower), covers(lower, higher), covers(lower, both)]).toEqual([true, false, false]);
    expect([covers(both, lower), covers(both, higher), covers({ ...both, partnerSide: {} }, higher)]).toEqual(
      Array(3).fill(true),
    );
    expect(covers(lower, { ...higher, maxWidth: undefined })).toBe(true);
    expect(covers({ ...lower, absDelta: { min: 0, max: 1 } }, higher)).toBe(true);
  });
});

describe('a condor', () => {
  const ofShort = { shortDelta: { min: 0.2, max: 0.3 }, width: { max: 10 } };
  const of = (...strategies: ProfileInput['strategies'] & object) => request({ strategies, ...ofShort });

  test('loads both rights, and is covered by nothing that lacks a wing', () => {
    expect(of('ironCondor').rights).toEqual(['C', 'P']);
    expect(covers(of('bullPut'), of('ironCondor'))).toBe(false);
    expect(covers(of('bearPut', 'bearCall'), of('ironCondor'))).toBe(false);
  });

  test('and its two wings cover each other', () => {
    expect(covers(of('ironCondor'), of('bullPut', 'bearCall'))).toBe(true);
    expect(covers(of('bullPut', 'bearCall'), of('ironCondor', 'ironButterfly'))).toBe(true);
    expect(covers(of('ironCondor'), of('bearPut'))).toBe(false);
  });
});

type ProfileRange = ReturnType<typeof profile>['dte'];

const range = (min: number, max: number) =>
  fc
    .record({
      min: fc.option(fc.integer({ min, max }), { nil: undefined }),
      max: fc.option(fc.integer({ min, max }), { nil: undefined }),
    })
    .map(({ min: low, max: high }) => ({
      ...(low === undefined ? {} : { min: low }),
      ...(high === undefined ? {} : { max: Math.max(high, low ?? high) }),
    }));
const scaled = (ranges: { min?: number; max?: number }) => ({
  ...(ranges.min === undefined ? {} : { min: ranges.min / 10 }),
  ...(ranges.max === undefined ? {} : { max: ranges.max / 10 }),
});
const anyProfile = fc
  .record({
    symbols: fc.subarray(['AMD', 'SPY', 'QQQ']),
    strategies: fc.subarray([...STRATEGIES], { minLength: 1 }),
    dte: range(0, 9),
    shortDelta: range(0, 10).map(scaled),
    longDelta: range(0, 10).map(scaled),
    width: range(1, 9),
  })
  .map(profile);

/** Deltas of the short and of the long leg, their distance, days and the rest of a candidate. */
const anyPair = fc.record({
  symbol: fc.constantFrom('AMD', 'SPY', 'QQQ'),
  strategy: fc.constantFrom(...STRATEGIES),
  days: fc.integer({ min: 0, max: 12 }),
  short: fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10),
  long: fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10),
  width: fc.integer({ min: 1, max: 12 }),
});
type Pair = typeof anyPair extends fc.Arbitrary<infer Value> ? Value : never;

const inside = (
  value: number,
  { min = -Infinity, max = Infinity }: { min?: number | undefined; max?: number | undefined },
) => value >= min && value <= max;

function passes(pair: Pair, wanted: ReturnType<typeof profile>): boolean {
  return (
    wanted.symbols.includes(pair.symbol) &&
    wanted.strategies.includes(pair.strategy) &&
    inside(pair.days, wanted.dte) &&
    inside(pair.short, wanted.shortDelta) &&
    inside(pair.long, wanted.longDelta) &&
    inside(pair.width, wanted.width)
  );
}

/** Both legs inside the loaded window, or one inside and the other within the width of it on a side that is loaded. */
function isLoaded(pair: Pair, loaded: ReturnType<typeof chainRequest>): boolean {
  // A condor needs both of its wings.
  const wings = pair.strategy.startsWith('iron') ? ['bullPut', 'bearCall'] : [pair.strategy];
  return wings.every((wing) => isWingLoaded(pair, wing, loaded));
}

function isWingLoaded(pair: Pair, wing: string, loaded: ReturnType<typeof chainRequest>): boolean {
  const { symbols, rights, dte, absDelta, maxWidth = 0, partnerSide = {} } = loaded;
  const right = wing.endsWith('Put') ? 'P' : 'C';
  const shortIsHigher = wing.startsWith('bull');
  const side = partnerSide[right] ?? 'both';
  const reaches = (delta: number, partnerIsHigher: boolean) =>
    inside(delta, absDelta) && pair.width <= maxWidth && side !== (partnerIsHigher ? 'lower' : 'higher');
  const near =
    (inside(pair.short, absDelta) && inside(pair.long, absDelta)) ||
    reaches(pair.short, !shortIsHigher) ||
    reaches(pair.long, shortIsHigher);
  return symbols.includes(pair.symbol) && rights.includes(right) && inside(pair.days, dte) && near;
}

test('whatever passes the profile is loaded', () => {
  let passed = 0;
  fc.assert(
    fc.property(anyProfile, fc.array(anyPair, { minLength: 50, maxLength: 50 }), (wanted, pairs) => {
      const loaded = chainRequest(wanted);
      for (const pair of pairs.filter((each) => passes(each, wanted))) {
        passed += 1;
        expect(isLoaded(pair, loaded)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
  expect(passed).toBeGreaterThan(20);
});

/** The overlap of two ranges; the first where they do not meet. */
function narrowed(range: ProfileRange, other: ProfileRange): ProfileRange {
  const min = Math.max(range.min ?? -Infinity, other.min ?? -Infinity);
  const max = Math.min(range.max ?? Infinity, other.max ?? Infinity);
  if (min > max) return range;
  return { ...(min === -Infinity ? {} : { min }), ...(max === Infinity ? {} : { max }) };
}

test('a load that covers a request holds whatever the request would load', () => {
  let covered = 0;
  fc.assert(
    fc.property(anyProfile, anyProfile, fc.array(anyPair, { minLength: 50, maxLength: 50 }), (a, b, pairs) => {
      const [dte, shortDelta, longDelta, width] = (['dte', 'shortDelta', 'longDelta', 'width'] as const).map((field) =>
        narrowed(a[field], b[field]),
      );
      const [loaded, wanted] = [chainRequest(a), chainRequest(profile({ ...a, dte, shortDelta, longDelta, width }))];
      if (!covers(loaded, wanted)) return;
      covered += 1;
      for (const pair of pairs) if (isLoaded(pair, wanted)) expect(isLoaded(pair, loaded)).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(covered).toBeGreaterThan(100);
});

test('a load covers itself, and not one symbol, right or day more', () => {
  const loaded = request({
    dte: { min: 20, max: 60 },
    shortDelta: { max: 0.3 },
    width: { max: 5 },
    strategies: ['bullPut'],
  });
  expect(covers(loaded, loaded)).toBe(true);
  expect(covers(loaded, { ...loaded, symbols: ['AMD', 'SPY'] })).toBe(false);
  expect(covers(loaded, { ...loaded, rights: ['C', 'P'] })).toBe(false);
  expect(covers(loaded, { ...loaded, dte: { min: 19, max: 60 } })).toBe(false);
  expect(covers(loaded, { ...loaded, dte: { min: 20 } })).toBe(false);
  expect(covers(loaded, { ...loaded, maxWidth: 6 })).toBe(false);
  expect(covers(loaded, { ...loaded, absDelta: { min: 0, max: 0.31 } })).toBe(false);
});
