import { expect, test } from 'vitest';
import type { Profile } from '../../../scanner/domain/profile.ts';
import { unpackRows } from '../../../scanner/scan/packedRows.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { rankShards } from '../../../scanner/scan/ranking.ts';
import { scanShard } from '../../../scanner/scan/shard.ts';
import { mergeRows, rowsOf } from '../../../scanner/scan/shardRows.ts';
import { EXPIRY, NOW, testChain, testProfile } from './testChain.ts';

const legs = [
  { right: 'P', strike: 90, bid: 0.4, ask: 0.5, iv: 0.22, delta: -0.1, openInterest: 7 },
  { right: 'P', strike: 95, bid: 1.2, ask: 1.3, iv: 0.2, delta: -0.3, volume: 4 },
  { right: 'C', strike: 105, bid: 1.1, ask: 1.2 },
  { right: 'C', strike: 115, bid: 0.2, ask: 0.3, iv: 0.21, delta: 0.07 },
] as const;
const chain = testChain(legs);
const { groups } = chain;

/** As they cross threads. */
function packed(profile: Profile) {
  const prepared = prepareChain(chain, { rate: 0, facts: { ACME: { ivRank: 12 } } }, { source: 'vendor' });
  const shard = scanShard(prepared, profile);
  const ranking = rankShards(shard.columns, profile);
  return { rows: structuredClone(rowsOf(shard, ranking, profile)), ranking };
}

function unpacked(profile: Profile) {
  const { rows, ranking } = packed(profile);
  return mergeRows([unpackRows(rows, { groups, profile, ranking })], profile);
}

/** As it was quoted: volume and open interest are 0 where testChain was told nothing else. */
const quote = (place: number) => {
  const { right: _, ...known } = legs[place] ?? {};
  return { volume: 0, openInterest: 0, ...known, conId: place + 1, quotedAtMs: NOW };
};

test('a row arrives with its names, its legs as they were quoted, and what is missing missing', () => {
  const profile = testProfile({ strategies: ['bullPut'], rankBy: { credit: -1, returnOnRisk: 3 } });
  const [row, ...others] = unpacked(profile);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    ...{ id: `ACME|ACME|${EXPIRY}|P|95|90|bullPut`, symbol: 'ACME', root: 'ACME', expiry: EXPIRY, right: 'P', dte: 45 },
    ...{ strategy: 'bullPut', greeks: 'vendor', shortStrike: 95, longStrike: 90, width: 5, credit: 0.8, natural: 0.7 },
    ...{ shortDelta: -0.3, longDelta: -0.1, shortIv: 0.2, longIv: 0.22, openInterest: 0, volume: 0, ivRank: 12 },
  });
  expect([row?.short, row?.long]).toEqual([quote(1), quote(0)]);
  expect([row?.netGamma, row?.ivPercentile, row?.callWing, row?.upperBreakEven]).toEqual(Array(4).fill(undefined));
  // A single survivor is at the upper end of every measure.
  const returnOnRisk = 80 / 420;
  expect(row?.terms).toEqual([
    {
      measure: 'returnOnRisk',
      value: expect.closeTo(returnOnRisk, 12) as number,
      normalised: 1,
      weight: 0.75,
      share: 0.75,
    },
    { measure: 'credit', value: 0.8, normalised: 1, weight: -0.25, share: -0.25 },
  ]);
  expect(row?.score).toBe(0.5);
});

test('a condor arrives with both wings', () => {
  const [row] = unpacked(testProfile({ strategies: ['ironCondor'] }));
  expect(row).toMatchObject({
    ...{
      id: `ACME|ACME|${EXPIRY}|P|95|90|ironCondor|105|115`,
      shortStrike: 95,
      longStrike: 90,
      width: 10,
      credit: 1.7,
    },
    ...{ breakEven: 93.3, upperBreakEven: 106.7 },
    callWing: { shortStrike: 105, longStrike: 115, width: 10, short: quote(2), long: quote(3) },
  });
  expect([row?.short, row?.long]).toEqual([quote(1), quote(0)]);
  expect([row?.pop, row?.ev]).toEqual([undefined, undefined]);
});

test('a term that a row lacks is none of it', () => {
  const [row] = unpacked(testProfile({ strategies: ['bearCall'], rankBy: { ev: 1, credit: 1 } }));
  expect(row).toMatchObject({ score: 0.5, terms: [{ measure: 'credit', share: 0.5 }] });
  expect(row?.ev).toBeUndefined();
});

test('a row of another chain is refused', () => {
  const profile = testProfile({ strategies: ['bullPut'] });
  const { rows, ranking } = packed(profile);
  expect(() => unpackRows(rows, { groups: [], profile, ranking })).toThrow(RangeError);
});
