import type { Chain, ChainGroup } from '../chain/chain.ts';
import { expiryKey, type ExpiryMarket } from '../chain/expiryMarket.ts';
import type { Right } from '../domain/option.ts';
import type { Strategy } from '../domain/strategy.ts';
import { PreparedGroup, type GroupFrame } from './preparedGroup.ts';
import type { UnderlyingFacts } from './scanRequest.ts';

/**
 * Both rights of one (symbol, root, expiry), as they were at one instant: what a spread's legs are chosen from. It is
 * never changed: when a quote of it moves, another one takes its place.
 */
export class PreparedExpiry {
  /** `symbol|root|expiry` */
  readonly key: string;
  readonly symbol: string;
  readonly market: ExpiryMarket;
  readonly facts: UnderlyingFacts;
  /** One or two. */
  readonly groups: readonly PreparedGroup[];
  #left: Map<Strategy, object> | undefined;

  constructor(key: string, groups: readonly [PreparedGroup, ...PreparedGroup[]]) {
    const [first] = groups;
    this.key = key;
    this.groups = groups;
    this.symbol = first.group.symbol;
    this.market = first.market;
    this.facts = first.facts;
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

  /** The same quotes with other facts of the underlying: filtered anew, but not copied and valued again. */
  withFacts(facts: UnderlyingFacts): PreparedExpiry {
    for (const group of this.groups) group.facts = facts;
    const [first, ...others] = this.groups;
    return first ? new PreparedExpiry(this.key, [first, ...others]) : this;
  }

  /** Undefined when no option of this right is listed or loaded. */
  group(right: Right): PreparedGroup | undefined {
    const [first, second] = this.groups;
    return first?.group.right === right ? first : second?.group.right === right ? second : undefined;
  }
}

/** One expiry, of which nothing is copied yet. @param groups its calls, its puts, or both. */
export function prepareExpiry(
  chain: Chain,
  groups: readonly ChainGroup[],
  frame: Omit<GroupFrame, 'group'>,
): PreparedExpiry | undefined {
  const [first, second] = groups.map((group) => new PreparedGroup(chain, { group, ...frame }));
  if (!first) return undefined;
  if (second) PreparedGroup.pair(first, second);
  return new PreparedExpiry(expiryKey(first.group), second ? [first, second] : [first]);
}
