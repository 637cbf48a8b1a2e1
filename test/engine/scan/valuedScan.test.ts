import { afterAll, beforeEach, expect, test } from 'vitest';
import { ChainFeed } from '../../../electron/engine/scan/chainFeed.ts';
import type { UnderlyingFacts } from '../../../electron/engine/scan/underlyingFacts.ts';
import { ValuedScan } from '../../../electron/engine/scan/valuedScan.ts';
import { parseProfile, type ProfileInput } from '../../../scanner/domain/profile.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import { ScanPool } from '../../../scanner/pool/scanPool.ts';
import { hostClock } from '../../scanner/pool/hostClock.ts';

const NOW = Date.UTC(2023, 9, 2, 15);
const NEAR = '2023-10-20';
const FAR = '2024-06-21';
const pool = new ScanPool({ clock: hostClock, threads: 1, onProblem: () => undefined });
afterAll(() => pool.close());

let feed: ChainFeed;
let nowMs: number;
let scan: ValuedScan;

beforeEach(() => {
  feed = new ChainFeed();
  nowMs = NOW;
  const facts: Pick<UnderlyingFacts, 'all'> = { all: () => ({}) };
  scan = new ValuedScan({ feed, facts: facts as UnderlyingFacts, pool, nowMs: () => nowMs, rate: () => 0.04 });
  let conId = 1;
  for (const symbol of ['AAA', 'BBB']) {
    feed.underlying(symbol, { last: 100, bid: 99.99, ask: 100.01 }, 'live', NOW);
    for (const expiry of [NEAR, FAR]) {
      for (const right of ['C', 'P'] as const) {
        const contracts = [90, 95, 100, 105].map((strike) => contract({ symbol, expiry, right, strike }, conId++));
        feed.contracts(contracts);
        for (const { conId: id = 0 } of contracts) feed.option(id, { bid: 6, ask: 6.2 }, 'live', NOW);
      }
    }
  }
});

function contract(
  { symbol, expiry, right, strike }: Pick<OptionContract, 'symbol' | 'expiry' | 'right' | 'strike'>,
  conId: number,
): OptionContract {
  return { symbol, root: symbol, expiry, right, strike, conId, multiplier: 100 };
}

const ask = (changes: Partial<ProfileInput>, refined = false) =>
  scan.run(
    {
      profile: parseProfile({ version: 1, name: 'x', symbols: ['AAA'], ...changes }),
      ...{ refined, withHistograms: false },
    },
    new AbortController().signal,
  );

/** Contracts that have model values, as `symbol expiry`. */
function modelled(): string[] {
  const { groups, columns } = feed.chain();
  const withVol = groups.filter(({ firstRow, rowCount }) =>
    columns.modelIv.subarray(firstRow, firstRow + rowCount).some((vol) => vol > 0),
  );
  return [...new Set(withVol.map(({ symbol, expiry }) => `${symbol} ${expiry}`))];
}

test("model values are made for the profile's symbols and expiries only, and for no other profile", async () => {
  await ask({});
  expect(modelled()).toEqual([]);
  await ask({ greeks: 'model', dte: { max: 60 } });
  expect(modelled()).toEqual([`AAA ${NEAR}`]);
});

test('a refined profile is asked of the same instant until a quote comes', async () => {
  const { summary: first } = await ask({});
  nowMs += 5_000;
  const { summary: refined } = await ask({ width: { max: 5 } }, true);
  expect(refined.asOf).toBe(first.asOf);
  expect(refined.survivors).toBeLessThan(first.survivors);
  feed.underlying('AAA', { last: 100.5 }, 'live', nowMs);
  expect((await ask({}, true)).summary.asOf).not.toBe(first.asOf);
});

test('a scan that is no refinement, and one long after, is of now', async () => {
  const { summary: first } = await ask({});
  nowMs += 5_000;
  const { summary: second } = await ask({});
  expect(second.asOf).not.toBe(first.asOf);
  nowMs += 60_000;
  expect((await ask({}, true)).summary.asOf).not.toBe(second.asOf);
});

test('a refinement that needs other model values gets them, at the same instant', async () => {
  const { summary: first } = await ask({ greeks: 'model', dte: { max: 60 } });
  nowMs += 5_000;
  const { summary: wider } = await ask({ greeks: 'model' }, true);
  expect(wider.asOf).toBe(first.asOf);
  expect(modelled()).toEqual([`AAA ${NEAR}`, `AAA ${FAR}`]);
});
