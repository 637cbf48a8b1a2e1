import { afterAll, beforeEach, expect, test } from 'vitest';
import { ChainFeed } from '../../../electron/engine/scan/chainFeed.ts';
import type { UnderlyingFacts } from '../../../electron/engine/scan/underlyingFacts.ts';
import { scanNow, type ScanNowDeps } from '../../../electron/engine/scan/scanNow.ts';
import { parseProfile, type ProfileInput } from '../../../scanner/domain/profile.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import { ScanPool } from '../../../scanner/pool/scanPool.ts';
import { realClock } from '../../../electron/hosts/realClock.ts';

const NOW = Date.UTC(2023, 9, 2, 15);
const NEAR = '2023-10-20';
const FAR = '2024-06-21';
const pool = new ScanPool({ clock: realClock, threads: 1, onProblem: () => undefined });
afterAll(() => pool.close());

let feed: ChainFeed;
let nowMs: number;
let deps: ScanNowDeps;

beforeEach(() => {
  feed = new ChainFeed();
  nowMs = NOW;
  const facts: Pick<UnderlyingFacts, 'all' | 'dividends'> = { all: () => ({}), dividends: () => [] };
  deps = { feed, facts: facts as UnderlyingFacts, pool, nowMs: () => nowMs, rate: () => 0.04 };
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

const ask = (changes: Partial<ProfileInput>) =>
  scanNow(
    { profile: parseProfile({ version: 1, name: 'x', symbols: ['AAA'], ...changes }), withHistograms: false },
    deps,
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

test('model values of an American chain stand while quotes, clock and spot stand, and follow each of them', async () => {
  const model = { greeks: 'model' as const, dte: { max: 60 } };
  const vols = async (): Promise<number[]> => {
    await ask(model);
    const { groups, columns } = feed.chain();
    return groups
      .filter(({ symbol, expiry }) => symbol === 'AAA' && expiry === NEAR)
      .flatMap(({ firstRow, rowCount }) => [...columns.modelIv.subarray(firstRow, firstRow + rowCount)]);
  };
  const first = await vols();
  expect(first.some((vol) => vol > 0)).toBe(true);
  nowMs += 500;
  feed.underlying('AAA', { last: 100.009 }, 'live', nowMs);
  expect(await vols()).toEqual(first);
  feed.option(3, { bid: 6.4, ask: 6.6 }, 'live', nowMs);
  const ticked = await vols();
  expect(ticked).not.toEqual(first);
  nowMs += 3_000;
  const moved = await vols();
  expect(moved).not.toEqual(ticked);
  nowMs += 120_000;
  expect(await vols()).not.toEqual(moved);
});

test('a refinement that needs other model values gets them', async () => {
  await ask({ greeks: 'model', dte: { max: 60 } });
  await ask({ greeks: 'model' });
  expect(modelled()).toEqual([`AAA ${NEAR}`, `AAA ${FAR}`]);
});

test('a scan is of the instant at which it was asked', async () => {
  const { summary: first } = await ask({});
  nowMs += 5_000;
  const { summary: second } = await ask({ width: { max: 5 } });
  expect(Date.parse(second.asOf) - Date.parse(first.asOf)).toBe(5_000);
  expect(second.survivors).toBeLessThan(first.survivors);
});
