import type { AmericanInput, CashDividend } from './americanTerms.ts';

/**
 * American value without volatility: the best of exercising now, just before or after a dividend, or at any moment
 * between. No volatility makes an option worth less.
 * @param dividends in ascending order, all inside (0, years).
 */
export function certainPrice(
  input: Omit<AmericanInput, 'vol' | 'dividends'>,
  dividends: readonly CashDividend[],
): number {
  const { right, spot, strike, years, rate, dividendYield } = input;
  const sign = right === 'C' ? 1 : -1;
  let best = Math.max(0, sign * (spot - strike));
  let level = spot;
  let from = 0;
  const consider = (at: number, price: number): void => {
    best = Math.max(best, Math.exp(-rate * at) * sign * (price - strike));
  };
  for (const { years: until, amount } of [...dividends, { years, amount: 0 }]) {
    const start = level;
    const span = until - from;
    // exp(-rt) * (level * exp((r-q)t) - strike) is stationary where q * level * exp((r-q)t) = r * strike.
    const turn = Math.log((rate * strike) / (dividendYield * start)) / (rate - dividendYield);
    if (turn > 0 && turn < span) consider(from + turn, start * Math.exp((rate - dividendYield) * turn));
    level = start * Math.exp((rate - dividendYield) * span);
    consider(until, level);
    level = Math.max(0, level - amount);
    consider(until, level);
    from = until;
  }
  return best;
}
