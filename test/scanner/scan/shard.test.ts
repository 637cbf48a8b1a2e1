import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOfRecorded } from '../../../scanner/chain/chainOfRecorded.ts';
import { parseCboeFile } from '../../../scanner/chain/cboeFile.ts';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { expiryKey } from '../../../scanner/chain/expiryMarket.ts';
import { parseProfile, type Profile } from '../../../scanner/domain/profile.ts';
import { ScanCancelled } from '../../../scanner/scan/cancellation.ts';
import { explorationOf, exploreShard } from '../../../scanner/scan/exploration.ts';
import { unpackRows } from '../../../scanner/scan/packedRows.ts';
import { prepareChain, type PreparedChain } from '../../../scanner/scan/preparedChain.ts';
import type { PreparedExpiry } from '../../../scanner/scan/preparedExpiry.ts';
import { rankShards } from '../../../scanner/scan/ranking.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import type { ScanResult } from '../../../scanner/scan/scanRequest.ts';
import { scanShard, summaryOf } from '../../../scanner/scan/shard.ts';
import { mergeRows, rowsOf } from '../../../scanner/scan/shardRows.ts';
import { chainText, randomProfile } from './randomScans.ts';
import { NOW, testProfile } from './testChain.ts';

const settings = { rate: 0.045, facts: {} };

/** The phases over several shards, with what crosses between threads cloned as it would be. */
function scanShards(shards: readonly PreparedChain[], profile: Profile): Omit<ScanResult, 'work' | 'generation'> {
  const scans = shards.map((shard) => scanShard(shard, profile));
  const columns = structuredClone(scans.flatMap((one) => one.columns));
  const ranking = structuredClone(rankShards(columns, profile));
  const packed = structuredClone(scans.map((one) => rowsOf(one, ranking, profile)));
  const groups = shards[0]?.chain.groups ?? [];
  const rows = mergeRows(
    packed.map((one) => unpackRows(one, { groups, profile, ranking })),
    profile,
  );
  const counts = structuredClone(scans.map((one) => one.counts));
  const asOfMs = Math.max(...shards.map((shard) => shard.asOfMs));
  const samples = structuredClone(shards.map((shard) => ({ ...exploreShard(shard, profile) })));
  return { rows, summary: summaryOf(counts, profile, asOfMs), ...explorationOf(samples, profile) };
}

test('expiries dealt to any number of shards give the rows, counts and histograms of one', () => {
  fc.assert(
    fc.property(
      chainText,
      randomProfile,
      fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 1, max: 30 }),
      ({ text, symbol }, input, owners, limit) => {
        const chain = chainOfRecorded([parseCboeFile(text, { fileName: symbol })]);
        const profile = { ...parseProfile(input), limit };
        const keys = [...new Set(chain.groups.map(expiryKey))];
        const shards = [0, 1, 2].map((owner) => {
          const groups = chain.groups.filter((group) => owners[keys.indexOf(expiryKey(group)) % 8] === owner);
          return prepareChain(chain, settings, { source: 'vendor', groups });
        });
        const whole = scan(prepareChain(chain, settings, { source: 'vendor' }), profile, { withHistograms: true });
        const { work: _work, generation: _generation, ...expected } = whole;
        const found = scanShards(shards, profile);
        expect(found.rows).toEqual(expected.rows);
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 150 },
  );
});

/** Four expiries of a share at 100 with plausible prices, quoted live. */
function liveChain() {
  const writer = new ChainWriter(512);
  const dates = ['2023-10-20', '2023-11-17', '2023-12-15', '2024-01-19'];
  let conId = 0;
  writer.underlying('ACME', { last: 100 }, NOW);
  for (const expiry of dates) {
    for (const right of ['P', 'C'] as const) {
      for (let strike = 80; strike <= 120; strike += 2) {
        writer.contracts([{ symbol: 'ACME', root: 'ACME', expiry, right, strike, multiplier: 100, conId: ++conId }]);
        const away = (right === 'C' ? 1 : -1) * (strike - 100);
        const price = Math.max(0, -away) + 5 * Math.exp(-Math.abs(away) / 12);
        const delta = (right === 'C' ? 1 : -1) * Math.min(0.99, Math.max(0.01, 0.5 - away / 50));
        const quote = { bid: price - 0.05, ask: price + 0.05, iv: 0.3, delta, gamma: 0.02, openInterest: 500 };
        writer.option(conId, { ...quote, volume: 50 }, NOW);
      }
    }
  }
  return { writer, dates };
}

describe('what is kept between scans', () => {
  const fields = { shortDelta: { min: 0.1, max: 0.4 }, strategies: ['bullPut', 'bearCall', 'ironCondor'] as const };
  const profile = testProfile({ ...fields, strategies: [...fields.strategies] });

  test('a new ranking or limit enumerates nothing, another filter everything', () => {
    const { writer } = liveChain();
    const prepared = prepareChain(writer.chain(), settings, { source: 'vendor' });
    const first = scan(prepared, profile);
    expect(first.work).toBeGreaterThan(0);
    const ranked = scan(prepared, { ...profile, rankBy: { pop: 1 }, limit: 7, bestPer: 'expiry', name: 'other' });
    expect(ranked.work).toBe(0);
    expect(ranked.summary).toEqual(first.summary);
    expect(ranked.rows.map((row) => row.pop)).toEqual(
      [...ranked.rows.map((row) => row.pop ?? NaN)].sort((a, b) => b - a),
    );
    expect(scan(prepared, { ...profile, width: { max: 4 } }).work).toBeGreaterThan(0);
    expect(scan(prepared, profile).rows).toEqual(first.rows);
  });

  test('spreads that were shown before are those of a chain prepared anew, whatever was asked between', () => {
    const chain = liveChain().writer.chain();
    const slider = fc.integer({ min: 10, max: 60 }).map((max) => ({ shortDelta: { min: 0.1, max: max / 100 } }));
    const change: fc.Arbitrary<Partial<Profile>> = fc.oneof(
      { weight: 3, arbitrary: slider },
      fc.constantFrom<Partial<Profile>>({ pricing: 'mid' }, { pricing: 'natural' }),
      fc.constantFrom<Partial<Profile>>({ feesPerLeg: 0.65 }, { feesPerLeg: 2 }),
      fc.constantFrom<Partial<Profile>>({ rankBy: { pop: 1 } }, { rankBy: { returnOnRisk: 2, ev: 1 } }),
      fc.constantFrom<Partial<Profile>>({ limit: 3 }, { limit: 40 }, { bestPer: 'expiry' }, { bestPer: undefined }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 8 }), (changes) => {
        const kept = prepareChain(chain, settings, { source: 'vendor' });
        let asked = { ...profile, limit: 40 };
        for (const one of changes) {
          asked = { ...asked, ...one };
          const anew = prepareChain(chain, settings, { source: 'vendor' });
          expect(scan(kept, asked).rows).toEqual(scan(anew, asked).rows);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a tick in one expiry enumerates this one again, and the result is that of a chain prepared anew', () => {
    const { writer, dates } = liveChain();
    const chain = writer.chain();
    const prepared = prepareChain(chain, settings, { source: 'vendor' });
    const whole = scan(prepared, profile).work;
    const group = chain.groups.find(({ expiry, right }) => expiry === dates[1] && right === 'P');
    if (!group) throw new Error('no puts in the second expiry');
    const row = group.firstRow + 8;
    writer.quoteRow(row, { bid: 4.5, ask: 4.7, delta: -0.31 }, NOW);
    expect(scan(prepared, profile).work).toBe(0);
    const key = expiryKey(group);
    const expiries = prepared.expiries.map((expiry) => (expiry.key === key ? readAgain(prepared, expiry) : expiry));
    const again = scan({ ...prepared, expiries }, profile);
    expect(again.work).toBeGreaterThan(0);
    expect(again.work).toBeLessThan(whole / 2);
    const anew = scan(prepareChain(chain, settings, { source: 'vendor' }), profile);
    expect(again.rows).toEqual(anew.rows);
    expect(again.summary).toEqual(anew.summary);
  });
});

function readAgain({ chain, source }: PreparedChain, { groups }: PreparedExpiry): PreparedExpiry {
  const [again] = prepareChain(chain, settings, { source, groups: groups.map(({ group }) => group) }).expiries;
  if (!again) throw new Error('the expiry is gone');
  return again;
}

describe('cancel', () => {
  const { writer } = liveChain();
  const everything = testProfile({
    strategies: ['bullPut', 'bearCall', 'bullCall', 'bearPut', 'ironCondor'],
    rankBy: { returnOnRisk: 1, pop: 1 },
  });
  /** Candidates that may be dealt with between two questions: one block, and the longest run of one short leg. */
  const FEW_THOUSAND = 8192;

  test('every phase asks at least once in a few thousand candidates and stops at the first yes', () => {
    const prepared = prepareChain(writer.chain(), settings, { source: 'vendor' });
    let asked = 0;
    const count = (): boolean => {
      asked++;
      return false;
    };
    const shard = scanShard(prepared, everything, { isCancelled: count });
    const { work, survivors } = shard.counts;
    expect(survivors).toBeGreaterThan(20_000);
    expect(asked).toBeGreaterThan((work + 2 * survivors) / FEW_THOUSAND);
    const ofScan = asked;
    asked = 0;
    const ranking = rankShards(shard.columns, everything, { isCancelled: count });
    expect(asked).toBeGreaterThan((4 * survivors) / FEW_THOUSAND);
    const ofRanking = asked;
    asked = 0;
    rowsOf(shard, ranking, everything, { isCancelled: count });
    expect(asked).toBeGreaterThan(survivors / FEW_THOUSAND);
    const phases: [number, (isCancelled: () => boolean) => unknown][] = [
      [ofScan, (isCancelled) => scanShard(fresh(), everything, { isCancelled })],
      [ofRanking, (isCancelled) => rankShards(shard.columns, everything, { isCancelled })],
      [asked, (isCancelled) => rowsOf(shard, ranking, everything, { isCancelled })],
    ];
    for (const [questions, run] of phases) {
      for (const after of [0, 1, Math.floor(questions / 2), questions - 1]) {
        let left = after;
        expect(() => run(() => left-- <= 0)).toThrow(ScanCancelled);
        expect(left).toBe(-1);
      }
    }
  });

  const fresh = (): PreparedChain => prepareChain(writer.chain(), settings, { source: 'vendor' });

  test('a cancelled scan keeps nothing half done: the next one is whole', () => {
    const prepared = fresh();
    let left = 3;
    expect(() => scanShard(prepared, everything, { isCancelled: () => left-- <= 0 })).toThrow(ScanCancelled);
    expect(scan(prepared, everything).summary).toEqual(scan(fresh(), everything).summary);
  });
});
