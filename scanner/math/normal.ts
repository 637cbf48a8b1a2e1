const SQRT_HALF = Math.SQRT1_2;
const INV_SQRT_PI = 0.5641895835477563;
const INV_SQRT_TWO_PI = 0.3989422804014327;
/** Below this |x| erf is a rational function of x². */
const CENTRE = 0.46875;

/** erf(x) / x for |x| <= 0.46875, from x². @source Cody (1969), coefficients of CALERF. */
function erfOverX(square: number): number {
  const top =
    (((0.185777706184603153 * square + 3.1611237438705656) * square + 113.864154151050156) * square +
      377.485237685302021) *
      square +
    3209.37758913846947;
  const bottom =
    (((square + 23.6012909523441209) * square + 244.024637934444173) * square + 1282.61652607737228) * square +
    2844.23683343917062;
  return top / bottom;
}

/** exp(y²) erfc(y) for 0.46875 <= y <= 4. @source Cody (1969), coefficients of CALERF. */
function erfcxMiddle(y: number): number {
  const top =
    (((((((2.15311535474403846e-8 * y + 0.564188496988670089) * y + 8.88314979438837594) * y + 66.1191906371416295) *
      y +
      298.635138197400131) *
      y +
      881.95222124176909) *
      y +
      1712.04761263407058) *
      y +
      2051.07837782607147) *
      y +
    1230.33935479799725;
  const bottom =
    (((((((y + 15.7449261107098347) * y + 117.693950891312499) * y + 537.181101862009858) * y + 1621.38957456669019) *
      y +
      3290.79923573345963) *
      y +
      4362.61909014324716) *
      y +
      3439.36767414372164) *
      y +
    1230.33935480374942;
  return top / bottom;
}

/** exp(y²) erfc(y) for y >= 4. @source Cody (1969), coefficients of CALERF. */
function erfcxFar(y: number): number {
  const z = 1 / (y * y);
  const top =
    ((((0.0163153871373020978 * z + 0.305326634961232344) * z + 0.360344899949804439) * z + 0.125781726111229246) * z +
      0.0160837851487422766) *
      z +
    6.58749161529837803e-4;
  const bottom =
    ((((z + 2.56852019228982242) * z + 1.87295284992346725) * z + 0.527905102951428412) * z + 0.0605183413124413191) *
      z +
    0.00233520497626869185;
  return (INV_SQRT_PI - (z * top) / bottom) / y;
}

/** exp(-y²) for y >= 0 without the error that squaring y would bring into the exponent. @source Cody (1969). */
function expMinusSquare(y: number): number {
  const coarse = Math.trunc(y * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(y - coarse) * (y + coarse));
}

/**
 * Scaled complementary error function exp(x²) erfc(x).
 * @returns relative error below 1e-15 for x >= 0; Infinity below about -26.6, where it overflows.
 * @source Cody (1969), Rational Chebyshev approximations for the error function.
 */
export function erfcx(x: number): number {
  const y = Math.abs(x);
  if (y <= CENTRE) return Math.exp(y * y) * (1 - x * erfOverX(y * y));
  const scaled = y <= 4 ? erfcxMiddle(y) : erfcxFar(y);
  return x > 0 ? scaled : 2 / expMinusSquare(y) - scaled;
}

/**
 * Complementary error function.
 * @returns in [0, 2], relative error below 1e-15 also in the tails.
 * @source Cody (1969), Rational Chebyshev approximations for the error function.
 */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= CENTRE) return 1 - x * erfOverX(y * y);
  const tail = y > 27.3 ? 0 : expMinusSquare(y) * (y <= 4 ? erfcxMiddle(y) : erfcxFar(y));
  return x > 0 ? tail : 2 - tail;
}

/**
 * Standard normal distribution function.
 * @returns in [0, 1], relative error below 2e-15 also in the lower tail; NaN for NaN.
 * @source Abramowitz and Stegun 7.1.22 on Cody's erfc.
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  const y = size * SQRT_HALF;
  if (y <= CENTRE) return 0.5 + 0.5 * SQRT_HALF * x * erfOverX(0.5 * x * x);
  // The exponent is taken from x itself: from y, its rounding error would be multiplied by x².
  const coarse = Math.trunc(size * 16) / 16;
  const density = Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (size - coarse) * (size + coarse));
  const tail = size > 38.6 ? 0 : 0.5 * density * (y <= 4 ? erfcxMiddle(y) : erfcxFar(y));
  return x > 0 ? 1 - tail : tail;
}

/** Standard normal density. @source Abramowitz and Stegun 26.2.1. */
export function normalPdf(x: number): number {
  return INV_SQRT_TWO_PI * Math.exp(-0.5 * x * x);
}

/** The ratio normalCdf(x) / normalPdf(x), finite and accurate also far in the lower tail. */
export function cdfOverPdf(x: number): number {
  return 1.2533141373155003 * erfcx(-x * SQRT_HALF);
}

/** First guess of the inverse for p <= 0.5, relative error 1.15e-9. @source Acklam (2003). */
function acklamLowerHalf(p: number): number {
  if (p < 0.02425) {
    const t = Math.sqrt(-2 * Math.log(p));
    const top =
      ((((-7.784894002430293e-3 * t - 3.223964580411365e-1) * t - 2.400758277161838) * t - 2.549732539343734) * t +
        4.374664141464968) *
        t +
      2.938163982698783;
    const bottom =
      (((7.784695709041462e-3 * t + 3.224671290700398e-1) * t + 2.445134137142996) * t + 3.754408661907416) * t + 1;
    return top / bottom;
  }
  const d = p - 0.5;
  const s = d * d;
  const top =
    ((((-3.969683028665376e1 * s + 2.209460984245205e2) * s - 2.759285104469687e2) * s + 1.38357751867269e2) * s -
      3.066479806614716e1) *
      s +
    2.506628277459239;
  const bottom =
    ((((-5.447609879822406e1 * s + 1.615858368580409e2) * s - 1.556989798598866e2) * s + 6.680131188771972e1) * s -
      1.328068155288572e1) *
      s +
    1;
  return (top * d) / bottom;
}

/**
 * Inverse of `normalCdf`.
 * @returns the x with normalCdf(x) = p; -Infinity at 0, Infinity at 1, NaN outside [0, 1].
 * @source Acklam (2003), refined by one Halley step on Cody's erfc.
 */
export function inverseNormalCdf(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p > 0.5) return -inverseNormalCdf(1 - p);
  const guess = acklamLowerHalf(p);
  const step = cdfOverPdf(guess) * (1 - p / normalCdf(guess));
  return guess - step / (1 + 0.5 * guess * step);
}
