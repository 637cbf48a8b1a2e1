/**
 * Fixed-point arithmetic of 384 binary places (115 decimal ones) on BigInt: slow, and independent of every
 * approximation in scanner/math. Numbers are integers in units of 2^-384.
 */
export type Precise = bigint;

const PLACES = 384n;
const ONE = 1n << PLACES;

/** The exact value of a double. */
export function precise(value: number): Precise {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const shift = PLACES + BigInt(Math.max(1, exponent) - 1075);
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return bits >> 63n ? -size : size;
}

/** The nearest double, or one of the two nearest. */
export function rounded(value: Precise): number {
  const size = value < 0n ? -value : value;
  const drop = BigInt(Math.max(0, size.toString(2).length - 80));
  const number = Number(size >> drop) * 2 ** Number(drop - PLACES);
  return value < 0n ? -number : number;
}

const times = (a: Precise, b: Precise): Precise => (a * b) >> PLACES;
export const over = (a: Precise, b: Precise): Precise => (a << PLACES) / b;

function squareRoot(value: Precise): Precise {
  let root = precise(Math.sqrt(rounded(value)));
  for (let i = 0; i < 5; i++) root = (root + over(value, root)) >> 1n;
  return root;
}

function exponential(x: Precise): Precise {
  const halvings = 24n;
  const small = x >> halvings;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, small) / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = times(sum, sum);
  return sum;
}

function logarithm(x: Precise): Precise {
  let y = precise(Math.log(rounded(x)));
  for (let i = 0; i < 3; i++) {
    const e = exponential(y);
    y += 2n * over(x - e, x + e);
  }
  return y;
}

function inverseTangent(inverse: bigint): Precise {
  let power = ONE / inverse;
  let sum = power;
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= inverse * inverse;
    sum += (sign * power) / n;
  }
  return sum;
}

/** Machin's formula. */
const PI = 16n * inverseTangent(5n) - 4n * inverseTangent(239n);
const ROOT_TWO_PI = squareRoot(2n * PI);

/** 1 / density: large where the density is small, and so exact to more places. */
function inverseDensity(x: Precise): Precise {
  return times(exponential(times(x, x) >> 1n), ROOT_TWO_PI);
}

export function preciseDensity(x: Precise): Precise {
  return over(ONE, inverseDensity(x));
}

/** 1/2 + density(x) times the sum of x^(2n+1) / (2n+1)!!; good for |x| < 18. */
export function preciseCdf(x: Precise): Precise {
  const square = times(x, x);
  let term = x;
  let sum = 0n;
  for (let n = 1n; term > 1n || term < -1n; n += 2n) {
    sum += term;
    term = times(term, square) / (n + 2n);
  }
  return (ONE >> 1n) + over(sum, inverseDensity(x));
}

/** Undiscounted Black price and its derivative by stdDev. */
export function preciseBlack(input: { isCall: boolean; forward: number; strike: number; stdDev: number }): {
  price: Precise;
  vega: Precise;
} {
  const forward = precise(input.forward);
  const strike = precise(input.strike);
  const stdDev = precise(input.stdDev);
  const d1 = over(logarithm(over(forward, strike)), stdDev) + (stdDev >> 1n);
  const d2 = d1 - stdDev;
  const call = times(forward, preciseCdf(d1)) - times(strike, preciseCdf(d2));
  return { price: input.isCall ? call : call - forward + strike, vega: times(forward, preciseDensity(d1)) };
}
