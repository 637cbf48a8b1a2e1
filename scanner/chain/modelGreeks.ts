import { exerciseStyle, type ExerciseStyle } from '../domain/option.ts';
import type { Range } from '../domain/profile.ts';
import { americanGreeks, americanImpliedVol } from '../math/american.ts';
import { blackGreeks, type Greeks } from '../math/blackGreeks.ts';
import { blackImpliedVol } from '../math/impliedVol.ts';
import type { Chain, ChainGroup } from './chain.ts';
import { CONTROL } from './columns.ts';
import { expiryKey, expiryMarkets, type ExpiryMarket, type Valuation } from './expiryMarket.ts';

export interface ModelCount {
  /** Contracts looked at. */
  contracts: number;
  /** Contracts whose mid has an implied vol. */
  solved: number;
}

export interface ModelOptions {
  /** A part of the chain, for a worker's share. */
  groups?: readonly ChainGroup[];
  /** Expiries outside are left as they are; a profile that filters them out needs no Greeks there. */
  dte?: Range;
  /** Asked between groups; what is done by then stays. */
  isCancelled?: () => boolean;
}

/**
 * Fills the chain's model columns in place: implied vol of the mid, and the Greeks at it. Index options are European
 * on the expiry's forward, all others American on the spot with the yield that the forward implies.
 * A row without a usable price, without time left or without an implied vol gets NaN.
 */
export function computeModelGreeks(
  chain: Chain,
  valuation: Valuation,
  { groups = chain.groups, dte = {}, isCancelled = () => false }: ModelOptions = {},
): ModelCount {
  // Parity needs both rights of an expiry, so the markets are those of the whole chain.
  const wanted = new Set(groups.map(expiryKey));
  const both = chain.groups.filter((group) => wanted.has(expiryKey(group)));
  const markets = expiryMarkets(chain, both, valuation);
  const count: ModelCount = { contracts: 0, solved: 0 };
  for (const group of groups) {
    if (isCancelled()) break;
    const market = markets.get(expiryKey(group));
    if (market && !(market.dte >= (dte.min ?? -Infinity) && market.dte <= (dte.max ?? Infinity))) continue;
    const style = exerciseStyle(group.symbol);
    for (let row = group.firstRow; row < group.firstRow + group.rowCount; row++) {
      count.contracts++;
      const price = midPrice(chain, row);
      const option = { group, market, style, strike: chain.columns.strike[row] ?? NaN, price };
      const vol = market && market.years > 0 && price > 0 ? modelVol({ ...option, market }) : NaN;
      const greeks = market && vol > 0 ? modelGreeks({ ...option, market }, vol) : undefined;
      if (greeks) count.solved++;
      writeModel(chain, row, vol, greeks);
    }
  }
  // What was prepared with the old values is out of date.
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  return count;
}

interface PricedOption {
  group: ChainGroup;
  market: ExpiryMarket;
  style: ExerciseStyle;
  strike: number;
  price: number;
}

function modelVol({ group, market, style, strike, price }: PricedOption): number {
  const { right } = group;
  const { spot, forward, years, rate, discount, dividendYield } = market;
  return style === 'european'
    ? blackImpliedVol({ right, forward, strike, years, discount, price })
    : americanImpliedVol({ right, spot, strike, years, rate, dividendYield, price });
}

function modelGreeks({ group, market, style, strike }: PricedOption, vol: number): Greeks {
  const { right } = group;
  const { spot, forward, years, rate, discount, dividendYield } = market;
  return style === 'european'
    ? blackGreeks({ right, spot, forward, strike, years, vol, discount })
    : americanGreeks({ right, spot, strike, years, rate, dividendYield, vol });
}

/** NaN when the row is not tradeable: no positive ask, no bid, or bid above ask. */
function midPrice(chain: Chain, row: number): number {
  const bid = chain.columns.bid[row] ?? NaN;
  const ask = chain.columns.ask[row] ?? NaN;
  return ask > 0 && bid <= ask ? (bid + ask) / 2 : NaN;
}

function writeModel({ columns }: Chain, row: number, vol: number, greeks: Greeks | undefined): void {
  columns.modelIv[row] = greeks ? vol : NaN;
  columns.modelDelta[row] = greeks?.delta ?? NaN;
  columns.modelGamma[row] = greeks?.gamma ?? NaN;
  columns.modelTheta[row] = greeks?.theta ?? NaN;
  columns.modelVega[row] = greeks?.vega ?? NaN;
}
