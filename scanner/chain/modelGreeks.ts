import { isInside, type Range } from '../domain/profile.ts';
import type { AmericanExpiry } from '../math/americanExpiry.ts';
import { AmericanModel } from './americanModel.ts';
import type { Chain, ChainGroup } from './chain.ts';
import { CONTROL } from './columns.ts';
import { byExpiry, expiryKey, expiryMarkets, type Valuation } from './expiryMarket.ts';
import type { GroupQuotes } from './groupGreeks.ts';
import { ModelColumns } from './modelColumns.ts';

export interface ModelCount {
  /** Contracts looked at. */
  contracts: number;
  /** Contracts whose mid has an implied vol. */
  solved: number;
}

export interface ModelOptions {
  /** A part of the chain. */
  groups?: readonly ChainGroup[];
  /** All when empty. */
  symbols?: readonly string[];
  /** Expiries outside are left as they are; a profile that filters them out needs no Greeks there. */
  dte?: Range;
  /** Kept from one call to the next, tables of American options need not be made anew. */
  american?: AmericanModel;
  /** Asked between groups; what is done by then stays. */
  isCancelled?: () => boolean;
}

/** Fills the chain's model columns in place with `groupGreeks`. */
export function computeModelGreeks(
  chain: Chain,
  valuation: Valuation,
  {
    groups: among = chain.groups,
    symbols = [],
    dte = {},
    american = new AmericanModel(),
    isCancelled = () => false,
  }: ModelOptions = {},
): ModelCount {
  const groups = among.filter(({ symbol }) => symbols.length === 0 || symbols.includes(symbol));
  // Parity needs both rights of an expiry, so the markets are those of the whole chain.
  const wanted = new Set(groups.map(expiryKey));
  const expiries = byExpiry(chain.groups.filter((group) => wanted.has(expiryKey(group))));
  const markets = expiryMarkets(chain, [...expiries.values()].flat(), valuation);
  const americanOf = ({ group, market }: GroupQuotes): AmericanExpiry =>
    american.expiryOf({ chain, sides: expiries.get(expiryKey(group)) ?? [], market }, group);
  const columns = new ModelColumns(chain, americanOf);
  const count: ModelCount = { contracts: 0, solved: 0 };
  for (const group of groups) {
    if (isCancelled()) break;
    const market = markets.get(expiryKey(group));
    if (market && !isInside(market.dte, dte)) continue;
    count.contracts += group.rowCount;
    if (market) count.solved += columns.value(group, market);
    else columns.blank(group);
  }
  // What was prepared with the old values is out of date.
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  return count;
}
