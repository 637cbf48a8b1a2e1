import type { ExpiryMarket } from '../chain/expiryMarket.ts';
import type { Right } from '../domain/option.ts';
import type { PreparedGroup } from './preparedGroup.ts';
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

  constructor(key: string, groups: readonly [PreparedGroup, ...PreparedGroup[]]) {
    const [first] = groups;
    this.key = key;
    this.groups = groups;
    this.symbol = first.group.symbol;
    this.market = first.market;
    this.facts = first.facts;
  }

  /** Undefined when no option of this right is listed or loaded. */
  group(right: Right): PreparedGroup | undefined {
    return this.groups.find(({ group }) => group.right === right);
  }
}
