/** A strike at which both rights have a mid price. */
export interface ParityPoint {
  strike: number;
  callMid: number;
  putMid: number;
  /** Half of the call's bid-ask plus half of the put's: how far off call - put may be. Absent: as good as any other. */
  halfSpread?: number;
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
  /** Standard errors of forward and rate; NaN from fewer than three strikes. */
  forwardError: number;
  rateError: number;
  /** Strikes that both rights quote, and those of them that the fit left out as stale or wrong. */
  strikes: number;
  outliers: number;
}

/**
 * Forward and discount of an expiry together, from European quotes: call - put is a straight line in the strike, with
 * slope -discount and its zero at the forward. Tight quotes weigh more, stale and wrong ones nothing: weights follow
 * from the distance to a first line, the median slope over pairs of strikes, which a minority cannot move. It is drawn
 * from all, from the tightest half and from the tightest quarter; the line with the least error is taken.
 * @returns NaN fields when fewer than two strikes have both mids, or when the forward is nonsense beside the spot.
 * @source Stoll (1969); Theil (1950) and Sen (1968) for the start; Beaton and Tukey (1974) for the weights.
 */
export function impliedCarry(points: readonly ParityPoint[], spot: number, years: number): ImpliedCarry {
  const known = usable(points);
  const halves = known.flatMap(({ halfSpread }) => (halfSpread !== undefined && halfSpread > 0 ? [halfSpread] : []));
  const tight = halves.sort((a, b) => a - b)[Math.min(FEW, halves.length) - 1] ?? 1;
  // One lucky quote without a spread must not decide alone.
  const floor = 0.1 * tight;
  const quoted = known.map(({ strike, callMid, putMid, halfSpread }) => {
    return { strike, gap: callMid - putMid, error: Math.max(halfSpread ?? tight, floor) };
  });
  const tightest = quoted.filter(({ error }) => error <= NO_MARKET * tight).sort((a, b) => a.error - b.error);
  const fits = TIGHTEST.map((part) => robustLine(tightest, tightest.slice(0, Math.max(FEW, part * tightest.length))));
  const best = fits.reduce((a, b) => (b.discountError < a.discountError || Number.isNaN(a.discountError) ? b : a));
  const { forward, discount, forwardError, discountError, outliers } = best;
  const isSane = forward > 0.5 * spot && forward < 2 * spot;
  return {
    forward: isSane ? forward : NaN,
    discount: isSane ? discount : NaN,
    rate: isSane ? -Math.log(discount) / years : NaN,
    forwardError,
    rateError: discountError / (discount * years),
    strikes: known.length,
    outliers: outliers + known.length - tightest.length,
  };
}

/** Parts of the strikes, by tightness, that a first line is drawn from, and how many strikes at least. */
const TIGHTEST = [1, 0.5, 0.25];
const FEW = 6;
/** Quotes so many times as wide as the best few are placeholders. */
const NO_MARKET = 10;
const REWEIGHTINGS = 12;
/** Residuals beyond this many robust standard deviations count for nothing. */
const BISQUARE = 4.685;
/** From the median of absolute values to the standard deviation of a normal distribution. */
const MAD_TO_STD_DEV = 1.4826;
/** Of residuals in half-spreads: prices come in cents, so that quotes cannot agree better by merit. */
const LEAST_SCALE = 0.01;

/** What both rights say at a strike: call - put, and how far off that may be. */
interface QuotedGap {
  strike: number;
  gap: number;
  error: number;
}

/** gap = discount * (forward - strike). */
interface ParityLine {
  forward: number;
  discount: number;
  forwardError: number;
  discountError: number;
  outliers: number;
}

/** The line through all strikes, started from the median slope of some. */
function robustLine(all: readonly QuotedGap[], start: readonly QuotedGap[]): ParityLine {
  const discount = medianSlope(start);
  const forward = median(start.map(({ strike, gap }) => strike + gap / discount));
  let line: ParityLine = { forward, discount, forwardError: NaN, discountError: NaN, outliers: 0 };
  for (let i = 0; i < REWEIGHTINGS; i++) line = reweighted(all, line, i === 0 ? start : all);
  return line;
}

/** Median over pairs of strikes of the fall of call - put per strike. */
function medianSlope(gaps: readonly QuotedGap[]): number {
  const slopes: number[] = [];
  gaps.forEach((a, i) => {
    for (const b of gaps.slice(i + 1)) if (a.strike !== b.strike) slopes.push((a.gap - b.gap) / (b.strike - a.strike));
  });
  return median(slopes);
}

/** Weighted least squares: each strike by its error and by how far it is from the line before. */
function reweighted(all: readonly QuotedGap[], before: ParityLine, measured: readonly QuotedGap[]): ParityLine {
  const distance = ({ strike, gap, error }: QuotedGap): number =>
    (gap - before.discount * (before.forward - strike)) / error;
  const scale = Math.max(MAD_TO_STD_DEV * median(measured.map((point) => Math.abs(distance(point)))), LEAST_SCALE);
  let [kept, total, sumX, sumY] = [0, 0, 0, 0];
  const weighted = all.map((point) => {
    const u = distance(point) / (BISQUARE * scale);
    const weight = Math.abs(u) < 1 ? ((1 - u * u) / point.error) ** 2 : 0;
    const x = before.forward - point.strike;
    if (weight > 0) kept += 1;
    total += weight;
    sumX += weight * x;
    sumY += weight * point.gap;
    return { weight, x, y: point.gap };
  });
  const [meanX, meanY] = [sumX / total, sumY / total];
  let [spread, product, residuals] = [0, 0, 0];
  for (const { weight, x, y } of weighted) {
    spread += weight * (x - meanX) ** 2;
    product += weight * (x - meanX) * (y - meanY);
  }
  const discount = product / spread;
  if (kept < 3 || !(discount > 0)) return before;
  const atForward = meanY - discount * meanX;
  for (const { weight, x, y } of weighted) residuals += weight * (y - atForward - discount * x) ** 2;
  const variance = residuals / (kept - 2);
  return {
    forward: before.forward + atForward / discount,
    discount,
    forwardError: Math.sqrt(variance * (1 / total + (meanX * meanX) / spread)) / discount,
    discountError: Math.sqrt(variance / spread),
    outliers: all.length - kept,
  };
}
