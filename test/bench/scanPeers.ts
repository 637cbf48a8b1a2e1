import type { Profile } from '../../scanner/domain/profile.ts';
import { groupsOf, type PreparedChain } from '../../scanner/scan/preparedChain.ts';
import type { PreparedGroup } from '../../scanner/scan/preparedGroup.ts';
import { scan } from '../../scanner/scan/scan.ts';
import type { PeerInputs, PythonPeer } from './pythonPeers.ts';

export function scanPeers(script: 'vertical_scan.py' | 'cold_scan.py', ids: readonly string[]): PythonPeer[] {
  return ids.map((id) => ({ id, script }));
}

/** The legs of one name as we scan them, and every pair that we find: a peer must find the same. */
export function scanInputs(prepared: PreparedChain, profile: Profile, terms: { copies?: number } = {}): PeerInputs {
  const groups = groupsOf(prepared);
  const joined = (of: (group: PreparedGroup) => ArrayLike<number>) =>
    Float64Array.from(groups.flatMap((group) => Array.from(of(group))));
  const each = (of: (group: PreparedGroup, index: number) => number) =>
    Float64Array.from(groups.flatMap((group, index) => Array.from(group.strike, () => of(group, index))));
  return {
    columns: {
      group: each((_, index) => index),
      isCall: each(({ group }) => (group.right === 'C' ? 1 : 0)),
      dte: each(({ market }) => market.dte),
      years: each(({ market }) => market.years),
      spot: each(({ market }) => market.spot),
      forward: each(({ market }) => market.forward),
      discount: each(({ market }) => market.discount),
      rate: each(({ market }) => market.rate),
      dividendYield: each(({ market }) => market.dividendYield),
      strike: joined(({ strike }) => strike),
      bid: joined(({ bid }) => bid),
      ask: joined(({ ask }) => ask),
      delta: joined(({ delta }) => delta),
      openInterest: joined(({ openInterest }) => openInterest),
      ...survivors(prepared, profile),
    },
    terms: { profile, ...terms },
  };
}

function survivors(prepared: PreparedChain, profile: Profile): { survivorShort: number[]; survivorLong: number[] } {
  const rowOf = new Map<string, number>();
  for (const { group, strike } of groupsOf(prepared)) {
    for (const at of strike) rowOf.set([group.root, group.expiry, group.right, at].join(), rowOf.size);
  }
  const { rows, summary } = scan(prepared, { ...profile, limit: Number.MAX_SAFE_INTEGER });
  if (rows.length !== summary.survivors) throw new Error('the scan does not give all survivors');
  const find = (...name: [root: string, expiry: string, right: string, strike: number]) =>
    rowOf.get(name.join()) ?? NaN;
  return {
    survivorShort: rows.map(({ root, expiry, right, shortStrike }) => find(root, expiry, right, shortStrike)),
    survivorLong: rows.map(({ root, expiry, right, longStrike }) => find(root, expiry, right, longStrike)),
  };
}
