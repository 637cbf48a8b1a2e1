/** A symmetric matrix with two diagonals on each side; `first[i]` couples i and i + 1, `second[i]` i and i + 2. */
export interface Pentadiagonal {
  diagonal: Float64Array;
  first: Float64Array;
  second: Float64Array;
}

/** All zeros. */
export function pentadiagonal(size: number): Pentadiagonal {
  return { diagonal: new Float64Array(size), first: new Float64Array(size), second: new Float64Array(size) };
}

/** Adds weight * v vᵀ, where v is (left, middle, right) at `centre` - 1, `centre` and `centre` + 1. */
export function addOuter(matrix: Pentadiagonal, { centre, left, middle, right }: Stencil, weight: number): void {
  const { diagonal, first, second } = matrix;
  diagonal[centre] = (diagonal[centre] ?? 0) + weight * middle * middle;
  if (left !== 0) {
    diagonal[centre - 1] = (diagonal[centre - 1] ?? 0) + weight * left * left;
    first[centre - 1] = (first[centre - 1] ?? 0) + weight * left * middle;
  }
  if (right !== 0) {
    diagonal[centre + 1] = (diagonal[centre + 1] ?? 0) + weight * right * right;
    first[centre] = (first[centre] ?? 0) + weight * middle * right;
  }
  if (left !== 0 && right !== 0) second[centre - 1] = (second[centre - 1] ?? 0) + weight * left * right;
}

/** A row with at most three neighbouring entries; `left` is 0 at the first column, `right` at the last. */
export interface Stencil {
  centre: number;
  left: number;
  middle: number;
  right: number;
}

/** The row times a vector. */
export function stencilAt({ centre, left, middle, right }: Stencil, vector: Float64Array): number {
  return left * (vector[centre - 1] ?? 0) + middle * (vector[centre] ?? 0) + right * (vector[centre + 1] ?? 0);
}

/** Adds scale * row to the vector. */
export function addStencil(vector: Float64Array, { centre, left, middle, right }: Stencil, scale: number): void {
  if (left !== 0) vector[centre - 1] = (vector[centre - 1] ?? 0) + scale * left;
  vector[centre] = (vector[centre] ?? 0) + scale * middle;
  if (right !== 0) vector[centre + 1] = (vector[centre + 1] ?? 0) + scale * right;
}

/** The matrix times a vector. */
export function multiply({ diagonal, first, second }: Pentadiagonal, vector: Float64Array): Float64Array {
  return vector.map(
    (value, i) =>
      (diagonal[i] ?? 0) * value +
      (first[i - 1] ?? 0) * (vector[i - 1] ?? 0) +
      (first[i] ?? 0) * (vector[i + 1] ?? 0) +
      (second[i - 2] ?? 0) * (vector[i - 2] ?? 0) +
      (second[i] ?? 0) * (vector[i + 2] ?? 0),
  );
}

/**
 * Solves matrix x = right-hand side for a positive definite matrix, in linear time.
 * @returns Float64[size]; neither argument is changed.
 * @source Golub and Van Loan, Matrix Computations, 4.3: L D Lᵀ of a banded matrix.
 */
export function solvePentadiagonal(matrix: Pentadiagonal, rightHandSide: Float64Array): Float64Array {
  const size = rightHandSide.length;
  const pivots = new Float64Array(size);
  /** Multipliers of the rows one and two above. */
  const one = new Float64Array(size);
  const two = new Float64Array(size);
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const above = pivots[i - 1] ?? 1;
    const aboveTwo = pivots[i - 2] ?? 1;
    const far = i > 1 ? (matrix.second[i - 2] ?? 0) / aboveTwo : 0;
    const near = i > 0 ? ((matrix.first[i - 1] ?? 0) - far * aboveTwo * (one[i - 1] ?? 0)) / above : 0;
    one[i] = near;
    two[i] = far;
    pivots[i] = (matrix.diagonal[i] ?? 0) - near * near * above - far * far * aboveTwo;
    x[i] = (rightHandSide[i] ?? 0) - near * (x[i - 1] ?? 0) - far * (x[i - 2] ?? 0);
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i] =
      (x[i] ?? 0) / (pivots[i] ?? 1) -
      (i + 1 < size ? (one[i + 1] ?? 0) * (x[i + 1] ?? 0) : 0) -
      (i + 2 < size ? (two[i + 2] ?? 0) * (x[i + 2] ?? 0) : 0);
  }
  return x;
}
