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

/** First derivatives of the weights by `t`, into `out`. */
export function sixSlopes(t: number, out: Float64Array): void {
  const u = t - 2.5;
  for (let point = 0; point < WINDOW; point++) {
    let sum = 0;
    for (let power = WINDOW - 1; power >= 1; power--) sum = sum * u + power * (BASIS[point * WINDOW + power] ?? 0);
    out[point] = sum;
  }
}

/** Second derivatives of the weights by `t`, into `out`. */
export function sixBends(t: number, out: Float64Array): void {
  const u = t - 2.5;
  for (let point = 0; point < WINDOW; point++) {
    let sum = 0;
    for (let power = WINDOW - 1; power >= 2; power--) {
      sum = sum * u + power * (power - 1) * (BASIS[point * WINDOW + power] ?? 0);
    }
    out[point] = sum;
  }
}
