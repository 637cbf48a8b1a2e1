import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCboeFile } from '../../../scanner/chain/cboeFile.ts';
import { chainOfRecorded } from '../../../scanner/chain/chainOfRecorded.ts';
import { parseProfile, type Profile, type ProfileInput } from '../../../scanner/domain/profile.ts';
import { prepareChain, type PreparedChain } from '../../../scanner/scan/preparedChain.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import { bruteForce, type RefRow } from './bruteForce.ts';
import { chainText, randomProfile } from './randomScans.ts';
import { readRefChain, type RefChain } from './refChain.ts';

const RATE = 0.045;
const dataFolder = join(import.meta.dirname, '../../../../shared/data');
const REAL = [
  ['spy-2023-09-14.csv', 'SPY'],
  ['xsp-2023-09-14.csv', 'XSP'],
  ['amd-2023-08-20.csv', 'AMD'],
  ['tsla-2023-08-20.csv', 'TSLA'],
] as const;

function load(texts: readonly (readonly [text: string, symbol: string])[]): {
  prepared: PreparedChain;
  chains: RefChain[];
} {
  const recorded = texts.map(([text, symbol]) => parseCboeFile(text, { fileName: symbol }));
  const chain = chainOfRecorded(recorded);
  const prepared = prepareChain(chain, { rate: RATE, facts: {} }, { source: 'vendor' });
  return { prepared, chains: texts.map(([text, symbol]) => readRefChain(text, symbol)) };
}

/** Survivors, funnel, counts, order, prices and scores of both programs. */
function compare(prepared: PreparedChain, chains: readonly RefChain[], profile: Profile): number {
  const expected = bruteForce(chains, profile);
  const found = scan(prepared, { ...profile, limit: 1_000_000 });
  expect(found.summary.contracts).toBe(expected.contracts);
  expect(found.summary.pairs).toBe(expected.pairs);
  expect(
    Object.fromEntries(found.summary.funnel.filter((f) => f.rejected > 0).map((f) => [f.filter, f.rejected])),
  ).toEqual(Object.fromEntries(expected.funnel));
  expect(found.summary.survivors).toBe(expected.all.length);
  const isExact = Object.keys(profile.rankBy).every((name) => RATIONAL.has(name));
  // Where numbers that tie are computed in two ways, either of them may be the best of its symbol or expiry.
  const referenceOf = new Map((isExact ? expected.rows : expected.all).map((row) => [row.id, row]));
  if (isExact) expect(found.rows.map((row) => row.id)).toEqual(expected.rows.map((row) => row.id));
  else if (!profile.bestPer) expect(new Set(found.rows.map((row) => row.id))).toEqual(new Set(referenceOf.keys()));
  else
    expectSameScores(
      found.rows.map((row) => referenceOf.get(row.id)),
      expected.rows,
    );
  let previous = Infinity;
  for (const row of found.rows) {
    const reference = referenceOf.get(row.id);
    const score = reference?.score ?? NaN;
    if (score - previous > 1e-9 * Math.max(1, Math.abs(score))) expect.fail(`${row.id} stands below a worse one`);
    previous = score;
    for (const name of COMPARED) {
      const value = reference?.valueOf(name);
      if (value === undefined) expect(row[name], `${name} of ${row.id}`).toBeUndefined();
      else if (!(Math.abs((row[name] ?? NaN) - value) <= 2e-9 * Math.max(1, Math.abs(value)))) {
        expect.fail(`${name} of ${row.id}: ${row[name]}, brute force ${value}`);
      }
    }
  }
  return found.rows.length;
}

function expectSameScores(found: readonly (RefRow | undefined)[], expected: readonly RefRow[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, row] of expected.entries()) {
    const score = found[i]?.score ?? NaN;
    if (score !== row.score) expect(score).toBeCloseTo(row.score, 8);
  }
}

/** One quotient of decimals: both programs agree to the last bit, so also the order among ties must be the same. */
const RATIONAL: ReadonlySet<string> = new Set(['returnOnRisk', 'credit', 'creditToWidth']);

const COMPARED = [
  'dte',
  'width',
  'credit',
  'creditToWidth',
  'maxProfit',
  'maxLoss',
  'breakEven',
  'returnOnRisk',
  'annualised',
  'pop',
  'ev',
  'evToRisk',
  'netDelta',
  'netGamma',
  'netTheta',
  'netVega',
  'upperBreakEven',
  'distancePercent',
  'distanceSigma',
  'liquidity',
] as const;

const PROFILES: [name: string, profile: Omit<ProfileInput, 'version' | 'name'>][] = [
  [
    'the usual',
    {
      dte: { min: 20, max: 60 },
      shortDelta: { min: 0.15, max: 0.35 },
      width: { min: 1, max: 10 },
      creditToWidth: { min: 0.15 },
      pop: { min: 0.6 },
      openInterest: { min: 100 },
      bidAskPercent: { max: 0.2 },
    },
  ],
  ['expiring today, nothing known of Greeks', { dte: { max: 0 }, width: { max: 5 }, rankBy: { pop: 1 } }],
  [
    'natural, fees, several measures',
    {
      dte: { min: 5, max: 45 },
      pricing: 'natural',
      feesPerLeg: 0.65,
      longDelta: { max: 0.3 },
      maxLoss: { max: 400 },
      ev: { min: -0.1 },
      rankBy: { returnOnRisk: 2, pop: 1, liquidity: -0.5 },
    },
  ],
  [
    'debits by distance',
    {
      dte: { min: 25, max: 70 },
      strategies: ['bullCall', 'bearPut'],
      credit: { min: -3, max: -0.5 },
      distanceSigma: { max: 1 },
      volume: { min: 1 },
      netDelta: { min: -0.2, max: 0.2 },
      rankBy: { evToRisk: 1, annualised: 1 },
    },
  ],
];

for (const [file, symbol] of REAL) {
  const path = join(dataFolder, file);
  test.skipIf(!existsSync(path))(
    `${file}: the same as brute force for four profiles (skipped without ../shared)`,
    () => {
      const { prepared, chains } = load([[readFileSync(path, 'utf8'), symbol]]);
      const counts = PROFILES.map(([name, profile]) =>
        compare(prepared, chains, parseProfile({ version: 1, name, ...profile })),
      );
      expect(Math.max(...counts)).toBeGreaterThan(0);
    },
  );
}

const RUNS = Number(process.env['LEGWORK_PROFILE_RUNS'] ?? 300);
const RUN_LIMIT_MS = 30_000 + RUNS * 60;

test(
  `random chains and profiles: the same as brute force, ${RUNS} times`,
  () => {
    let survivors = 0;
    fc.assert(
      fc.property(chainText, randomProfile, ({ text, symbol }, input) => {
        const { prepared, chains } = load([[text, symbol]]);
        survivors += compare(prepared, chains, parseProfile(input));
      }),
      { numRuns: RUNS },
    );
    expect(survivors).toBeGreaterThan(RUNS);
  },
  RUN_LIMIT_MS,
);

const amd = join(dataFolder, 'amd-2023-08-20.csv');
test.skipIf(!existsSync(amd))(
  'random profiles on AMD: the same as brute force (skipped without ../shared)',
  () => {
    const text = readFileSync(amd, 'utf8')
      .split('\n')
      .filter((line, i) => i < 4 || (/^Fri Sep (08|15)/.test(line) && /C00(09[5-9]|1[01]\d)/.test(line)))
      .join('\n');
    const { prepared, chains } = load([[text, 'AMD']]);
    fc.assert(
      fc.property(randomProfile, (input) => void compare(prepared, chains, parseProfile(input))),
      { numRuns: Math.ceil(RUNS / 20) },
    );
  },
  RUN_LIMIT_MS,
);
