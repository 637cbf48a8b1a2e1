import type { OptionContract, Right } from '../../scanner/domain/option.ts';

/** What decides which strikes of one expiry and right are worth a line. */
export interface StrikeWindow {
  spot: number;
  /** 30-day implied vol of the underlying, a fraction; undefined when TWS has not said it. */
  iv: number | undefined;
  yearsToExpiry: number;
  absDelta: { min: number; max: number };
  /** How far a partner strike may lie below and above one inside the window, in the strike's currency. */
  reach: { lower: number; higher: number };
}

/** How far the vol of a strike may lie from the 30-day one: skew, term structure, an event before the expiry. */
const VOL_FACTORS = { low: 0.65, high: 1.6 };
/** Any US stock or index, when nothing is known. */
const UNKNOWN_VOL = { low: 0.12, typical: 0.35, high: 1.2 };
const DELTA_MARGIN = 0.02;

/**
 * Standard normal distribution to 3e-4: enough to decide what to ask for, never to show.
 * @source Page (1977), tanh approximation.
 */
function roughNormalCdf(x: number): number {
  return 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** |delta| of a strike at a vol, without dividends and interest. */
export function estimatedAbsDelta(
  { right, strike }: { right: Right; strike: number },
  window: Pick<StrikeWindow, 'spot' | 'yearsToExpiry'>,
  vol: number,
): number {
  const stdDev = vol * Math.sqrt(Math.max(window.yearsToExpiry, 1 / 365));
  const d1 = Math.log(window.spot / strike) / stdDev + stdDev / 2;
  return right === 'C' ? roughNormalCdf(d1) : 1 - roughNormalCdf(d1);
}

/** The vol to start from. */
export function typicalVol({ iv }: Pick<StrikeWindow, 'iv'>): number {
  return iv ?? UNKNOWN_VOL.typical;
}

/** True when some vol that this strike may have puts its |delta| into the window. */
export function canPass(contract: Pick<OptionContract, 'right' | 'strike'>, window: StrikeWindow): boolean {
  const { iv } = window;
  const vols =
    iv === undefined
      ? [UNKNOWN_VOL.low, UNKNOWN_VOL.typical, UNKNOWN_VOL.high]
      : [iv * VOL_FACTORS.low, iv, iv * VOL_FACTORS.high];
  const deltas = vols.map((vol) => estimatedAbsDelta(contract, window, vol));
  return (
    Math.max(...deltas) >= window.absDelta.min - DELTA_MARGIN &&
    Math.min(...deltas) <= window.absDelta.max + DELTA_MARGIN
  );
}
