import { cdfOverPdf } from './normal.ts';

/** The table's range; outside it use `cdfOverPdf`. */
export const MILLS_LOW = -16;
export const MILLS_HIGH = 2;
/** A standard deviation below which two tabled ratios agree to so many digits that their difference loses too many. */
export const SHORTEST = 1e-3;
/** Cells per unit, the powers 0 to 8 of a cell's polynomial, and what they take with a zero to fill the last pair. */
const CELLS = 8;
const TERMS = 9;
const STRIDE = 10;
const COUNT = (MILLS_HIGH - MILLS_LOW) * CELLS + 1;

/** Powers of the polynomial through cdf/pdf at the nine Chebyshev points of the cell around `middle`. */
function cellPowers(middle: number, out: Float64Array): void {
  const points = Float64Array.from(
    { length: TERMS },
    (_, i) => (0.5 / CELLS) * Math.cos((Math.PI * (i + 0.5)) / TERMS),
  );
  const divided = points.map((t) => cdfOverPdf(middle + t));
  for (let order = 1; order < TERMS; order++) {
    for (let i = TERMS - 1; i >= order; i--) {
      divided[i] = ((divided[i] ?? 0) - (divided[i - 1] ?? 0)) / ((points[i] ?? 0) - (points[i - order] ?? 0));
    }
  }
  // Newton's form multiplied out, from the innermost factor.
  for (let i = TERMS - 1; i >= 0; i--) {
    const point = points[i] ?? 0;
    for (let power = TERMS - 1; power >= 1; power--) {
      out[power] = (out[power - 1] ?? 0) - point * (out[power] ?? 0);
    }
    out[0] = (divided[i] ?? 0) - point * (out[0] ?? 0);
  }
}

const TABLE = new Float64Array(COUNT * STRIDE);
for (let cell = 0; cell < COUNT; cell++) {
  cellPowers(MILLS_LOW + cell / CELLS, TABLE.subarray(cell * STRIDE, cell * STRIDE + TERMS));
}

/** Float64[145 * 10]: for each cell, the first around MILLS_LOW, the powers of the distance to its middle, and a zero. */
export const MILLS_TABLE: Readonly<Float64Array> = TABLE;

/**
 * `cdfOverPdf` from a table of polynomials, for inner loops: no division, no exponential.
 * @param z in [MILLS_LOW, MILLS_HIGH).
 * @returns relative error below 5e-15.
 * @source Mills (1926) for the ratio; the table is made from Cody's erfc.
 */
export function tabledMills(z: number): number {
  const cell = ((z - MILLS_LOW) * CELLS + 0.5) | 0;
  const t = z - (MILLS_LOW + cell / CELLS);
  const at = cell * STRIDE;
  const u = t * t;
  const v = u * u;
  // Estrin's scheme: the pairs are independent of each other.
  const low = (TABLE[at] ?? 0) + (TABLE[at + 1] ?? 0) * t + ((TABLE[at + 2] ?? 0) + (TABLE[at + 3] ?? 0) * t) * u;
  const high = (TABLE[at + 4] ?? 0) + (TABLE[at + 5] ?? 0) * t + ((TABLE[at + 6] ?? 0) + (TABLE[at + 7] ?? 0) * t) * u;
  return low + (high + (TABLE[at + 8] ?? 0) * v) * v;
}
