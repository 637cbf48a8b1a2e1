import { cdfOverPdf, inverseNormalCdf, normalPdf } from './normal.ts';

/** The tail of the distribution beyond the last strike: a lognormal one, in units of the forward. */
export interface LognormalWing {
  /** Out-of-the-money option price, probability beyond the strike, and density there. */
  at(strike: number): { price: number; beyond: number; density: number };
  /** Black's standard deviation that its vols tend to. */
  stdDev: number;
}

/** What a wing continues. */
interface WingEdge {
  strike: number;
  /** Undiscounted out-of-the-money price there, and the probability beyond it: the price's slope. */
  price: number;
  beyond: number;
}

const MOST_STD_DEV = 1e9;

/** Increasing root on (0, Infinity), by doubling and halving. */
function positiveRoot(f: (x: number) => number): number {
  let high = 0.1;
  while (f(high) < 0 && high < MOST_STD_DEV) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = 0.5 * (low + high);
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/**
 * A Black price function that leaves the last strike with its price and slope, so that price and probability are
 * continuous. All its moments exist, and its vol tends to a constant: within Lee's bound at any strike.
 * @param side 1 for calls above the strike, -1 for puts below it.
 * @source Kahalé (2004), An arbitrage-free interpolation of volatilities; Lee (2004), The moment formula.
 */
export function lognormalWing(side: 1 | -1, { strike, price, beyond }: WingEdge): LognormalWing {
  const z = inverseNormalCdf(beyond);
  // Price over strike * beyond, by the Mills ratio Y = cdf / pdf; grows with the deviation, for puts up to 1.
  const moneyness = price / (strike * beyond);
  const mills = cdfOverPdf(z);
  const stdDev = positiveRoot((s) => side * (cdfOverPdf(z + side * s) / mills - 1) - moneyness);
  return {
    stdDev,
    at(k) {
      if (!(k > 0 && k < Infinity)) return { price: 0, beyond: 0, density: 0 };
      const d2 = side * z + Math.log(strike / k) / stdDev;
      const density = normalPdf(d2);
      const here = cdfOverPdf(side * d2);
      return {
        price: side * k * density * (cdfOverPdf(side * d2 + side * stdDev) - here),
        beyond: density * here,
        density: density / (k * stdDev),
      };
    },
  };
}
