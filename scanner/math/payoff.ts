import type { ExerciseStyle, Right } from '../domain/option.ts';
import { americanPrice } from './american.ts';
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

/**
 * Profit of one position, in dollars, at a spot and a date before expiry: the opening credit plus what the legs are worth.
 * @returns NaN when a leg has no vol.
 * @source Black (1976) for European legs; `americanPrice` for American ones.
 */
export function positionValue(position: Position, scenario: Scenario & { spot: number }): number {
  const { spot, years, ivShift, rate, dividendYield, exercise } = scenario;
  const forward = spot * Math.exp((rate - dividendYield) * years);
  const discount = Math.exp(-rate * years);
  let worth = 0;
  for (const { right, strike, quantity, vol } of position.legs) {
    const shifted = Math.max(0, vol + ivShift);
    const price =
      exercise === 'american'
        ? americanPrice({ right, spot, strike, years, rate, dividendYield, vol: shifted })
        : blackValue(right === 'C', forward, strike, shifted * Math.sqrt(years), discount);
    worth += quantity * price;
  }
  return position.multiplier * (position.credit + worth);
}

/** `payoffAtExpiry` along a price axis: Float64[prices.length], dollars. */
export function payoffCurve(position: Position, prices: Float64Array): Float64Array {
  return prices.map((price) => payoffAtExpiry(position, price));
}

/** `positionValue` along a spot axis: Float64[spots.length], dollars. */
export function valueCurve(position: Position, spots: Float64Array, scenario: Scenario): Float64Array {
  return spots.map((spot) => positionValue(position, { ...scenario, spot }));
}
