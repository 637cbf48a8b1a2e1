import { chainGeneration, type Chain, type ChainGroup } from '../chain/chain.ts';
import { expiryKey, expiryMarkets, valuationMs } from '../chain/expiryMarket.ts';
import type { Source } from '../domain/spread.ts';
import { PreparedExpiry } from './preparedExpiry.ts';
import { PreparedGroup } from './preparedGroup.ts';
import type { ScanSettings } from './scanRequest.ts';

/** A chain, or a shard of it, made ready for one source of Greeks; another profile costs no copying. */
export interface PreparedChain {
  chain: Chain;
  source: Source;
  settings: ScanSettings;
  /** What was asked for; expiries whose underlying has no spot are not prepared. */
  wanted: readonly ChainGroup[];
  expiries: readonly PreparedExpiry[];
  /** All groups of the expiries. */
  groups: readonly PreparedGroup[];
  /** Chain generation before anything was read. */
  generation: number;
  /** Valuation time, or the latest quote time among the chain's underlyings; ms since 1970. */
  asOfMs: number;
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
  const named = new Set(symbols);
  const wanted = among.filter((group) => named.size === 0 || named.has(group.symbol));
  const nothing = { expiries: [], groups: [], generation: 0, asOfMs: NaN };
  const prepared: PreparedChain = { chain, source, settings, wanted, ...nothing };
  refreshPrepared(prepared, wanted);
  return prepared;
}

/**
 * Reads those expiries again that the changed groups belong to; all others stay as they are, with what was computed of
 * them. A new spot changes every group of its symbol. New rows, settings or another source need `prepareChain`.
 */
export function refreshPrepared(prepared: PreparedChain, changed: Iterable<ChainGroup>): void {
  const { chain, settings, source, wanted } = prepared;
  prepared.generation = chainGeneration(chain);
  const keys = new Set(Array.from(changed, expiryKey));
  const again = wanted.filter((group) => keys.has(expiryKey(group)));
  const markets = expiryMarkets(chain, again, settings);
  const byKey = new Map<string, PreparedExpiry>();
  for (const expiry of prepared.expiries) if (!keys.has(expiry.key)) byKey.set(expiry.key, expiry);
  const read = new Map<string, [PreparedGroup, ...PreparedGroup[]]>();
  for (const group of again) {
    const key = expiryKey(group);
    const market = markets.get(key);
    if (!market) continue;
    const one = new PreparedGroup(chain, { group, market, facts: settings.facts[group.symbol] ?? {}, source });
    const twins = read.get(key);
    if (twins) {
      PreparedGroup.pair(twins[0], one);
      twins.push(one);
    } else read.set(key, [one]);
  }
  for (const [key, groups] of read) byKey.set(key, new PreparedExpiry(key, groups));
  const inOrder = new Set(wanted.map(expiryKey));
  prepared.expiries = Array.from(inOrder, (key) => byKey.get(key)).filter((expiry) => expiry !== undefined);
  prepared.groups = prepared.expiries.flatMap(({ groups }) => groups);
  const times = chain.symbols.map((symbol) => valuationMs(chain, symbol, settings)).filter(Number.isFinite);
  prepared.asOfMs = settings.nowMs ?? Math.max(...times);
}
