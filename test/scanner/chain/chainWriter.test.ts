import fc from 'fast-check';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import {
  chainGeneration,
  groupGeneration,
  openChain,
  readGroup,
  underlyingQuote,
  type Chain,
  type ChainGroup,
} from '../../../scanner/chain/chain.ts';
import { ChainWriter } from '../../../scanner/chain/chainWriter.ts';
import { BYTES_PER_CONTRACT, bytesFor, CONTROL, exactVendor } from '../../../scanner/chain/columns.ts';
import { packHandle, unpackHandle } from '../../../scanner/chain/packedHandle.ts';
import type { OptionContract, Right } from '../../../scanner/domain/option.ts';

const contract = (strike: number, conId: number, right: Right = 'C', expiry = '2023-10-20'): OptionContract => ({
  symbol: 'SPY',
  root: 'SPY',
  expiry,
  right,
  strike,
  multiplier: 100,
  conId,
});

function groupOf(chain: Chain, right: Right, expiry = '2023-10-20'): ChainGroup {
  const group = chain.groups.find((g) => g.right === right && g.expiry === expiry);
  if (!group) throw new Error('no such group');
  return group;
}

function column(chain: Chain, group: ChainGroup, name: 'strike' | 'bid' | 'ask' | 'vendorIv'): number[] {
  return [...chain.columns[name].subarray(group.firstRow, group.firstRow + group.rowCount)];
}

test('rows of a group ascend by strike however the contracts come, and quotes find them', () => {
  const writer = new ChainWriter(4);
  writer.contracts([contract(430, 3), contract(420, 1), contract(425, 2)]);
  writer.option(3, { bid: 1.2, ask: 1.3 }, 1_000);
  writer.option(1, { bid: 9 }, 1_000);
  const chain = writer.chain();
  const group = groupOf(chain, 'C');
  expect(column(chain, group, 'strike')).toEqual([420, 425, 430]);
  expect(column(chain, group, 'bid')).toEqual([9, NaN, 1.2]);
  expect(column(chain, group, 'ask')).toEqual([NaN, NaN, 1.3]);
});

test('a group that gains strikes keeps its quotes and its contract ids; an old handle stays readable', () => {
  const writer = new ChainWriter(16);
  writer.contracts([contract(420, 1), contract(430, 3)]);
  writer.option(3, { bid: 1.2 }, 1_000);
  const before = writer.chain();
  writer.contracts([contract(425, 2), contract(420, 1)]);
  writer.option(3, { bid: 1.5 }, 2_000);
  const after = writer.chain();
  expect(column(after, groupOf(after, 'C'), 'strike')).toEqual([420, 425, 430]);
  expect(column(after, groupOf(after, 'C'), 'bid')).toEqual([NaN, NaN, 1.5]);
  expect(column(before, groupOf(before, 'C'), 'strike')).toEqual([420, 430]);
  expect(column(before, groupOf(before, 'C'), 'bid')).toEqual([NaN, 1.2]);
});

test('it grows beyond its first capacity without losing anything', () => {
  const writer = new ChainWriter(2);
  writer.underlying('SPY', { last: 450.81 }, 5_000);
  const strikes = Array.from({ length: 100 }, (_, i) => 400 + i);
  for (const [i, strike] of strikes.entries()) {
    writer.contracts([contract(strike, i + 1, 'P', `2023-10-${String(1 + (i % 28)).padStart(2, '0')}`)]);
    writer.option(i + 1, { bid: strike / 100 }, 1_000);
  }
  const chain = writer.chain();
  const rows = chain.groups.flatMap((group) =>
    column(chain, group, 'strike').map((k, i) => [k, column(chain, group, 'bid')[i]]),
  );
  expect(rows.sort(([a = 0], [b = 0]) => a - b)).toEqual(strikes.map((k) => [k, k / 100]));
  expect(underlyingQuote(chain, 'SPY').spot).toBe(450.81);
});

test('absent leaves the old value, zero is a bid, an unknown contract is told', () => {
  const writer = new ChainWriter(4);
  writer.contracts([contract(420, 1)]);
  writer.option(1, { bid: 1.2, ask: 1.4, iv: 0.2 }, 1_000);
  writer.option(1, { bid: 0 }, 2_000);
  const chain = writer.chain();
  expect(column(chain, groupOf(chain, 'C'), 'bid')).toEqual([0]);
  expect(column(chain, groupOf(chain, 'C'), 'ask')).toEqual([1.4]);
  expect(writer.option(99, { bid: 1 }, 1_000)).toBe(false);
});

test('spot is the last trade, else the middle, else the close', () => {
  const writer = new ChainWriter(2);
  const spot = (): number => underlyingQuote(writer.chain(), 'XSP').spot;
  expect(spot()).toBeNaN();
  writer.underlying('XSP', { close: 440 }, 1_000);
  expect(spot()).toBe(440);
  writer.underlying('XSP', { last: 450.5, iv: 0.14 }, 2_000);
  writer.underlying('XSP', { bid: 450, ask: 452 }, 3_000);
  expect(spot()).toBe(450.5);
  expect(underlyingQuote(writer.chain(), 'XSP')).toMatchObject({ iv30: 0.14, quotedAtMs: 3_000 });
});

test('a contract takes 80 bytes and its share of a counter, and rows that nobody took take none', () => {
  expect(BYTES_PER_CONTRACT).toBe(80);
  const { buffer } = new ChainWriter(10_000).handle();
  const counters = 64 + Math.ceil(10_000 / 64);
  expect(buffer.byteLength).toBe(bytesFor({ contracts: 10_000, groups: counters }));
  expect(bytesFor({ contracts: 10_000, groups: 2 }) - bytesFor({ contracts: 0, groups: 2 })).toBe(800_000);
});

test('contracts that come one by one need no more than four times the rows, and no quote is lost', () => {
  const writer = new ChainWriter(2);
  const expiries = ['2023-10-20', '2023-11-17', '2023-12-15'];
  let conId = 1;
  for (let strike = 100; strike < 200; strike++) {
    for (const expiry of expiries) {
      writer.contracts([contract(strike, conId, 'C', expiry)]);
      writer.option(conId, { bid: conId, ask: conId + 1 }, 1_000);
      conId++;
    }
  }
  const chain = writer.chain();
  const quoted = chain.groups.flatMap((group) =>
    column(chain, group, 'strike').map((strike, i) => [strike, column(chain, group, 'bid')[i]]),
  );
  expect(quoted).toEqual(
    expiries.flatMap((_, e) => Array.from({ length: 100 }, (__, i) => [100 + i, 1 + i * expiries.length + e])),
  );
  expect(chain.columns.capacity).toBeLessThanOrEqual(4 * 300);
});

test('more groups than the buffer has counters for move to one that has', () => {
  const writer = new ChainWriter(2);
  const days = Array.from({ length: 200 }, (_, i) => new Date(Date.UTC(2023, 9, 1 + i)).toISOString().slice(0, 10));
  for (const [i, day] of days.entries()) {
    writer.contracts([contract(420, i + 1, 'C', day)]);
    writer.option(i + 1, { bid: i }, 1_000);
  }
  const chain = writer.chain();
  expect(new Set(chain.groups.map(({ slot }) => slot)).size).toBe(200);
  expect(chain.groups.map((group) => column(chain, group, 'bid')[0])).toEqual(days.map((_, i) => i));
});

test('a batch of ticks is what the same quotes are one by one, and moves the counters of its groups only', () => {
  const tick = fc.record({
    row: fc.nat({ max: 7 }),
    bid: fc.oneof(fc.constant(NaN), fc.nat({ max: 500 })),
    ask: fc.oneof(fc.constant(NaN), fc.nat({ max: 500 })),
  });
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 30 }), (batch) => {
      const [one, many] = [new ChainWriter(8), new ChainWriter(8)];
      for (const writer of [one, many]) {
        for (const expiry of ['2023-10-20', '2023-11-17']) {
          writer.contracts([420, 421, 422, 423].map((strike) => contract(strike, 0, 'C', expiry)));
        }
      }
      const given = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
      for (const { row, bid, ask } of batch) one.quoteRow(row, { bid: given(bid), ask: given(ask) }, 7_000);
      const rows = Int32Array.from(batch, ({ row }) => row);
      const bids = Float64Array.from(batch, ({ bid }) => bid);
      const asks = Float64Array.from(batch, ({ ask }) => ask);
      const before = chainGeneration(many.chain());
      many.ticks({ count: batch.length, rows, bids, asks, atMs: 7_000 });
      const chain = many.chain();
      expect(chain.columns.bid).toEqual(one.chain().columns.bid);
      expect(chain.columns.ask).toEqual(one.chain().columns.ask);
      for (const [i, group] of chain.groups.entries()) {
        const isTouched = batch.some(({ row }) => Math.floor(row / 4) === i);
        expect(groupGeneration(chain, group)).toBe(isTouched ? 2 : 0);
      }
      expect(chainGeneration(chain)).toBe(before + 1);
    }),
  );
});

test('vendor numbers of up to six decimals survive their Float32', () => {
  fc.assert(
    fc.property(fc.integer({ min: -8_000_000, max: 8_000_000 }), (millionths) => {
      const value = millionths / 1e6;
      expect(exactVendor(Math.fround(value))).toBe(value);
    }),
  );
});

test('a handle that was packed for another thread names the same groups', () => {
  const writer = new ChainWriter(8);
  writer.contracts([contract(420, 1), contract(425, 2, 'P'), contract(430, 3, 'P', '2023-11-17')]);
  const handle = writer.handle();
  expect(unpackHandle(packHandle(handle))).toEqual(handle);
});

test('a reader in another thread never sees half of a write', async () => {
  const writer = new ChainWriter(2);
  writer.contracts([contract(420, 1)]);
  const { buffer } = writer.handle();
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const columnsFile = new URL('../../../scanner/chain/columns.ts', import.meta.url).href;
  // The writer's own steps, in a loop: bid and ask always move together.
  const source = `
    const { workerData } = require('node:worker_threads');
    import(${JSON.stringify(columnsFile)}).then(({ columnsOver }) => {
      const { groupSequence, bid, ask } = columnsOver(workerData.buffer);
      for (let i = 1; Atomics.load(workerData.stop, 0) === 0; i++) {
        Atomics.add(groupSequence, 0, 1);
        bid[0] = i;
        for (let k = 0; k < 50; k++) ask[0] = i + 1;
        Atomics.add(groupSequence, 0, 1);
        for (let k = 0; k < 2000; k++) Atomics.load(workerData.stop, 0);
      }
    });`;
  const worker = new Worker(source, { eval: true, workerData: { buffer, stop } });
  const chain = openChain(writer.handle());
  const { columns } = chain;
  const group = groupOf(chain, 'C');
  try {
    let moves = 0;
    let last = NaN;
    while (moves < 500) {
      const pair = readGroup(chain, group, () => [columns.bid[0] ?? NaN, columns.ask[0] ?? NaN] as const);
      if (Number.isNaN(pair[0])) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      expect(pair[1] - pair[0]).toBe(1);
      if (pair[0] !== last) moves++;
      last = pair[0];
    }
  } finally {
    Atomics.store(stop, 0, 1);
    await worker.terminate();
  }
});

test('every write moves the generation', () => {
  const writer = new ChainWriter(2);
  writer.contracts([contract(420, 1)]);
  const chain = writer.chain();
  const group = groupOf(chain, 'C');
  const [before, ofGroup] = [chainGeneration(chain), groupGeneration(chain, group)];
  writer.option(1, { bid: 1 }, 1_000);
  expect(chainGeneration(chain)).toBe(before + 1);
  expect(groupGeneration(chain, group)).toBe(ofGroup + 2);
  writer.underlying('SPY', { last: 450 }, 1_000);
  expect(chainGeneration(chain)).toBe(before + 2);
  expect(Atomics.load(chain.columns.control, CONTROL.sequence) % 2).toBe(0);
});
