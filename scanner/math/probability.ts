import { cdfOverPdf, normalCdf, normalPdf } from './normal.ts';

/** A price level under a lognormal spot. */
export interface BarrierInput {
  spot: number;
  barrier: number;
  years: number;
  /** Annual volatility. */
  vol: number;
  /** Continuously compounded, per year. */
  rate: number;
  dividendYield: number;
}

/**
 * Probability that the spot ends above the barrier, N(d2). At zero time or vol: a step, half at the barrier.
 * @returns in [0, 1]; NaN for NaN or non-positive prices.
 * @source finance.md; Black and Scholes (1973).
 */
export function probabilityAbove({ spot, barrier, years, vol, rate, dividendYield }: BarrierInput): number {
  const distance = Math.log(spot / barrier) + (rate - dividendYield - 0.5 * vol * vol) * years;
  const stdDev = vol * Math.sqrt(years);
  if (stdDev > 0) return normalCdf(distance / stdDev);
  return distance > 0 ? 1 : distance < 0 ? 0 : 0.5 + 0 * distance;
}

/**
 * Probability that the spot touches the barrier at any time up to expiry, watched continuously.
 * @returns in [0, 1]; 1 when the spot is at the barrier now; NaN for NaN or non-positive prices.
 * @source Reiner and Rubinstein (1991); Haug (2007), section 4.17.
 */
export function probabilityOfTouch({ spot, barrier, years, vol, rate, dividendYield }: BarrierInput): number {
  const b = Math.log(barrier / spot);
  if (b === 0) return 1;
  const drift = rate - dividendYield - 0.5 * vol * vol;
  const stdDev = vol * Math.sqrt(years);
  if (!(stdDev > 0))
    return Number.isNaN(b + stdDev) ? NaN : b / (drift * years) > 0 && Math.abs(drift * years) >= Math.abs(b) ? 1 : 0;
  const side = b < 0 ? 1 : -1;
  const direct = normalCdf((side * (b - drift * years)) / stdDev);
  const reflection = (side * (b + drift * years)) / stdDev;
  // Where the reflected probability is tiny its factor is huge, and they may leave the range of doubles at different
  // points; with the Mills ratio the exponents cancel before they are taken.
  const image =
    reflection > 0
      ? Math.exp((2 * drift * b) / (vol * vol)) * normalCdf(reflection)
      : normalPdf((b - drift * years) / stdDev) * cdfOverPdf(reflection);
  return Math.min(1, direct + image);
}

/**
 * One standard deviation of the spot until expiry, in dollars: spot * vol * sqrt(time).
 * @param input time as `years`, or as calendar days `dte`.
 * @source finance.md
 */
export function expectedMove(input: { spot: number; vol: number } & ({ years: number } | { dte: number })): number {
  const years = 'years' in input ? input.years : input.dte / 365;
  return input.spot * input.vol * Math.sqrt(years);
}
