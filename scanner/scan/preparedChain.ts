import { chainGeneration, type Chain, type ChainGroup } from '../chain/chain.ts';
import { byExpiry, expiryMarkets, latestMs } from '../chain/expiryMarket.ts';
import type { Source } from '../domain/spread.ts';
import type { Rejections } from './funnel.ts';
import { PreparedExpiry } from './preparedExpiry.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import type { ScanSettings } from './scanRequest.ts';

/** A chain, or a shard of it, made ready for one source of Greeks; another profile costs no copying. */
export interface PreparedChain {
  chain: Chain;
  source: Source;
  settings: ScanSettings;
  expiries: readonly PreparedExpiry[];
  /** Chain generation before anything was read. */
  generation: number;
  /** Valuation time, or the latest quote time among the chain's underlyings; ms since 1970. */
  asOfMs: number;
  /** Which of the expiries the last scan shut out as a whole: for the next one under the same filters of whole expiries. */
  divided?: DividedExpiries;
}

export interface DividedExpiries {
  /** All of the profile that decides it. */
  key: string;
  /** Those of the chain that was divided. */
  expiries: readonly PreparedExpiry[];
  /** Expiries that must be looked into. */
  open: readonly PreparedExpiry[];
  /** What all others count. */
  shut: ShardCounts;
}

/** What a shard, or a part of it, counted. Plain data that crosses threads; counts of shards add up. */
export interface ShardCounts {
  contracts: number;
  /** Candidates before filters. */
  pairs: number;
  survivors: number;
  /** Candidates that were touched one by one, this time. */
  work: number;
  funnel: Rejections;
}

export interface PrepareOptions {
  source: Source;
  /** All when empty. */
  symbols?: readonly string[];
  /** A part of the chain, for instance one expiry or a worker's share: whole expiries, both rights. */
  groups?: readonly ChainGroup[];
}

/** Copies and prepares the groups of the named symbols. Underlyings without a spot are left out. */
export function prepareChain(
  chain: Chain,
  settings: ScanSettings,
  { source, symbols = [], groups: among = chain.groups }: PrepareOptions,
): PreparedChain {
  const generation = chainGeneration(chain);
  const named = new Set(symbols);
  const wanted = among.filter((group) => named.size === 0 || named.has(group.symbol));
  const markets = expiryMarkets(chain, wanted, settings);
  const expiries: PreparedExpiry[] = [];
  for (const [key, groups] of byExpiry(wanted)) {
    const market = markets.get(key);
    const facts = settings.facts[groups[0]?.symbol ?? ''] ?? {};
    if (market) expiries.push(new PreparedExpiry(chain, groups, { market, facts, source }).copy());
  }
  return { chain, source, settings, expiries, generation, asOfMs: latestMs(chain, settings) };
}

/** All groups of a prepared chain, in the order of its expiries. */
export function groupsOf({ expiries }: Pick<PreparedChain, 'expiries'>): PreparedGroup[] {
  return expiries.flatMap(({ groups }) => groups);
}
