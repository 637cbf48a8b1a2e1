import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChainGroup } from '../../../scanner/chain/chain.ts';
import { expiryKey } from '../../../scanner/chain/expiryMarket.ts';
import { ShardOwners } from '../../../scanner/pool/shardOwners.ts';

const group = fc.record({
  symbol: fc.constantFrom('SPY', 'QQQ', 'IWM'),
  root: fc.constant('R'),
  expiry: fc.constantFrom('2023-10-20', '2023-11-17', '2023-12-15', '2024-03-15', '2024-06-21'),
  right: fc.constantFrom('C' as const, 'P' as const),
  multiplier: fc.constant(100),
  firstRow: fc.constant(0),
  rowCount: fc.integer({ min: 1, max: 300 }),
  slot: fc.constant(0),
});
const chain = fc.uniqueArray(group, { selector: (g: ChainGroup) => `${expiryKey(g)}|${g.right}`, maxLength: 30 });

test('both rights of an expiry have one owner, which stays when others come', () => {
  fc.assert(
    fc.property(chain, chain, fc.integer({ min: 1, max: 5 }), (first, more, shards) => {
      const owners = new ShardOwners(shards);
      const before = owners.assign(first);
      const known = new Set(first.map((g) => `${expiryKey(g)}|${g.right}`));
      const all = [...more.filter((g) => !known.has(`${expiryKey(g)}|${g.right}`)), ...first];
      const after = owners.assign(all);
      const ownerOf = new Map(all.map((g, i) => [expiryKey(g), after[i]]));
      for (const [i, g] of all.entries()) {
        expect(after[i]).toBe(ownerOf.get(expiryKey(g)));
        expect(after[i]).toBeGreaterThanOrEqual(0);
        expect(after[i]).toBeLessThan(shards);
      }
      for (const [i, g] of first.entries()) expect(ownerOf.get(expiryKey(g))).toBe(before[i]);
    }),
  );
});

test('each symbol is shared: no shard has more of it than another by more than one expiry', () => {
  fc.assert(
    fc.property(chain, fc.integer({ min: 2, max: 4 }), (groups, shards) => {
      const ownerOf = new ShardOwners(shards).assign(groups);
      for (const symbol of new Set(groups.map((g) => g.symbol))) {
        const load = new Array<number>(shards).fill(0);
        const sizes = new Map<string, number>();
        for (const [i, g] of groups.entries()) {
          if (g.symbol !== symbol) continue;
          load[ownerOf[i] ?? 0] = (load[ownerOf[i] ?? 0] ?? 0) + g.rowCount;
          sizes.set(g.expiry, (sizes.get(g.expiry) ?? 0) + g.rowCount);
        }
        expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(Math.max(...sizes.values()));
      }
    }),
  );
});
