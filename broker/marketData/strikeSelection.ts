import type { OptionContract, Right } from '../../scanner/domain/option.ts';

export interface StrikeWindow {
  spot: number;
  /** 30-day implied vol of the underlying, a fraction; undefined when TWS has not said it. */
  iv: number | undefined;
  yearsToExpiry: number;
  absDelta: { min: number; max: number };
  /** How far a partner strike may be away, in the strike's currency; undefined: as far as the delta window goes. */
  maxWidth: number | undefined;
}

/** How far the vol of a strike may lie from the 30-day one: skew, term structure, an event before the expiry. */
const VOL_FACTORS = { low: 0.65, high: 1.6 };
/** Any US stock or index, when nothing is known. */
const UNKNOWN_VOL = { low: 0.12, high: 1.2 };
const DELTA_MARGIN = 0.02;

/**
 * Standard normal distribution to 3e-4: enough to decide what to ask for, never to show.
 * @source Page (1977), tanh approximation.
 */
function roughNormalCdf(x: number): number {
  return 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function absDelta(right: Right, spotToStrike: number, stdDev: number): number {
  const d1 = Math.log(spotToStrike) / stdDev + stdDev / 2;
  return right === 'C' ? roughNormalCdf(d1) : 1 - roughNormalCdf(d1);
}

/** True when some vol that this strike may have puts its |delta| into the window. */
function canPass(right: Right, strike: number, window: StrikeWindow): boolean {
  const { low, high } = window.iv === undefined ? UNKNOWN_VOL : VOL_FACTORS;
  const iv = window.iv ?? 1;
  const rootYears = Math.sqrt(Math.max(window.yearsToExpiry, 1 / 365));
  const deltas = [low, 1, high].map((factor) => absDelta(right, window.spot / strike, iv * factor * rootYears));
  return (
    Math.max(...deltas) >= window.absDelta.min - DELTA_MARGIN &&
    Math.min(...deltas) <= window.absDelta.max + DELTA_MARGIN
  );
}

/**
 * The contracts of one expiry and right whose estimated |delta| can pass, and the partner strikes up to `maxWidth`
 * beside them; those nearest to the spot first, so that neighbours are quoted together.
 */
export function selectStrikes(contracts: readonly OptionContract[], window: StrikeWindow): OptionContract[] {
  const passing = contracts.filter(({ right, strike }) => canPass(right, strike, window)).map(({ strike }) => strike);
  if (passing.length === 0) return [];
  const reach = (window.maxWidth ?? 0) + 1e-9;
  const lowest = Math.min(...passing) - reach;
  const highest = Math.max(...passing) + reach;
  return contracts
    .filter(({ strike }) => strike >= lowest && strike <= highest)
    .sort((a, b) => Math.abs(a.strike - window.spot) - Math.abs(b.strike - window.spot));
}
