import { AmericanModel } from '../chain/americanModel.ts';
import { chainGeneration, groupGeneration, type Chain, type ChainGroup } from '../chain/chain.ts';
import {
  byExpiry,
  expiryKey,
  expiryMarket,
  latestMs,
  underlyingNow,
  valuedAt,
  type UnderlyingNow,
} from '../chain/expiryMarket.ts';
import type { GroupQuotes } from '../chain/groupGreeks.ts';
import { ModelColumns } from '../chain/modelColumns.ts';
import { parityGaps, type ParityGaps } from '../chain/parityForward.ts';
import { isInside, type Range } from '../domain/profile.ts';
import type { Source } from '../domain/spread.ts';
import type { AmericanExpiry } from '../math/americanExpiry.ts';
import { Cancellation } from '../scan/cancellation.ts';
import type { PreparedChain } from '../scan/preparedChain.ts';
import { PreparedExpiry } from '../scan/preparedExpiry.ts';
import type { ModelOf } from '../scan/preparedGroup.ts';
import type { ScanSettings, UnderlyingFacts } from '../scan/scanRequest.ts';

/** An expiry as it was prepared last, and of which quotes. */
interface Kept {
  /** Undefined while its underlying has no spot. */
  expiry: PreparedExpiry | undefined;
  groups: readonly ChainGroup[];
  /** `groupGeneration` of each group, read before its quotes were, and what the forward is read from. */
  generations: number[];
  gaps: ParityGaps;
  /** What it was valued with. */
  spot: number;
  atMs: number;
  terms: string;
  /** JSON of the underlying's facts. */
  facts: string;
}

/** What a scan or a valuation asks a shard for. */
export interface ShardQuestion {
  source: Source;
  settings: ScanSettings;
  /** All when empty. */
  symbols: readonly string[];
  /** Expiries outside are listed, but not copied unless somebody looks at their quotes. */
  dte?: Range;
  /** Brings the chain's model columns up to date for the expiries outside too. */
  valueAll?: boolean;
}

/**
 * The expiries that one worker owns, prepared and kept. What is asked again costs only what has changed since: an
 * expiry whose quotes were ticked, whose spot or clock was moved, is prepared anew as a whole, and copied and valued where
 * the question's `dte` lets it in; all others keep their prices and whatever was found among them. The answer is the same
 * as from nothing: where no quote was ticked, an expiry takes from the one it replaces what follows from quotes alone,
 * else nothing. A row's prices, vol and Greeks are always of one instant.
 *
 * It keeps one prepared copy of an owned expiry per source of Greeks, and American tables by expiry and right; both go
 * when the expiry leaves the chain.
 */
export class LiveShard {
  #chain: Chain;
  #owned: ReadonlyMap<string, readonly ChainGroup[]>;
  readonly #cancellation: Cancellation;
  readonly #kept: Record<Source, Map<string, Kept>> = { vendor: new Map(), model: new Map() };
  readonly #american = new AmericanModel(() => {
    this.#cancellation.ask();
  });
  #model: ModelColumns;
  /** The last answer, which stands for the same question as long as nothing at all is written to the chain. */
  #last: { question: string; prepared: PreparedChain } | undefined;

  /**
   * @param groups whole expiries.
   * @param isCancelled asked between expiries, before every group that is valued, and on the way through American tables.
   */
  constructor(chain: Chain, groups: readonly ChainGroup[], isCancelled?: () => boolean) {
    this.#chain = chain;
    this.#owned = byExpiry(groups);
    this.#cancellation = new Cancellation(isCancelled);
    this.#model = new ModelColumns(chain, this.#americanOf);
  }

  /** The same chain with rows more, or rows elsewhere in the same buffer: expiries that did not change are kept. */
  replace(chain: Chain, groups: readonly ChainGroup[]): void {
    this.#chain = chain;
    this.#owned = byExpiry(groups);
    this.#model = new ModelColumns(chain, this.#americanOf);
    this.#last = undefined;
    for (const kept of Object.values(this.#kept)) {
      for (const [key, { groups: before }] of kept) if (!isSame(before, this.#owned.get(key))) kept.delete(key);
    }
    this.#american.keepOnly((key) => this.#owned.has(key));
  }

  /**
   * The owned expiries of these symbols, up to date: a scan's first phase takes them.
   * @throws ScanCancelled; what is up to date by then is kept.
   */
  prepared(asked: ShardQuestion): PreparedChain {
    const generation = chainGeneration(this.#chain);
    const question = JSON.stringify(asked);
    const last = this.#last;
    if (last?.question === question && last.prepared.generation === generation) return last.prepared;
    // Also where this is cancelled: expiries that share groups with the last answer may know other facts by then.
    this.#last = undefined;
    const prepared = { ...this.#prepare(asked), generation };
    this.#last = { question, prepared };
    return prepared;
  }

  #prepare({
    source,
    settings,
    symbols,
    dte = {},
    valueAll = false,
  }: ShardQuestion): Omit<PreparedChain, 'generation'> {
    const chain = this.#chain;
    const named = new Set(symbols);
    const terms = JSON.stringify([settings.rate, settings.dividends]);
    const underlyings = new Map<string, KnownUnderlying>();
    const expiries: PreparedExpiry[] = [];
    for (const [key, groups] of this.#owned) {
      const symbol = groups[0]?.symbol ?? '';
      if (named.size > 0 && !named.has(symbol)) continue;
      let underlying = underlyings.get(symbol);
      if (!underlying) {
        const facts = settings.facts[symbol] ?? {};
        underlying = { ...underlyingNow(this.#chain, symbol, settings), facts, factsText: JSON.stringify(facts) };
        underlyings.set(symbol, underlying);
      }
      this.#cancellation.ask();
      const expiry = this.#current(key, groups, { source, settings, terms, underlying });
      if (!expiry) continue;
      expiries.push(expiry);
      if (valueAll) this.#value(expiry);
      // At once: its forward was read from the same quotes.
      if (isInside(expiry.market.dte, dte)) expiry.copy();
    }
    return { chain, source, settings, expiries, asOfMs: latestMs(chain, settings) };
  }

  #value({ sides, market }: PreparedExpiry): void {
    for (const group of sides) {
      this.#cancellation.ask();
      this.#model.value(group, market);
    }
  }

  /** The expiry as it was kept, if nothing of it has changed, or else prepared anew. */
  #current(key: string, groups: readonly ChainGroup[], now: ExpiryNow): PreparedExpiry | undefined {
    const { source, settings, terms, underlying } = now;
    const [first] = groups;
    if (!first) return undefined;
    const chain = this.#chain;
    const { spot, facts, factsText } = underlying;
    const atMs = valuedAt(first, underlying, settings);
    const known = this.#kept[source].get(key);
    // Read before the quotes: a tick that comes in between makes the next scan look again.
    const isUnticked = known !== undefined && isAsRead(chain, groups, known.generations);
    const generations = isUnticked ? known.generations : groups.map((group) => groupGeneration(chain, group));
    if (known && isUnticked && known.spot === spot && known.atMs === atMs && known.terms === terms) {
      if (known.facts !== factsText) {
        known.facts = factsText;
        known.expiry = known.expiry?.withFacts(facts);
      }
      return known.expiry;
    }
    const gaps = isUnticked ? known.gaps : parityGaps(chain, groups);
    const market = expiryMarket(groups, underlying, settings, gaps);
    const frame = market && { market, facts, source, modelOf: this.#modelOf };
    const before = isUnticked ? known.expiry : undefined;
    const expiry = frame && (before?.revalued(frame) ?? new PreparedExpiry(chain, groups, frame));
    this.#kept[source].set(key, { expiry, groups, generations, gaps, spot, atMs, terms, facts: factsText });
    return expiry;
  }

  readonly #modelOf: ModelOf = (quotes, greek, to) => {
    this.#cancellation.ask();
    this.#model.copy(quotes, greek, to);
  };

  readonly #americanOf = ({ group, market }: GroupQuotes): AmericanExpiry => {
    const sides = this.#owned.get(expiryKey(group)) ?? [group];
    return this.#american.expiryOf({ chain: this.#chain, sides, market }, group);
  };
}

/** Whether nothing was written to the groups since their generations were read. */
function isAsRead(chain: Chain, groups: readonly ChainGroup[], generations: readonly number[]): boolean {
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (!group || groupGeneration(chain, group) !== generations[i]) return false;
  }
  return true;
}

interface ExpiryNow {
  source: Source;
  settings: ScanSettings;
  /** The rest of the valuation: equal texts are equal terms. */
  terms: string;
  underlying: KnownUnderlying;
}

interface KnownUnderlying extends UnderlyingNow {
  facts: UnderlyingFacts;
  factsText: string;
}

function isSame(before: readonly ChainGroup[], after: readonly ChainGroup[] | undefined): boolean {
  return (
    before.length === after?.length &&
    before.every((group, i) => group.firstRow === after[i]?.firstRow && group.rowCount === after[i].rowCount)
  );
}
