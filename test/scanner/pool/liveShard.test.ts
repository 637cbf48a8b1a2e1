import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chain } from '../../../scanner/chain/chain.ts';
import { CONTROL } from '../../../scanner/chain/columns.ts';
import { computeModelGreeks } from '../../../scanner/chain/modelGreeks.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import { LiveShard } from '../../../scanner/pool/liveShard.ts';
import { ShardOwners } from '../../../scanner/pool/shardOwners.ts';
import { ScanCancelled } from '../../../scanner/scan/cancellation.ts';
import { unpackRows } from '../../../scanner/scan/packedRows.ts';
import { groupsOf, prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { rankShards } from '../../../scanner/scan/ranking.ts';
import { scan } from '../../../scanner/scan/scan.ts';
import type { ScanResult, ScanSettings } from '../../../scanner/scan/scanRequest.ts';
import { scanShard, summaryOf } from '../../../scanner/scan/shard.ts';
import { mergeRows, rowsOf } from '../../../scanner/scan/shardRows.ts';
import { testProfile } from '../scan/testChain.ts';
import { LivingChain, step } from './livingChain.ts';

type Answer = Pick<ScanResult, 'rows' | 'summary'>;

/** What a pool does, without its threads. */
function scanLive(shards: readonly LiveShard[], profile: Profile, settings: ScanSettings): Answer {
  const { greeks: source, symbols, dte } = profile;
  const prepared = shards.map((shard) => shard.prepared({ source, settings, symbols, dte }));
  const found = prepared.map((one) => scanShard(one, profile));
  const ranking = rankShards(
    found.flatMap(({ columns }) => columns),
    profile,
  );
  const rows = mergeRows(
    found.map((one, i) => {
      const groups = prepared[i]?.chain.groups ?? [];
      return unpackRows(rowsOf(one, ranking, profile), { groups, profile, ranking });
    }),
    profile,
  );
  const counts = found.map((one) => one.counts);
  return { rows, summary: summaryOf(counts, profile, settings.nowMs ?? NaN) };
}

/** The same chain valued, prepared and scanned from nothing. */
function scanAnew(chain: Chain, profile: Profile, settings: ScanSettings): Answer {
  const { greeks: source, symbols } = profile;
  if (source === 'model') computeModelGreeks(chain, settings, { symbols });
  const { rows, summary } = scan(prepareChain(chain, settings, { source, symbols }), profile);
  return { rows, summary };
}

function sharesOf(chain: Chain, owners: ShardOwners, shards: number): Chain['groups'][] {
  const ownerOf = owners.assign(chain.groups);
  return Array.from({ length: shards }, (_, shard) => chain.groups.filter((_group, i) => ownerOf[i] === shard));
}

test('after any ticks, spots, time, listings and profiles the answer is that of a scan from nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.constantFrom(1, 2, 3), (steps, count) => {
      const living = new LivingChain();
      const owners = new ShardOwners(count);
      let chain = living.writer.chain();
      const shards = sharesOf(chain, owners, count).map((groups) => new LiveShard(chain, groups));
      let profile = testProfile({ greeks: 'model' });
      for (const happened of steps) {
        living.apply(happened);
        if (happened.kind === 'profile') profile = testProfile(happened.profile);
        const settings = { nowMs: living.nowMs, live: true, rate: 0.045, facts: {} };
        const latest = living.writer.chain();
        if (happened.kind === 'listing') {
          // Rows moved: a grown buffer is another chain, the same buffer is the same chain with other rows.
          for (const [i, groups] of sharesOf(latest, owners, count).entries()) {
            if (latest.columns.control.buffer === chain.columns.control.buffer) shards[i]?.replace(latest, groups);
            else shards[i] = new LiveShard(latest, groups);
          }
          chain = latest;
        }
        if (happened.kind === 'value') {
          for (const shard of shards) shard.prepared({ source: 'vendor', settings, symbols: [], valueAll: true });
        }
        expect(scanLive(shards, profile, settings)).toEqual(scanAnew(latest, profile, settings));
      }
    }),
    { numRuns: 60 },
  );
});

test('an expiry is prepared again when a quote of it moved, and only then', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const question = {
    source: 'vendor',
    symbols: [],
    settings: { nowMs: living.nowMs, live: true, rate: 0.04, facts: {} },
  } as const;
  const before = shard.prepared(question).expiries;
  living.writer.quoteRow(chain.groups[2]?.firstRow ?? NaN, { bid: 1 }, living.nowMs);
  const after = shard.prepared(question).expiries;
  expect(after.map((expiry, i) => expiry === before[i])).toEqual([true, false, true, true, true, true]);
  living.writer.underlying('XSP', { last: 101 }, living.nowMs);
  const moved = shard.prepared(question).expiries;
  expect(moved.map((expiry, i) => expiry === after[i])).toEqual([true, true, true, false, false, false]);
});

test('time alone prepares an expiry again once its clock steps, the nearest first', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const at = (nowMs: number) =>
    shard.prepared({ source: 'vendor', symbols: ['SPX'], settings: { nowMs, live: true, rate: 0.04, facts: {} } });
  const before = at(living.nowMs).expiries;
  const soon = at(living.nowMs + 1_000).expiries;
  expect(soon).toEqual(before);
  expect(at(living.nowMs + 60_000).expiries.some((expiry) => before.includes(expiry))).toBe(false);
});

test('at another spot an expiry keeps the quotes that were copied, unless one of them was ticked', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const settings = { nowMs: living.nowMs, live: true, rate: 0.04, facts: {} };
  const ask = () => shard.prepared({ source: 'model', symbols: ['XSP'], settings }).expiries;
  const before = ask();
  const ticked = chain.groups.find(({ symbol, expiry }) => symbol === 'XSP' && expiry === before[1]?.sides[0]?.expiry);
  living.writer.quoteRow(ticked?.firstRow ?? NaN, { bid: 1 }, living.nowMs);
  living.writer.underlying('XSP', { last: 101 }, living.nowMs);
  const after = ask();
  expect(after.map(({ market }) => market.spot)).toEqual([101, 101, 101]);
  const isKept = after.map((expiry, i) => expiry.groups[0]?.bid === before[i]?.groups[0]?.bid);
  expect(isKept).toEqual([true, false, true]);
  const deltas = (expiries: typeof before) => Array.from(expiries[0]?.groups[0]?.delta ?? []);
  expect(deltas(after)).not.toEqual(deltas(before));
});

test('a symbol that nobody asks for costs no model value', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const settings = { nowMs: living.nowMs, rate: 0.04, facts: {} };
  scanShard(
    shard.prepared({ source: 'model', symbols: ['XSP'], settings }),
    testProfile({ greeks: 'model', shortDelta: { min: 0.1 } }),
  );
  const withVol = chain.groups.filter(({ firstRow }) => (chain.columns.modelIv[firstRow + 6] ?? NaN) > 0);
  expect(new Set(withVol.map(({ symbol }) => symbol))).toEqual(new Set(['XSP']));
});

test('a cancelled preparation keeps what it got done, so that the next one ends', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  let allowed = 3;
  const shard = new LiveShard(chain, chain.groups, () => allowed-- <= 0);
  const settings = { nowMs: living.nowMs, rate: 0.04, facts: {} };
  const question = { source: 'vendor', symbols: [], settings } as const;
  expect(() => shard.prepared(question)).toThrow(ScanCancelled);
  allowed = Infinity;
  const whole = shard.prepared(question).expiries;
  expect(whole).toHaveLength(6);
  living.writer.quoteRow(chain.groups.at(-1)?.firstRow ?? NaN, { bid: 1 }, living.nowMs);
  allowed = 5;
  expect(() => shard.prepared(question)).toThrow(ScanCancelled);
  allowed = Infinity;
  expect(shard.prepared(question).expiries.slice(0, 5)).toEqual(whole.slice(0, 5));
});

test('a scan that is cancelled between two groups makes no further vol, and the next one makes it', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  let isCancelled = false;
  const shard = new LiveShard(chain, chain.groups, () => isCancelled);
  const settings = { nowMs: living.nowMs, rate: 0.04, facts: {} };
  const [expiry] = shard.prepared({ source: 'model', symbols: [], settings }).expiries;
  const [calls, puts] = expiry?.groups ?? [];
  expect(calls?.iv.some((vol) => vol > 0)).toBe(true);
  isCancelled = true;
  expect(() => puts?.iv).toThrow(ScanCancelled);
  isCancelled = false;
  expect(puts?.iv.some((vol) => vol > 0)).toBe(true);
});

test('a quote that comes while a scan is under way mixes with no row: its vol is that of the prices that it shows', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const profile = testProfile({ greeks: 'model', symbols: ['SPX'], limit: 1000 });
  const settings = { nowMs: living.nowMs, rate: 0.04, facts: {} };
  const before = scanLive([shard], profile, settings);
  for (const { slot } of chain.groups) Atomics.add(chain.columns.groupSequence, slot, 2);
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  const prepared = shard.prepared({ source: 'model', symbols: ['SPX'], settings });
  // No vol was made by now; the market moves before they are.
  for (let row = 0; row < 48; row++) living.writer.quoteRow(row, { bid: 1, ask: 1.5 }, living.nowMs);
  const found = scanShard(prepared, profile);
  const ranking = rankShards(found.columns, profile);
  const origin = { groups: chain.groups, profile, ranking };
  const rows = mergeRows([unpackRows(rowsOf(found, ranking, profile), origin)], profile);
  expect(before.rows.length).toBeGreaterThan(100);
  expect(rows).toEqual(before.rows);
  expect(scanLive([shard], profile, settings)).toEqual(scanAnew(chain, profile, settings));
});

test('an underlying that is known better is filtered again, without a price made anew', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const profile = testProfile({ symbols: ['SPX', 'XSP'], ivRank: { min: 50 } });
  const at = (facts: ScanSettings['facts']): ScanSettings => ({ nowMs: living.nowMs, rate: 0.04, facts });
  const ask = (settings: ScanSettings) => shard.prepared({ source: 'vendor', symbols: [], settings });
  expect(scanLive([shard], profile, at({})).summary.survivors).toBe(0);
  const known = at({ XSP: { ivRank: 60 } });
  expect(scanLive([shard], profile, known)).toEqual(scanAnew(chain, profile, known));
  expect(scanLive([shard], profile, known).summary.survivors).toBeGreaterThan(0);
  const before = groupsOf(ask(known));
  const after = groupsOf(ask(at({ XSP: { ivRank: 40 } })));
  expect(after.every((group, i) => group === before[i])).toBe(true);
});

test('the same question has the same answer until a quote, a spot, the clock or a fact moves', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  const shard = new LiveShard(chain, chain.groups);
  const settings = { nowMs: living.nowMs, rate: 0.04, facts: {} };
  const ask = (changed: Partial<ScanSettings> = {}) =>
    shard.prepared({ source: 'model', symbols: [], settings: { ...settings, ...changed } });
  const first = ask();
  expect(ask()).toBe(first);
  living.writer.quoteRow(0, { bid: 1, ask: 1.5 }, living.nowMs);
  const ticked = ask();
  expect(ticked).not.toBe(first);
  expect(ask()).toBe(ticked);
  expect(ask({ nowMs: living.nowMs + 60_000 }).asOfMs).toBe(living.nowMs + 60_000);
  expect(ask({ spots: { SPX: 1 } }).expiries[0]?.market.spot).toBe(1);
  expect(ask({ facts: { SPX: { ivRank: 30 } } }).expiries[0]?.facts.ivRank).toBe(30);
});

test('a question that was cancelled between two equal ones leaves nothing of its facts to the second', () => {
  const living = new LivingChain();
  const chain = living.writer.chain();
  let left = Infinity;
  const shard = new LiveShard(chain, chain.groups, () => left-- <= 0);
  const at = (ivRank: number) =>
    shard.prepared({
      source: 'vendor',
      symbols: [],
      settings: { nowMs: living.nowMs, rate: 0.04, facts: { SPX: { ivRank } } },
    });
  groupsOf(at(30));
  // After its first expiry.
  left = 1;
  expect(() => at(60)).toThrow(ScanCancelled);
  left = Infinity;
  const ranks = groupsOf(at(30))
    .filter(({ group }) => group.symbol === 'SPX')
    .map(({ facts }) => facts.ivRank);
  expect(new Set(ranks)).toEqual(new Set([30]));
});
