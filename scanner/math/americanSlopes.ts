import { gridSlopes } from './americanGrid.ts';
import type { AmericanInput, CashDividend, Slopes } from './americanTerms.ts';
import { blackGreeks } from './blackGreeks.ts';
import { boundaryAtExpiry, ExerciseBoundary, PRICE_ACCURACY, type Premium } from './exerciseBoundary.ts';

/** Exercised at once: intrinsic value. */
function exercised({ right, spot, strike }: AmericanInput): Slopes {
  return right === 'C' ? { price: spot - strike, delta: 1, gamma: 0 } : { price: strike - spot, delta: -1, gamma: 0 };
}

/** The premium of a put on (spot, strike), or of the call that is the put on (strike, spot), as slopes by spot. */
function premiumSlopes({ value, slope, bend }: Premium, { right, spot, strike }: AmericanInput): Slopes {
  if (right === 'C') return { price: spot * value, delta: value - slope, gamma: (bend - slope) / spot };
  return { price: strike * value, delta: (strike * slope) / spot, gamma: (strike * (bend - slope)) / (spot * spot) };
}

/**
 * By continuous yield: the European option plus the early-exercise premium. The exercise boundary does not depend on
 * the spot, so it is solved once and the returned function serves a whole price axis.
 * @returns value and slopes at a spot.
 */
function yieldOption(terms: Omit<AmericanInput, 'spot'>): (spot: number) => Slopes {
  const { right, strike, years, rate, dividendYield, vol } = terms;
  const isCall = right === 'C';
  // A call is the put with spot and strike, rate and yield exchanged. @source McDonald and Schroder (1998).
  const put = isCall ? { years, rate: dividendYield, dividendYield: rate, vol } : { years, rate, dividendYield, vol };
  const atExpiry = boundaryAtExpiry(put);
  if (Number.isNaN(atExpiry)) return (spot) => gridSlopes({ ...terms, spot }, []);
  const boundary = atExpiry > 0 ? new ExerciseBoundary(put, PRICE_ACCURACY) : undefined;
  const discount = Math.exp(-rate * years);
  return (spot) => {
    const input = { ...terms, spot };
    const now = exercised(input);
    const moneyness = isCall ? Math.log(strike / spot) : Math.log(spot / strike);
    if (boundary && moneyness <= boundary.logAt(years)) return now;
    const forward = spot * Math.exp((rate - dividendYield) * years);
    const european = blackGreeks({ right, spot, forward, strike, years, vol, discount });
    // Only a rounding error can bring the European value of an option that is never exercised below intrinsic value.
    if (!boundary) return { ...european, price: Math.max(now.price, european.price) };
    const premium = premiumSlopes(boundary.premium(moneyness, PRICE_ACCURACY.premiumQuadrature), input);
    const price = european.price + premium.price;
    if (price <= now.price) return now;
    return { price, delta: european.delta + premium.delta, gamma: european.gamma + premium.gamma };
  };
}

/** Without volatility: the best of exercising now, just before or after a dividend, or at any moment between. */
function certainPrice(input: AmericanInput, dividends: readonly CashDividend[]): number {
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

function certainSlopes(input: AmericanInput, dividends: readonly CashDividend[]): Slopes {
  const step = 1e-4 * input.spot;
  const at = (spot: number): number => certainPrice({ ...input, spot }, dividends);
  const delta = (at(input.spot + step) - at(input.spot - step)) / (2 * step);
  return { price: at(input.spot), delta, gamma: 0 };
}

/** The dividends that matter to this option, in order of time. */
function relevantDividends({ dividends, years }: Pick<AmericanInput, 'dividends' | 'years'>): CashDividend[] {
  return (dividends ?? [])
    .filter((d) => d.amount > 0 && d.years > 0 && d.years < years)
    .toSorted((a, b) => a.years - b.years);
}

/**
 * An American option as a function of the spot: solve once, read many times. Cash dividends are solved anew per spot.
 * @throws RangeError if strike <= 0, or years or vol is negative or NaN.
 */
export function americanBySpot(terms: Omit<AmericanInput, 'spot'>): (spot: number) => Slopes {
  const { strike, years, vol } = terms;
  if (!(strike > 0)) throw new RangeError(`a strike must be positive, found ${strike}`);
  if (!(years >= 0 && vol >= 0)) throw new RangeError(`years and vol must not be negative, found ${years}, ${vol}`);
  const dividends = relevantDividends(terms);
  if (!(vol * Math.sqrt(years) > 1e-4)) return (spot) => certainSlopes({ ...terms, spot }, dividends);
  if (dividends.length > 0) return (spot) => gridSlopes({ ...terms, spot }, dividends);
  return yieldOption(terms);
}

/**
 * Value, delta and gamma of an American option by the method that fits it.
 * @throws RangeError if spot or strike <= 0, or years or vol is negative or NaN.
 */
export function americanSlopes(input: AmericanInput): Slopes {
  if (!(input.spot > 0)) throw new RangeError(`a spot must be positive, found ${input.spot}`);
  return americanBySpot(input)(input.spot);
}
