/** Implied volatility by strike, for one expiry. */
export interface Smile {
  /** @returns annual volatility; NaN when no point is known or the strike is NaN. */
  volAt(strike: number): number;
  /** Known strikes, ascending, and their vols. */
  readonly strikes: Float64Array;
  readonly vols: Float64Array;
}

export interface SmilePoints {
  /** In any order; points that are not finite and positive are left out, repeated strikes are averaged. */
  strikes: ArrayLike<number>;
  vols: ArrayLike<number>;
}

interface KnownPoints {
  strikes: Float64Array;
  vols: Float64Array;
}

/** Usable points in ascending order of strike. */
function knownPoints(points: SmilePoints): KnownPoints {
  const { length } = points.strikes;
  // One piece of memory for both: a scan fits dozens of smiles.
  const memory = new ArrayBuffer(2 * length * Float64Array.BYTES_PER_ELEMENT);
  const strikes = new Float64Array(memory, 0, length);
  const vols = new Float64Array(memory, length * Float64Array.BYTES_PER_ELEMENT, length);
  let count = 0;
  let isAscending = true;
  for (let i = 0; i < strikes.length; i++) {
    const strike = points.strikes[i] ?? NaN;
    const vol = points.vols[i] ?? NaN;
    if (!(strike > 0 && vol > 0 && strike < Infinity && vol < Infinity)) continue;
    if (count > 0 && !(strike > (strikes[count - 1] ?? NaN))) isAscending = false;
    strikes[count] = strike;
    vols[count] = vol;
    count++;
  }
  const known = { strikes: strikes.subarray(0, count), vols: vols.subarray(0, count) };
  // A chain's always are.
  return isAscending ? known : sorted(known);
}

/** Ascending strikes, each once: with the mean of its vols. */
function sorted({ strikes, vols }: KnownPoints): KnownPoints {
  const order = Uint32Array.from(strikes.keys()).sort((a, b) => (strikes[a] ?? 0) - (strikes[b] ?? 0));
  const merged = { strikes: new Float64Array(order.length), vols: new Float64Array(order.length) };
  let last = -1;
  let repeats = 0;
  for (const i of order) {
    const strike = strikes[i] ?? NaN;
    const vol = vols[i] ?? NaN;
    if (merged.strikes[last] === strike) {
      repeats++;
      merged.vols[last] = (merged.vols[last] ?? NaN) + (vol - (merged.vols[last] ?? NaN)) / repeats;
      continue;
    }
    last++;
    repeats = 1;
    merged.strikes[last] = strike;
    merged.vols[last] = vol;
  }
  return { strikes: merged.strikes.subarray(0, last + 1), vols: merged.vols.subarray(0, last + 1) };
}

/** First index whose strike is not below `strike`. */
function lowerBound(strikes: Float64Array, strike: number): number {
  let low = 0;
  let high = strikes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((strikes[middle] ?? Infinity) < strike) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A smile that is linear in strike between known points and flat outside them.
 * @source finance.md ("interpolated on the expiry's smile").
 */
export function fitSmile(points: SmilePoints): Smile {
  const { strikes, vols } = knownPoints(points);
  const volAt = (strike: number): number => {
    const last = strikes.length - 1;
    if (last < 0 || Number.isNaN(strike)) return NaN;
    const right = lowerBound(strikes, strike);
    if (right === 0) return vols[0] ?? NaN;
    if (right > last) return vols[last] ?? NaN;
    const k0 = strikes[right - 1] ?? NaN;
    const k1 = strikes[right] ?? NaN;
    const v0 = vols[right - 1] ?? NaN;
    const v1 = vols[right] ?? NaN;
    return v0 + ((v1 - v0) * (strike - k0)) / (k1 - k0);
  };
  return { volAt, strikes, vols };
}
