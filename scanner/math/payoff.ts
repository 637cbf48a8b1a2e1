import type { ExerciseStyle, Right } from '../domain/option.ts';
import { americanBySpot } from './americanSlopes.ts';
import { blackValue } from './black.ts';
import { legsPayoff } from './expectation.ts';

export interface PositionLeg {
  right: Right;
  strike: number;
  /** Units held per position; negative is sold. */
  quantity: number;
  /** Annual implied volatility today. */
  vol: number;
}

/** Legs of one expiry. */
export interface Position {
  legs: readonly PositionLeg[];
  /** Received per share at opening; negative was paid. */
  credit: number;
  /** Shares per contract, 100 for standard options. */
  multiplier: number;
}

/** A date and a market before expiry. */
export interface Scenario {
  /** Left to expiry. */
  years: number;
  /** Added to every leg's vol: 0.02 is two points up. Vols stop at 0. */
  ivShift: number;
  /** Continuously compounded, per year. */
  rate: number;
  dividendYield: number;
  exercise: ExerciseStyle;
}

/** Profit of one position, in dollars, when the underlying settles at `price`. */
export function payoffAtExpiry(position: Position, price: number): number {
  return position.multiplier * (position.credit + legsPayoff(position.legs, price));
}

/** What a leg is worth per share, as a function of the spot. */
function legBySpot({ right, strike, vol }: PositionLeg, scenario: Scenario): (spot: number) => number {
  const { years, ivShift, rate, dividendYield, exercise } = scenario;
  if (Number.isNaN(vol + ivShift)) return () => NaN;
  const shifted = Math.max(0, vol + ivShift);
  if (exercise === 'american') {
    const option = americanBySpot({ right, strike, years, rate, dividendYield, vol: shifted });
    return (spot) => option(spot).price;
  }
  const growth = Math.exp((rate - dividendYield) * years);
  const discount = Math.exp(-rate * years);
  const stdDev = shifted * Math.sqrt(years);
  return (spot) => blackValue(right === 'C', spot * growth, strike, stdDev, discount);
}

/**
 * `positionValue` along a spot axis: Float64[spots.length], dollars. Solves an American leg once for the whole axis.
 * @returns NaN everywhere when a leg has no vol.
 * @source Black (1976) for European legs; `americanBySpot` for American ones.
 */
export function valueCurve(position: Position, spots: Float64Array, scenario: Scenario): Float64Array {
  const legs = position.legs.map((leg) => ({ quantity: leg.quantity, worth: legBySpot(leg, scenario) }));
  return spots.map((spot) => {
    let total = position.credit;
    for (const { quantity, worth } of legs) total += quantity * worth(spot);
    return position.multiplier * total;
  });
}

/**
 * Profit of one position, in dollars, at a spot and a date before expiry: the opening credit plus what the legs are worth.
 * @returns NaN when a leg has no vol.
 */
export function positionValue(position: Position, scenario: Scenario & { spot: number }): number {
  return valueCurve(position, Float64Array.of(scenario.spot), scenario)[0] ?? NaN;
}

/** `payoffAtExpiry` along a price axis: Float64[prices.length], dollars. */
export function payoffCurve(position: Position, prices: Float64Array): Float64Array {
  return prices.map((price) => payoffAtExpiry(position, price));
}
