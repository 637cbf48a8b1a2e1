import type { Range } from '../domain/profile.ts';
import type { AmericanExpiry } from '../math/americanExpiry.ts';
import { AmericanModel } from './americanModel.ts';
import { readGroup, type Chain, type ChainGroup } from './chain.ts';
import { CONTROL } from './columns.ts';
import { byExpiry, expiryKey, expiryMarkets, type Valuation } from './expiryMarket.ts';
import { groupGreeks, type GroupQuotes, type GreekColumns } from './groupGreeks.ts';

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
  const count: ModelCount = { contracts: 0, solved: 0 };
  for (const group of groups) {
    if (isCancelled()) break;
    const key = expiryKey(group);
    const market = markets.get(key);
    if (market && !(market.dte >= (dte.min ?? -Infinity) && market.dte <= (dte.max ?? Infinity))) continue;
    const americanOf = ({ market: valued }: GroupQuotes): AmericanExpiry =>
      american.expiryOf({ chain, sides: expiries.get(key) ?? [], market: valued }, group);
    const greeks = market && groupGreeks({ group, market, ...copyPrices(chain, group) }, americanOf);
    writeModel(chain, group, greeks);
    count.contracts += group.rowCount;
    if (greeks) count.solved += solvedIn(greeks);
  }
  // What was prepared with the old values is out of date.
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  return count;
}

/** Rows with a vol. */
export function solvedIn({ iv }: GreekColumns): number {
  const rows = iv.length;
  let solved = 0;
  for (let i = 0; i < rows; i++) if ((iv[i] ?? NaN) > 0) solved++;
  return solved;
}

/** Copies of the longest group so far; filled and read within one round of the loop above. */
let copies = newCopies(512);

function newCopies(length: number): { bid: Float64Array; ask: Float64Array } {
  return { bid: new Float64Array(length), ask: new Float64Array(length) };
}

/** Strikes never change, so they are a view. */
function copyPrices(chain: Chain, group: ChainGroup): { strike: Float64Array; bid: Float64Array; ask: Float64Array } {
  const { columns } = chain;
  const { firstRow, rowCount } = group;
  if (copies.bid.length < rowCount) copies = newCopies(2 * rowCount);
  const bid = copies.bid.subarray(0, rowCount);
  const ask = copies.ask.subarray(0, rowCount);
  readGroup(chain, group, () => {
    for (let i = 0; i < rowCount; i++) {
      bid[i] = columns.bid[firstRow + i] ?? 0;
      ask[i] = columns.ask[firstRow + i] ?? 0;
    }
  });
  return { strike: columns.strike.subarray(firstRow, firstRow + rowCount), bid, ask };
}

/** Model columns of a group; NaN without any. Written without the group's counter, which is of quotes. */
export function writeModel({ columns }: Chain, group: ChainGroup, greeks: GreekColumns | undefined): void {
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
