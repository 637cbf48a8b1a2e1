import type { ContractCache } from '../../../broker/gateway.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';

/**
 * Keeps markets apart: contract ids of a simulator mean nothing at IB, nor in the simulator's next run, so they stay
 * in memory under its address, and only IB's own go to disk.
 * @param simulator Address of the simulator that we are connected to; undefined for IB.
 */
export function scopedContractCache(disk: ContractCache, simulator: () => string | undefined): ContractCache {
  /** By address, day and what was asked. */
  const memory = new Map<string, OptionContract[]>();
  const keyOf = (address: string, what: readonly string[]) => [address, ...what].join('|');
  return {
    read: (...what) => {
      const address = simulator();
      return address === undefined ? disk.read(...what) : memory.get(keyOf(address, what));
    },
    write: (...[day, symbol, root, expiry, right, contracts]) => {
      const address = simulator();
      if (address === undefined) disk.write(day, symbol, root, expiry, right, contracts);
      else memory.set(keyOf(address, [day, symbol, root, expiry, right]), [...contracts]);
    },
  };
}
