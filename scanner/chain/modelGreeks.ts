import type { Range } from '../domain/profile.ts';
import { AmericanTables } from '../math/americanTables.ts';
import { readGroup, type Chain, type ChainGroup } from './chain.ts';
import { CONTROL } from './columns.ts';
import { expiryKey, expiryMarkets, type Valuation } from './expiryMarket.ts';
import { groupGreeks, type ModelColumns } from './groupGreeks.ts';

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
  /** Kept from one call to the next, American expiries need not be built anew. */
  tables?: AmericanTables;
  /** Asked between groups; what is done by then stays. */
  isCancelled?: () => boolean;
}

/** Fills the chain's model columns in place with `groupGreeks`. */
export function computeModelGreeks(
  chain: Chain,
  valuation: Valuation,
  { groups: among = chain.groups, symbols = [], dte = {}, tables, isCancelled = () => false }: ModelOptions = {},
): ModelCount {
  const groups = among.filter(({ symbol }) => symbols.length === 0 || symbols.includes(symbol));
  // Parity needs both rights of an expiry, so the markets are those of the whole chain.
  const wanted = new Set(groups.map(expiryKey));
  const both = chain.groups.filter((group) => wanted.has(expiryKey(group)));
  const markets = expiryMarkets(chain, both, valuation);
  const built = tables ?? new AmericanTables();
  const count: ModelCount = { contracts: 0, solved: 0 };
  for (const group of groups) {
    if (isCancelled()) break;
    const market = markets.get(expiryKey(group));
    if (market && !(market.dte >= (dte.min ?? -Infinity) && market.dte <= (dte.max ?? Infinity))) continue;
    const from = group.firstRow;
    const to = from + group.rowCount;
    const greeks = market && groupGreeks({ group, market, ...copyPrices(chain, group) }, built);
    writeModel(chain, group, greeks);
    count.contracts += group.rowCount;
    for (let row = from; row < to; row++) if ((chain.columns.modelIv[row] ?? 0) > 0) count.solved++;
  }
  // What was prepared with the old values is out of date.
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  return count;
}

/** Strikes never change, so they are a view. */
function copyPrices(chain: Chain, group: ChainGroup): { strike: Float64Array; bid: Float64Array; ask: Float64Array } {
  const { strike, bid, ask } = chain.columns;
  const from = group.firstRow;
  const to = from + group.rowCount;
  return readGroup(chain, group, () => ({
    strike: strike.subarray(from, to),
    bid: bid.slice(from, to),
    ask: ask.slice(from, to),
  }));
}

/** Model columns of a group; NaN without any. Written without the group's counter, which is of quotes. */
export function writeModel({ columns }: Chain, group: ChainGroup, greeks: ModelColumns | undefined): void {
  const { firstRow, rowCount } = group;
  const { modelIv, modelDelta, modelGamma, modelTheta, modelVega } = columns;
  if (greeks) {
    modelIv.set(greeks.iv, firstRow);
    modelDelta.set(greeks.delta, firstRow);
    modelGamma.set(greeks.gamma, firstRow);
    modelTheta.set(greeks.theta, firstRow);
    modelVega.set(greeks.vega, firstRow);
  } else {
    for (const column of [modelIv, modelDelta, modelGamma, modelTheta, modelVega]) {
      column.fill(NaN, firstRow, firstRow + rowCount);
    }
  }
}
