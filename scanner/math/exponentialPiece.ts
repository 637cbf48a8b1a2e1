/** (e^x - 1) / x, 1 at 0. */
function phi1(x: number): number {
  return Math.abs(x) < 1e-8 ? 1 + 0.5 * x : Math.expm1(x) / x;
}

/** (e^x - 1 - x) / x², ½ at 0. */
function phi2(x: number): number {
  if (Math.abs(x) > 0.3) return (Math.expm1(x) - x) / (x * x);
  let term = 0.5;
  let total = term;
  for (let n = 3; n <= 14; n++) {
    term *= x / n;
    total += term;
  }
  return total;
}

/** Mean of the density proportional to e^(tilt t) on [0, 1]. */
function meanOfTilt(tilt: number): number {
  // 1 - mean is the integral of e^(tilt t) (1 - t), over that of e^(tilt t).
  return tilt > 0 ? phi2(-tilt) / phi1(-tilt) : 1 - phi2(tilt) / phi1(tilt);
}

/** Beyond this mean the mass sits at a point for all that doubles can tell. */
const MOST_MEAN = 1 - 1e-9;

/**
 * The tilt of the exponential density on [0, 1] with this mean: of all densities with that mean the one that says least.
 * @param mean in (0, 1); kept a billionth away from either end.
 * @returns b of the density b e^(b t) / (e^b - 1), accurate to rounding.
 * @source Neri and Schneider (2012), Maximum entropy distributions inferred from option portfolios on an asset.
 */
export function tiltOfMean(mean: number): number {
  const target = Math.min(MOST_MEAN, Math.max(1 - MOST_MEAN, mean));
  if (target < 0.5) return -tiltOfMean(1 - target);
  let low = 0;
  let high = 1.001 / (1 - target);
  let tilt = Math.min(12 * (target - 0.5) * (1 + 3 * (target - 0.5)), high);
  for (let i = 0; i < 100; i++) {
    const value = meanOfTilt(tilt) - target;
    if (value > 0) high = tilt;
    else low = tilt;
    // The slope is the variance, by a difference that needs no further formula.
    const step = Math.max(1e-5, 1e-5 * tilt);
    const slope = (meanOfTilt(tilt + step) - meanOfTilt(tilt - step)) / (2 * step);
    let next = tilt - value / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (Math.abs(next - tilt) <= 1e-15 * (1 + tilt)) return next;
    tilt = next;
  }
  return tilt;
}

/** Of the exponential density on [0, 1] with this tilt, up to t. */
export interface PieceBelow {
  /** Probability below t. */
  mass: number;
  /** Integral of (t - x) over the density below t. */
  put: number;
  /** The density at t. */
  density: number;
}

/** @param t in [0, 1]. Every value is a product of positive factors, so that tiny ones keep all their digits. */
export function pieceBelow(tilt: number, t: number): PieceBelow {
  if (tilt <= 30) {
    const all = phi1(tilt);
    return { mass: (t * phi1(tilt * t)) / all, put: (t * t * phi2(tilt * t)) / all, density: Math.exp(tilt * t) / all };
  }
  // The same with numerator and denominator times e^-tilt, which neither overflows.
  const all = phi1(-tilt);
  const shrink = Math.exp(tilt * (t - 1));
  return {
    mass: t * phi1(-tilt * t) * (shrink / all),
    put: (shrink - Math.exp(-tilt) * (1 + tilt * t)) / (tilt * tilt * all),
    density: shrink / all,
  };
}
