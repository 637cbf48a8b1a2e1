/** Points of one interpolation: polynomials of degree 5 through six neighbours. */
export const WINDOW = 6;

/** Coefficients of the Lagrange polynomials of the points 0 to 5 in powers of t - 2.5: [point * 6 + power]. */
const BASIS = new Float64Array(WINDOW * WINDOW);
for (let point = 0; point < WINDOW; point++) {
  let polynomial = [1];
  for (let other = 0; other < WINDOW; other++) {
    if (other === point) continue;
    const root = other - 2.5;
    const scale = 1 / (point - other);
    const times = new Array<number>(polynomial.length + 1).fill(0);
    polynomial.forEach((coefficient, power) => {
      times[power] = (times[power] ?? 0) - root * scale * coefficient;
      times[power + 1] = (times[power + 1] ?? 0) + scale * coefficient;
    });
    polynomial = times;
  }
  BASIS.set(polynomial, point * WINDOW);
}

/** First of the six grid points around a position (in steps from the grid's first point); the window stays on the grid. */
export function windowStart(position: number, count: number): number {
  return Math.min(count - WINDOW, Math.max(0, Math.floor(position) - 2));
}

/** Lagrange weights of points 0 to 5 at `t`, into `out`. @source Abramowitz and Stegun 25.2.21. */
export function sixWeights(t: number, out: Float64Array): void {
  const b = t - 1;
  const c = t - 2;
  const d = t - 3;
  const e = t - 4;
  const f = t - 5;
  const abc = t * b * c;
  const def = d * e * f;
  out[0] = b * c * def * (-1 / 120);
  out[1] = t * c * def * (1 / 24);
  out[2] = t * b * def * (-1 / 12);
  out[3] = abc * e * f * (1 / 12);
  out[4] = abc * d * f * (-1 / 24);
  out[5] = abc * d * e * (1 / 120);
}

/** The weights of points 0 to 5 at `t`, and their first derivatives by `t`: products from both ends, met in the middle. */
export function sixWeightsAndSlopes(t: number, weights: Float64Array, slopes: Float64Array): void {
  const b = t - 1;
  const c = t - 2;
  const d = t - 3;
  const e = t - 4;
  const f = t - 5;
  // Products of the first factors and of the last ones, with their derivatives.
  const ab = t * b;
  const abBy = t + b;
  const abc = ab * c;
  const abcBy = abBy * c + ab;
  const abcd = abc * d;
  const abcdBy = abcBy * d + abc;
  const ef = e * f;
  const efBy = e + f;
  const def = d * ef;
  const defBy = ef + d * efBy;
  const cdef = c * def;
  const cdefBy = def + c * defBy;
  weights[0] = b * cdef * (-1 / 120);
  weights[1] = t * cdef * (1 / 24);
  weights[2] = ab * def * (-1 / 12);
  weights[3] = abc * ef * (1 / 12);
  weights[4] = abcd * f * (-1 / 24);
  weights[5] = abcd * e * (1 / 120);
  slopes[0] = (cdef + b * cdefBy) * (-1 / 120);
  slopes[1] = (cdef + t * cdefBy) * (1 / 24);
  slopes[2] = (abBy * def + ab * defBy) * (-1 / 12);
  slopes[3] = (abcBy * ef + abc * efBy) * (1 / 12);
  slopes[4] = (abcdBy * f + abcd) * (-1 / 24);
  slopes[5] = (abcdBy * e + abcd) * (1 / 120);
}

/** Powers 0 to 3 of t - 2.5 in the second derivatives of the weights: [point * 4 + power]. */
export const SIX_BENDS: Readonly<Float64Array> = Float64Array.from({ length: 4 * WINDOW }, (_, at) => {
  const power = (at & 3) + 2;
  return power * (power - 1) * (BASIS[(at >> 2) * WINDOW + power] ?? 0);
});

/** Second derivatives of the weights by `t`, into `out`. */
export function sixBends(t: number, out: Float64Array): void {
  const u = t - 2.5;
  for (let point = 0, at = 0; point < WINDOW; point++, at += 4) {
    const high = (SIX_BENDS[at + 3] ?? 0) * u + (SIX_BENDS[at + 2] ?? 0);
    out[point] = (high * u + (SIX_BENDS[at + 1] ?? 0)) * u + (SIX_BENDS[at] ?? 0);
  }
}

/** Six entries `stride` apart times their weights. */
export function sixDown(table: Float64Array, at: number, stride: number, weights: Float64Array): number {
  return (
    (weights[0] ?? 0) * (table[at] ?? 0) +
    (weights[1] ?? 0) * (table[at + stride] ?? 0) +
    (weights[2] ?? 0) * (table[at + 2 * stride] ?? 0) +
    (weights[3] ?? 0) * (table[at + 3 * stride] ?? 0) +
    (weights[4] ?? 0) * (table[at + 4 * stride] ?? 0) +
    (weights[5] ?? 0) * (table[at + 5 * stride] ?? 0)
  );
}
