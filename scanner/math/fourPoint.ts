/** Points of one interpolation: cubics through four neighbours. */
export const FOUR = 4;

/** The Lagrange weights of points 0 to 3 at `t`, and their first derivatives. @source Abramowitz and Stegun 25.2.13. */
export function fourWeightsAndSlopes(t: number, weights: Float64Array, slopes: Float64Array): void {
  const b = t - 1;
  const c = t - 2;
  const d = t - 3;
  const tb = t * b;
  const cd = c * d;
  weights[0] = b * cd * (-1 / 6);
  weights[1] = t * cd * 0.5;
  weights[2] = tb * d * -0.5;
  weights[3] = tb * c * (1 / 6);
  const cdBy = c + d;
  const tbBy = t + b;
  slopes[0] = (cd + b * cdBy) * (-1 / 6);
  slopes[1] = (cd + t * cdBy) * 0.5;
  slopes[2] = (tb + tbBy * d) * -0.5;
  slopes[3] = (tb + tbBy * c) * (1 / 6);
}
