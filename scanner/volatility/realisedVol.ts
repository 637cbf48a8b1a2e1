const TRADING_DAYS_PER_YEAR = 252;

/**
 * Close-to-close volatility of the last `window` daily returns, annualised with 252 days, mean not subtracted.
 * @param closes daily closes, oldest first.
 * @param window how many returns; needs window + 1 closes.
 * @returns a fraction per year (0.2 is 20 %); undefined when closes are too few or not all positive.
 * @source Hull (2018), section 15.4, with zero mean.
 */
export function realisedVol(closes: readonly number[], window: number): number | undefined {
  const used = closes.slice(-(window + 1));
  if (!(window >= 1) || used.length < window + 1 || used.some((close) => !(close > 0 && close < Infinity)))
    return undefined;
  let sum = 0;
  for (let i = 1; i < used.length; i++) {
    const step = Math.log((used[i] ?? NaN) / (used[i - 1] ?? NaN));
    sum += step * step;
  }
  return Math.sqrt((sum / window) * TRADING_DAYS_PER_YEAR);
}
