import { exerciseStyle } from '../domain/option.ts';
import type { Range } from '../domain/profile.ts';
import { AmericanExpiry } from '../math/americanExpiry.ts';
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
  /** All when empty. */
  symbols?: readonly string[];
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
  { groups: among = chain.groups, symbols = [], dte = {}, isCancelled = () => false }: ModelOptions = {},
): ModelCount {
  const groups = among.filter(({ symbol }) => symbols.length === 0 || symbols.includes(symbol));
  // Parity needs both rights of an expiry, so the markets are those of the whole chain.
  const wanted = new Set(groups.map(expiryKey));
  const both = chain.groups.filter((group) => wanted.has(expiryKey(group)));
  const markets = expiryMarkets(chain, both, valuation);
  const count: ModelCount = { contracts: 0, solved: 0 };
  for (const group of groups) {
    if (isCancelled()) break;
    const market = markets.get(expiryKey(group));
    if (market && !(market.dte >= (dte.min ?? -Infinity) && market.dte <= (dte.max ?? Infinity))) continue;
    const pricer = market && market.years > 0 ? pricerOf(group, market) : undefined;
    for (let row = group.firstRow; row < group.firstRow + group.rowCount; row++) {
      const strike = chain.columns.strike[row] ?? NaN;
      const price = midPrice(chain, row);
      const vol = pricer && price > 0 ? pricer.vol(strike, price) : NaN;
      const greeks = pricer && vol > 0 ? pricer.greeks(strike, vol) : undefined;
      count.contracts++;
      if (greeks) count.solved++;
      writeModel(chain, row, vol, greeks);
    }
  }
  // What was prepared with the old values is out of date.
  Atomics.add(chain.columns.control, CONTROL.generation, 1);
  return count;
}

type RowGreeks = Pick<Greeks, 'delta' | 'gamma' | 'theta' | 'vega'>;

/** Model of one expiry and right. */
interface GroupPricer {
  /** NaN when no vol gives this price. */
  vol(strike: number, price: number): number;
  greeks(strike: number, vol: number): RowGreeks;
}

function pricerOf({ symbol, right }: ChainGroup, market: ExpiryMarket): GroupPricer {
  const { spot, forward, years, rate, discount, dividendYield } = market;
  if (exerciseStyle(symbol) === 'european') {
    return {
      vol: (strike, price) => blackImpliedVol({ right, forward, strike, years, discount, price }),
      greeks: (strike, vol) => blackGreeks({ right, spot, forward, strike, years, vol, discount }),
    };
  }
  const american = new AmericanExpiry({ right, years, rate, dividendYield });
  return {
    vol: (strike, price) => american.impliedVol(spot, strike, price),
    greeks: (strike, vol) => american.greeks(spot, strike, vol),
  };
}

/** NaN when the row is not tradeable: no positive ask, no bid, or bid above ask. */
function midPrice(chain: Chain, row: number): number {
  const bid = chain.columns.bid[row] ?? NaN;
  const ask = chain.columns.ask[row] ?? NaN;
  return ask > 0 && bid <= ask ? (bid + ask) / 2 : NaN;
}

function writeModel({ columns }: Chain, row: number, vol: number, greeks: RowGreeks | undefined): void {
  columns.modelIv[row] = greeks ? vol : NaN;
  columns.modelDelta[row] = greeks?.delta ?? NaN;
  columns.modelGamma[row] = greeks?.gamma ?? NaN;
  columns.modelTheta[row] = greeks?.theta ?? NaN;
  columns.modelVega[row] = greeks?.vega ?? NaN;
}
