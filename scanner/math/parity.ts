/** A strike at which both rights have a mid price. */
export interface ParityPoint {
  strike: number;
  callMid: number;
  putMid: number;
}

/** How many strikes around the money the forward is read from. */
const NEAREST = 6;

function median(values: number[]): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : 0.5 * (upper + (sorted[middle - 1] ?? NaN));
}

function usable(points: readonly ParityPoint[]): ParityPoint[] {
  return points.filter((p) => p.strike > 0 && p.callMid > 0 && p.putMid > 0 && Number.isFinite(p.callMid + p.putMid));
}

/**
 * The forward of an expiry by put-call parity: strike + (call - put) / discount, the median over the strikes
 * nearest to where call and put cost the same (by their gap, so that a wrong spot does not mislead).
 * @param points strikes where both rights quote; others may be left in as NaN.
 * @param spot the underlying, only to refuse nonsense: a forward beyond a factor of two from it is none.
 * @param discount exp(-rate * years).
 * @returns NaN when no strike has both mids.
 * @source Stoll (1969), put-call parity.
 */
export function impliedForward(points: readonly ParityPoint[], spot: number, discount: number): number {
  if (!(discount > 0)) return NaN;
  const near = usable(points)
    .toSorted((a, b) => Math.abs(a.callMid - a.putMid) - Math.abs(b.callMid - b.putMid))
    .slice(0, NEAREST);
  const forward = median(near.map((p) => p.strike + (p.callMid - p.putMid) / discount));
  return forward > 0.5 * spot && forward < 2 * spot ? forward : NaN;
}

/** Forward and discount factor that explain an expiry's quotes. */
export interface ImpliedCarry {
  forward: number;
  /** exp(-rate * years). */
  discount: number;
  /** Continuously compounded, per year. */
  rate: number;
}

/**
 * Forward and discount of an expiry together, from European quotes: call - put is a straight line in the strike
 * with slope -discount. The slope is the median over pairs of strikes (Theil and Sen), which outliers do not move.
 * @returns NaN fields when fewer than two strikes have both mids.
 * @source Stoll (1969); Theil (1950) and Sen (1968) for the slope.
 */
export function impliedCarry(points: readonly ParityPoint[], spot: number, years: number): ImpliedCarry {
  const known = usable(points);
  const slopes: number[] = [];
  for (let i = 0; i < known.length; i++) {
    for (let j = i + 1; j < known.length; j++) {
      const a = known[i];
      const b = known[j];
      if (!a || !b || a.strike === b.strike) continue;
      slopes.push(-(b.callMid - b.putMid - (a.callMid - a.putMid)) / (b.strike - a.strike));
    }
  }
  const discount = median(slopes);
  return { forward: impliedForward(known, spot, discount), discount, rate: -Math.log(discount) / years };
}
