import { gridReach } from './americanGrid.ts';
import type { AmericanInput, CashDividend, Slopes } from './americanTerms.ts';
import { blackGreeks } from './blackGreeks.ts';
import { relevantDividends } from './cashBaseline.ts';
import { certainPrice } from './certainPrice.ts';
import { LANES } from './gridMoment.ts';
import { GridPair } from './gridPair.ts';
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
  if (Number.isNaN(atExpiry)) return gridOption(terms, []);
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

function certainSlopes(input: AmericanInput, dividends: readonly CashDividend[]): Slopes {
  const step = 1e-4 * input.spot;
  const at = (spot: number): number => certainPrice({ ...input, spot }, dividends);
  const delta = (at(input.spot + step) - at(input.spot - step)) / (2 * step);
  return { price: at(input.spot), delta, gamma: 0 };
}

/** Beyond this many standard deviations, and what drift and dividends add, the option has no volatility left in it. */
const GRID_REACH = 6;

/**
 * By finite differences; one solution serves every spot. Accuracy as `GridPair`, of deltas within 3e-4.
 * @param dividends in ascending order, all inside (0, years).
 */
function gridOption(terms: Omit<AmericanInput, 'spot'>, dividends: readonly CashDividend[]): (spot: number) => Slopes {
  const { right, strike, years, rate, dividendYield, vol } = terms;
  const isCall = right === 'C';
  const amounts = dividends.map(({ amount }) => new Float64Array(LANES).fill(amount / strike));
  const dividendYears = dividends.map((dividend) => dividend.years);
  const grid = { isCall, years, rate, dividendYield, vol, dividendYears, amounts };
  const pair = new GridPair(grid);
  const { step } = pair;
  const edge = pair.edge(0, 0);
  const at = (x: number): number => pair.at(0, x, 0);
  const reach = gridReach(grid, GRID_REACH);
  return (spot) => {
    const x = Math.log(spot / strike);
    if (!(Math.abs(x) < reach)) return certainSlopes({ ...terms, spot }, dividends);
    if (isCall ? x >= edge : x <= edge) return exercised({ ...terms, spot });
    const [down, here, up] = [at(x - step), at(x), at(x + step)];
    const intrinsic = isCall ? spot - strike : strike - spot;
    const most = isCall
      ? spot * Math.exp(Math.max(0, -dividendYield * years))
      : strike * Math.exp(Math.max(0, -rate * years));
    const slope = (up - down) / (2 * step);
    const bend = (up - 2 * here + down) / (step * step);
    return {
      price: Math.min(most, Math.max(0, intrinsic, strike * here)),
      delta: (strike * slope) / spot,
      gamma: (strike * (bend - slope)) / (spot * spot),
    };
  };
}

/**
 * An American option as a function of the spot: solve once, read many times.
 * @throws RangeError if strike <= 0, years or vol is negative, or any of the terms is not a finite number.
 */
export function americanBySpot(terms: Omit<AmericanInput, 'spot'>): (spot: number) => Slopes {
  const { strike, years, vol } = terms;
  if (!(strike > 0)) throw new RangeError(`a strike must be positive, found ${strike}`);
  if (!(years >= 0 && vol >= 0)) throw new RangeError(`years and vol must not be negative, found ${years}, ${vol}`);
  // Endless or unknown terms would draw an endless grid.
  if (!Number.isFinite(years + vol + terms.rate + terms.dividendYield)) {
    throw new RangeError(`years, vol, rate and yield must be finite, found ${JSON.stringify(terms)}`);
  }
  const dividends = relevantDividends(terms.dividends, years);
  if (!(vol * Math.sqrt(years) > 1e-4)) return (spot) => certainSlopes({ ...terms, spot }, dividends);
  if (dividends.length > 0) return gridOption(terms, dividends);
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
