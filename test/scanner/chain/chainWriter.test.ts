import fc from 'fast-check';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import {
  openChain,
  readConsistently,
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

test('a symbol can be forgotten and loaded anew', () => {
  const writer = new ChainWriter(8);
  writer.contracts([contract(420, 1)]);
  writer.removeSymbol('SPY');
  expect(writer.handle().groups).toEqual([]);
  expect(writer.hasContract(1)).toBe(false);
  writer.contracts([contract(420, 1)]);
  expect(writer.hasContract(1)).toBe(true);
});

test('a contract takes no more room than its layout says', () => {
  expect(BYTES_PER_CONTRACT).toBe(84);
  expect(new ChainWriter(10_000).handle().buffer.byteLength).toBe(bytesFor(10_000));
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
  const columnsFile = new URL('../../../scanner/chain/columns.ts', import.meta.url).href;
  // The writer's own steps, in a loop: bid and ask always move together.
  const source = `
    const { workerData } = require('node:worker_threads');
    import(${JSON.stringify(columnsFile)}).then(({ columnsOver, CONTROL }) => {
      const { control, bid, ask } = columnsOver(workerData);
      for (let i = 1; Atomics.load(control, 3) === 0; i++) {
        Atomics.add(control, CONTROL.sequence, 1);
        bid[0] = i;
        for (let k = 0; k < 50; k++) ask[0] = i + 1;
        Atomics.add(control, CONTROL.generation, 1);
        Atomics.add(control, CONTROL.sequence, 1);
        for (let k = 0; k < 2000; k++) Atomics.load(control, 3);
      }
    });`;
  const worker = new Worker(source, { eval: true, workerData: buffer });
  const { columns } = openChain(writer.handle());
  try {
    let moves = 0;
    let last = NaN;
    while (moves < 500) {
      const pair = readConsistently(columns, () => [columns.bid[0] ?? NaN, columns.ask[0] ?? NaN] as const);
      if (Number.isNaN(pair[0])) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      expect(pair[1] - pair[0]).toBe(1);
      if (pair[0] !== last) moves++;
      last = pair[0];
    }
  } finally {
    Atomics.store(columns.control, 3, 1);
    await worker.terminate();
  }
});

test('every write moves the generation', () => {
  const writer = new ChainWriter(2);
  writer.contracts([contract(420, 1)]);
  const before = writer.generation;
  writer.option(1, { bid: 1 }, 1_000);
  expect(writer.generation).toBe(before + 1);
  expect(Atomics.load(writer.chain().columns.control, CONTROL.sequence) % 2).toBe(0);
});
