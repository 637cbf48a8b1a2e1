import type { Chain, ChainGroup } from '../chain/chain.ts';
import { expiryKey, type ExpiryMarket } from '../chain/expiryMarket.ts';
import type { Right } from '../domain/option.ts';
import type { Profile } from '../domain/profile.ts';
import { VERTICAL_SHAPES, type Strategy, type VerticalStrategy } from '../domain/strategy.ts';
import { ColumnMemory } from './columnMemory.ts';
import { PreparedGroup, type ExpiryFrame } from './preparedGroup.ts';
import type { UnderlyingFacts } from './scanRequest.ts';
import type { CreditAndDebit } from './tradeable.ts';
import { tradeableTotals } from './tradeableTotals.ts';

/** What a scan of verticals takes of a row in columns; rankings by Greeks, and rows that are shown, take more. */
const BYTES_PER_ROW = 120;

type Totals = CreditAndDebit<number> & { pricing: Profile['pricing'] };

/** All of some strategies in an expiry: candidates, and of them those left out by `autoMode` and those tradeable. */
export interface WholeCounts {
  /** The strategies, and all of the profile that decides these counts. */
  key: string;
  pairs: number;
  leftOut: number;
  tradeable: number;
}

/**
 * Both rights of one (symbol, root, expiry), as they were at one instant: what a spread's legs are chosen from. It is
 * never changed: when a quote of it moves, another one takes its place. Most are shut out by a filter and only counted:
 * for those hardly anything is made.
 */
export class PreparedExpiry {
  readonly symbol: string;
  /** Its calls, its puts, or both, as the chain has them. */
  readonly sides: readonly ChainGroup[];
  readonly #chain: Chain;
  readonly #frame: ExpiryFrame;
  #groups: readonly PreparedGroup[] | undefined;
  #totals: Partial<Record<Right, Totals>> | undefined;
  #left: Map<Strategy, object> | undefined;
  /** As counted last, for scans that shut the expiry out as a whole. */
  whole: WholeCounts | undefined;

  /** @param sides at least one. */
  constructor(chain: Chain, sides: readonly ChainGroup[], frame: ExpiryFrame) {
    this.symbol = sides[0]?.symbol ?? '';
    this.sides = sides;
    this.#chain = chain;
    this.#frame = frame;
  }

  /** `symbol|root|expiry` */
  get key(): string {
    const [first] = this.sides;
    return first ? expiryKey(first) : '';
  }

  get market(): ExpiryMarket {
    return this.#frame.market;
  }

  get facts(): UnderlyingFacts {
    return this.#frame.facts;
  }

  /** One or two. */
  get groups(): readonly PreparedGroup[] {
    return (this.#groups ??= this.#makeGroups());
  }

  /**
   * What the last scan of each strategy left here for the next. It goes with the expiry: entries of a WeakMap would live
   * until the next full collection, and let everything that hangs on them grow old.
   */
  get left(): Map<Strategy, object> {
    return (this.#left ??= new Map<Strategy, object>());
  }

  /** Copies the quotes of all its groups as they are now, unless they have been copied. */
  copy(): this {
    for (const group of this.groups) group.copy();
    return this;
  }

  /** The same quotes at another spot or another time: what follows from quotes alone is taken along. */
  revalued(frame: ExpiryFrame): PreparedExpiry {
    const expiry = new PreparedExpiry(this.#chain, this.sides, frame);
    expiry.#totals = this.#totals;
    // `autoMode` looks at the percentile.
    if (frame.facts.ivPercentile === this.facts.ivPercentile) expiry.whole = this.whole;
    if (this.#groups) expiry.#groups = paired(this.#groups.map((group) => group.revalued(frame)));
    return expiry;
  }

  /** The same quotes with other facts of the underlying: filtered anew, but not copied and valued again. */
  withFacts(facts: UnderlyingFacts): PreparedExpiry {
    const expiry = new PreparedExpiry(this.#chain, this.sides, { ...this.#frame, facts });
    for (const group of this.#groups ?? []) group.facts = facts;
    expiry.#groups = this.#groups;
    expiry.#totals = this.#totals;
    return expiry;
  }

  /** Undefined when no option of this right is listed or loaded. */
  group(right: Right): PreparedGroup | undefined {
    const [first, second] = this.groups;
    return first?.group.right === right ? first : second?.group.right === right ? second : undefined;
  }

  /** Contracts of a right; 0 when none is listed or loaded. */
  rows(right: Right): number {
    return this.#side(right)?.rowCount ?? 0;
  }

  /** Tradeable pairs of a strategy. They depend on quotes and pricing only, so a re-filter reuses them. */
  tradeable(strategy: VerticalStrategy, pricing: Profile['pricing']): number {
    const { right, credit } = VERTICAL_SHAPES[strategy];
    const totals = (this.#totals ??= {});
    let known = totals[right];
    if (known?.pricing !== pricing) totals[right] = known = this.#countTradeable(right, pricing);
    return credit ? known.credit : known.debit;
  }

  #countTradeable(right: Right, pricing: Profile['pricing']): Totals {
    const side = this.#side(right);
    if (!side) return { pricing, credit: 0, debit: 0 };
    const quick = this.#groups ? undefined : tradeableTotals(this.#chain, side, pricing);
    const { credit = 0, debit = 0 } = quick ?? this.group(right)?.tradeableTotals(pricing) ?? {};
    return { pricing, credit, debit };
  }

  #side(right: Right): ChainGroup | undefined {
    const [first, second] = this.sides;
    return first?.right === right ? first : second?.right === right ? second : undefined;
  }

  #makeGroups(): readonly PreparedGroup[] {
    const rows = this.sides.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const frame = { ...this.#frame, memory: new ColumnMemory(BYTES_PER_ROW * rows) };
    return paired(this.sides.map((group) => new PreparedGroup(this.#chain, group, frame)));
  }
}

/** Tells the calls and the puts of each other. */
function paired(groups: readonly PreparedGroup[]): readonly PreparedGroup[] {
  const [first, second] = groups;
  if (first && second) PreparedGroup.pair(first, second);
  return groups;
}
