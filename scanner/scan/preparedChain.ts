import { chainGeneration, type Chain, type ChainGroup } from '../chain/chain.ts';
import { expiryKey, expiryMarkets, valuationMs } from '../chain/expiryMarket.ts';
import type { Source } from '../domain/spread.ts';
import { PreparedGroup } from './preparedGroup.ts';
import type { ScanSettings } from './scanRequest.ts';

/** A chain made ready for one source of Greeks; filtering it again with another profile costs no copying. */
export interface PreparedChain {
  chain: Chain;
  source: Source;
  settings: ScanSettings;
  groups: PreparedGroup[];
  /** Chain generation before anything was read. */
  generation: number;
  /** Valuation time, or the latest quote time among the chain's underlyings; ms since 1970. */
  asOfMs: number;
}

export interface PrepareOptions {
  source: Source;
  /** All when empty. */
  symbols?: readonly string[];
  /** A part of the chain, for instance one expiry; both rights of it, or the vol at the money is that of one. */
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
  const groups: PreparedGroup[] = [];
  const firstOfExpiry = new Map<string, PreparedGroup>();
  for (const group of wanted) {
    const key = expiryKey(group);
    const market = markets.get(key);
    if (!market) continue;
    const facts = settings.facts[group.symbol] ?? {};
    const prepared = new PreparedGroup(chain, { group, index: groups.length, market, facts, source });
    groups.push(prepared);
    const twin = firstOfExpiry.get(key);
    if (twin) PreparedGroup.pair(twin, prepared);
    else firstOfExpiry.set(key, prepared);
  }
  const times = chain.symbols.map((symbol) => valuationMs(chain, symbol, settings)).filter(Number.isFinite);
  const asOfMs = settings.nowMs ?? Math.max(...times);
  return { chain, source, settings, groups, generation, asOfMs };
}
