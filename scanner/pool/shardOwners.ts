import type { ChainGroup } from '../chain/chain.ts';
import { byExpiry, expiryKey } from '../chain/expiryMarket.ts';

/**
 * Which shard owns which expiry, for as long as the expiry is in the chain: what a worker has prepared stays where it is
 * used. A new expiry goes to the shard that has the fewest contracts of its symbol, so that each symbol's work is
 * shared, and among those to the one that has the fewest in all.
 */
export class ShardOwners {
  readonly #shards: number;
  /** By `symbol|root|expiry`. */
  #ownerOf = new Map<string, number>();

  constructor(shards: number) {
    this.#shards = shards;
  }

  /** @returns the owner of each group, in the order of `groups`, which are all groups of the chain. */
  assign(groups: readonly ChainGroup[]): Int32Array {
    const expiries = [...byExpiry(groups)].map(([key, sides]) => ({
      key,
      symbol: sides[0]?.symbol ?? '',
      contracts: sides.reduce((sum, { rowCount }) => sum + rowCount, 0),
    }));
    const ownerOf = new Map<string, number>();
    const load = new Load(this.#shards);
    for (const { key, symbol, contracts } of expiries) {
      const owner = this.#ownerOf.get(key);
      if (owner === undefined) continue;
      ownerOf.set(key, owner);
      load.add(owner, symbol, contracts);
    }
    for (const { key, symbol, contracts } of expiries) {
      if (ownerOf.has(key)) continue;
      const owner = load.lightest(symbol);
      ownerOf.set(key, owner);
      load.add(owner, symbol, contracts);
    }
    this.#ownerOf = ownerOf;
    return Int32Array.from(groups, (group) => ownerOf.get(expiryKey(group)) ?? 0);
  }
}

/** Contracts by shard, of each symbol and in all. */
class Load {
  readonly #total: number[];
  readonly #ofSymbol = new Map<string, number[]>();

  constructor(shards: number) {
    this.#total = new Array<number>(shards).fill(0);
  }

  add(shard: number, symbol: string, contracts: number): void {
    const ofSymbol = this.#of(symbol);
    ofSymbol[shard] = (ofSymbol[shard] ?? 0) + contracts;
    this.#total[shard] = (this.#total[shard] ?? 0) + contracts;
  }

  lightest(symbol: string): number {
    const ofSymbol = this.#of(symbol);
    let best = 0;
    for (let shard = 1; shard < this.#total.length; shard++) {
      const difference = (ofSymbol[shard] ?? 0) - (ofSymbol[best] ?? 0);
      if (difference < 0 || (difference === 0 && (this.#total[shard] ?? 0) < (this.#total[best] ?? 0))) best = shard;
    }
    return best;
  }

  #of(symbol: string): number[] {
    const known = this.#ofSymbol.get(symbol) ?? this.#total.map(() => 0);
    this.#ofSymbol.set(symbol, known);
    return known;
  }
}
