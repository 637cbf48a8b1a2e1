/** The table ends here; beyond, a guess comes from elsewhere. */
export const T_MAX = 24;
export const P_MAX = 1.5;
export const ROOT_TWO_PI = 2.5066282746310002;
export const SKEW = 0.4;
const T_CELLS = 64;
const P_CELLS = 12;
const T_PER_UNIT = T_CELLS / T_MAX;
const P_PER_UNIT = P_CELLS / P_MAX;
/** Coefficients in pairs, of 1 u, uu uuu, v uv, uuv 0, vv uvv, vvv 0; u and v are the place in the cell, -1/2 to 1/2. */
const TERMS = 12;

/** Powers of the cubic through values at -1/2, -1/6, 1/6, 1/2. */
function cubicPowers([a = 0, b = 0, c = 0, d = 0]: ArrayLike<number> & Iterable<number>): number[] {
  const near = (b + c) / 2;
  const square = ((a + d) / 2 - near) * 4.5;
  const inner = 3 * (c - b);
  const cube = (d - a - inner) * 4.5;
  return [near - square / 36, inner - cube / 36, square, cube];
}

/**
 * First guesses of the standard deviation s behind an out-of-the-money price, from a table.
 *
 * With a = |ln(forward/strike)| and c = price / (discount * sqrt(forward * strike)), the ratio of s to
 * p = a + sqrt(2 pi) c is a smooth function of p and of t = ln(1 + 0.4 a/c): t says how far out of the money the option
 * is, p how large everything is. Each cell of a grid over the two holds a cubic polynomial.
 */
export class StdDevGuess {
  /** Float64[64 * 12 * 12]: cells by t, then by p. */
  readonly table = new Float64Array(T_CELLS * P_CELLS * TERMS);

  /** @param solve the exact standard deviation for x = -a and c; `near` is the one of the neighbour if there is one. */
  constructor(solve: (x: number, c: number, near?: number) => number) {
    const columns = 3 * P_CELLS + 1;
    const nodes = new Float64Array((3 * T_CELLS + 1) * columns);
    for (let i = 0; i <= 3 * T_CELLS; i++) {
      const ratio = Math.expm1(i / (3 * T_PER_UNIT)) / SKEW;
      for (let j = 0; j < columns; j++) {
        const p = Math.max(1e-7, j / (3 * P_PER_UNIT));
        const c = p / (ROOT_TWO_PI + ratio);
        const beside = nodes[i * columns + j - 1] ?? NaN;
        nodes[i * columns + j] = solve(-ratio * c, c, j > 0 ? beside * p : undefined) / p;
      }
    }
    for (let i = 0; i < T_CELLS; i++) {
      for (let j = 0; j < P_CELLS; j++) this.fill(i, j, nodes);
    }
  }

  private fill(i: number, j: number, nodes: Float64Array): void {
    const columns = 3 * P_CELLS + 1;
    const rows = [0, 1, 2, 3].map((k) => {
      const start = (3 * i + k) * columns + 3 * j;
      return cubicPowers(nodes.subarray(start, start + 4));
    });
    // byV[n][m]: coefficient of v^n u^m.
    const byV = [0, 1, 2, 3].map((n) => cubicPowers(rows.map((row) => row[n] ?? 0)));
    const at = (m: number, n: number): number => byV[n]?.[m] ?? 0;
    this.table.set(
      [at(0, 0), at(1, 0), at(2, 0), at(3, 0), at(0, 1), at(1, 1), at(2, 1), 0, at(0, 2), at(1, 2), at(0, 3), 0],
      (i * P_CELLS + j) * TERMS,
    );
  }

  /** s / p at t in [0, T_MAX) and p in [0, P_MAX); relative error below 1e-4. */
  ratioAt(t: number, p: number): number {
    const x = t * T_PER_UNIT;
    const y = p * P_PER_UNIT;
    const i = x | 0;
    const j = y | 0;
    const u = x - i - 0.5;
    const v = y - j - 0.5;
    const k = (i * P_CELLS + j) * TERMS;
    const table = this.table;
    const uu = u * u;
    const constant = (table[k] ?? 0) + (table[k + 1] ?? 0) * u + uu * ((table[k + 2] ?? 0) + (table[k + 3] ?? 0) * u);
    const linear = (table[k + 4] ?? 0) + (table[k + 5] ?? 0) * u + uu * (table[k + 6] ?? 0);
    const square = (table[k + 8] ?? 0) + (table[k + 9] ?? 0) * u + (table[k + 10] ?? 0) * v;
    return constant + v * (linear + v * square);
  }
}
