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

/** Usable points in ascending order of strike. */
function knownPoints({ strikes, vols }: SmilePoints): { strike: number; vol: number; count: number }[] {
  const rows: { strike: number; vol: number; count: number }[] = [];
  for (let i = 0; i < strikes.length; i++) {
    const strike = strikes[i] ?? NaN;
    const vol = vols[i] ?? NaN;
    if (strike > 0 && vol > 0 && strike < Infinity && vol < Infinity) rows.push({ strike, vol, count: 1 });
  }
  rows.sort((a, b) => a.strike - b.strike);
  const merged: typeof rows = [];
  for (const row of rows) {
    const last = merged.at(-1);
    if (last?.strike !== row.strike) {
      merged.push(row);
      continue;
    }
    last.count += 1;
    last.vol += (row.vol - last.vol) / last.count;
  }
  return merged;
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
  const known = knownPoints(points);
  const strikes = Float64Array.from(known, (row) => row.strike);
  const vols = Float64Array.from(known, (row) => row.vol);
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
