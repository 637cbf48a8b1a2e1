import { blackValue } from './black.ts';
import { convexPrices } from './convexPrices.ts';
import { PieceDistribution } from './pieceDistribution.ts';
import type { Smile } from './smile.ts';
import { smileGrid, type VolQuotes } from './smileGrid.ts';

export type { VolQuotes };

/** The distribution of the underlying at an expiry, with the smile that it implies. */
export interface ArbitrageFreeSmile extends Smile {
  forward: number;
  years: number;
  /** Undiscounted price of the out-of-the-money option, per unit of the underlying: a put below the forward. */
  priceAt(strike: number): number;
  /** Probability of an end at or below the strike, in [0, 1]. */
  cdfAt(strike: number): number;
  /** Probability per unit of the strike, never negative. */
  densityAt(strike: number): number;
  /** Whether the quotes, smoothed, allowed arbitrage or left bid and ask, and were moved. */
  wereMoved: boolean;
}

/**
 * The smoothest arbitrage-free smile within the quotes of one expiry. Vols are smoothed as far as the bid-ask admits
 * (quotes without a spread are interpolated), their call prices made convex and decreasing, and the distribution between
 * two strikes is the exponential one with the probability and mean that the prices give it; beyond the last strikes it
 * is lognormal. So the density is positive everywhere, its integral is 1 and its mean the forward, exactly.
 * @returns undefined without a usable quote.
 * @throws RangeError unless the strikes of the usable ones ascend.
 * @source `convexPrices`, `tiltOfMean` and `lognormalWing`; Breeden and Litzenberger (1978).
 */
export function fitArbitrageFreeSmile(quotes: VolQuotes): ArbitrageFreeSmile | undefined {
  const { forward, years } = quotes;
  const usable = usableQuotes(quotes);
  if (usable.strikes.length === 0 || !(forward > 0 && years > 0)) return undefined;
  if (usable.strikes.some((strike, i) => i > 0 && !(strike > (usable.strikes[i - 1] ?? NaN)))) {
    throw new RangeError(`the strikes of a smile must ascend, found ${usable.strikes.join(', ')}`);
  }
  const grid = smileGrid(usable);
  const found = convexPrices(grid, usable);
  const distribution = new PieceDistribution(grid, found, years);
  const volAt = (strike: number): number => distribution.stdDevAt(strike / forward) / Math.sqrt(years);
  return {
    forward,
    years,
    volAt,
    priceAt: (strike) => forward * distribution.at(strike / forward).price,
    cdfAt: (strike) => distribution.at(strike / forward).below,
    densityAt: (strike) => distribution.at(strike / forward).density / forward,
    strikes: grid.strikes.map((strike) => strike * forward),
    vols: found.vols,
    wereMoved: found.wereMoved,
  };
}

/** Prices below this part of the forward are no quotes, and have no digits to spare. */
const FAINTEST = 1e-12;

/** Quotes with a positive vol in the middle and a price to speak of. */
function usableQuotes(quotes: VolQuotes): VolQuotes {
  const { forward, years, strikes, bidVols, midVols, askVols } = quotes;
  const isUsable = (_: number, i: number): boolean => {
    const vol = midVols[i] ?? NaN;
    const strike = (strikes[i] ?? NaN) / forward;
    return vol < Infinity && vol > 0 && blackValue(strike >= 1, 1, strike, vol * Math.sqrt(years), 1) > FAINTEST;
  };
  const kept = (column: Float64Array): Float64Array => column.filter(isUsable);
  return {
    forward,
    years,
    strikes: kept(strikes),
    bidVols: kept(bidVols),
    midVols: kept(midVols),
    askVols: kept(askVols),
  };
}
