import type { ExpiryMarket } from '../chain/expiryMarket.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import type { UnderlyingFacts } from './scanRequest.ts';

/**
 * Both rights of one (symbol, root, expiry), as they were at one instant: what a spread's legs are chosen from. It is
 * never changed: when a quote of it moves, another one takes its place.
 */
export class PreparedExpiry {
  /** `symbol|root|expiry` */
  readonly key: string;
  readonly market: ExpiryMarket;
  readonly facts: UnderlyingFacts;
  /** One or two, in the chain's order. */
  readonly groups: readonly PreparedGroup[];

  constructor(key: string, groups: readonly [PreparedGroup, ...PreparedGroup[]]) {
    this.key = key;
    this.groups = groups;
    this.market = groups[0].market;
    this.facts = groups[0].facts;
  }
}
