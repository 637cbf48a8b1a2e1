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
  if (!(barrier > 0)) return NaN;
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

/** Two price levels under a lognormal spot. */
export interface CorridorInput extends Omit<BarrierInput, 'barrier'> {
  lower: number;
  /** At least `lower`. */
  upper: number;
}

/** Standard deviations of a corridor's width in ln(spot), over or under which one of the two series has few terms. */
const NARROW_CORRIDOR = 2.5;
const IMAGES = 4;
const HARMONICS = 14;

/**
 * Probability that the spot touches one of two barriers, or both, at any time up to expiry, watched continuously.
 * @returns in [0, 1]; outside of the corridor that of touching the nearer barrier; NaN for NaN or non-positive prices.
 * @source Cox and Miller (1965), section 5.7: reflections at both ends, or the sines between them.
 */
export function probabilityOfTouchEither({ lower, upper, ...input }: CorridorInput): number {
  const { spot, years, vol, rate, dividendYield } = input;
  const below = probabilityOfTouch({ ...input, barrier: lower });
  const above = probabilityOfTouch({ ...input, barrier: upper });
  const nearer = Math.max(below, above);
  const stdDev = vol * Math.sqrt(years);
  if (!(spot > lower && spot < upper && stdDev > 0)) return nearer;
  const x = Math.log(spot / lower);
  const width = Math.log(upper / lower);
  const tilt = (rate - dividendYield) / (vol * vol) - 0.5;
  const survives = width > NARROW_CORRIDOR * stdDev ? byImages : bySines;
  return Math.min(1, below + above, Math.max(nearer, 1 - survives({ x, width, stdDev, tilt })));
}

/** A corridor from 0 to `width` in ln(spot), which starts at x and drifts by tilt * stdDev² until expiry. */
interface Corridor {
  x: number;
  width: number;
  stdDev: number;
  tilt: number;
}

/** Probability of never leaving a corridor, the start reflected at its ends again and again. */
function byImages({ x, width, stdDev, tilt }: Corridor): number {
  const drift = tilt * stdDev * stdDev;
  const inside = (start: number): number => {
    const [low, high] = [(-start - drift) / stdDev, (width - start - drift) / stdDev];
    // On the side where both are small, so that digits are left of their difference.
    return low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);
  };
  let sum = 0;
  for (let k = -IMAGES; k <= IMAGES; k++) {
    for (const [start, sign] of [
      [2 * k * width + x, 1],
      [2 * k * width - x, -1],
    ] as const) {
      const part = inside(start);
      if (part > 0) sum += sign * part * Math.exp(tilt * (start - x));
    }
  }
  return sum;
}

/** The same as a sum of sines that die out. */
function bySines({ x, width, stdDev, tilt }: Corridor): number {
  let sum = 0;
  for (let n = 1; n <= HARMONICS; n++) {
    const wave = (n * Math.PI) / width;
    const ends = 1 - (n % 2 === 0 ? 1 : -1) * Math.exp(tilt * width);
    const decay = Math.exp(-0.5 * wave * wave * stdDev * stdDev);
    sum += (Math.sin(wave * x) * decay * wave * ends) / (tilt * tilt + wave * wave);
  }
  return (2 / width) * Math.exp(-tilt * x - 0.5 * tilt * tilt * stdDev * stdDev) * sum;
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
