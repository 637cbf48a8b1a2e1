/** Quoted vols of one expiry by ascending strike; NaN bids and asks are no bounds. */
export interface VolQuotes {
  forward: number;
  years: number;
  /** Float64[n], ascending, no two alike. */
  strikes: Float64Array;
  /** Float64[n]: annual vols of bid, middle and ask of the out-of-the-money option. */
  bidVols: Float64Array;
  midVols: Float64Array;
  askVols: Float64Array;
}

/** Strikes at which the smile is solved for: the quoted ones, the forward, and others between them. */
export interface SmileGrid {
  /** Strike over forward, ascending. Float64[nodes]. */
  strikes: Float64Array;
  /** Log-moneyness in standard deviations. Float64[nodes]. */
  moneyness: Float64Array;
  /** Index of the quote at this node, -1 for none. Int32[nodes]. */
  quotes: Int32Array;
  /** Node at which strike and forward are equal. */
  atForward: number;
}

/** Standard deviations between neighbouring nodes, at most; few enough that the exponential pieces do not show. */
const SPACING = 1 / 6;
const MAX_PARTS = 48;
/** Strikes closer to the forward than this, in standard deviations, count as the forward's own. */
const SAME = 1e-6;

/** @param quotes at least one, every mid vol positive. */
export function smileGrid({ forward, years, strikes, midVols }: VolQuotes): SmileGrid {
  const rootYears = Math.sqrt(years);
  let nearest = 0;
  strikes.forEach((strike, i) => {
    if (Math.abs(strike - forward) < Math.abs((strikes[nearest] ?? NaN) - forward)) nearest = i;
  });
  const unit = (midVols[nearest] ?? NaN) * rootYears;
  const knots = Array.from(strikes, (strike, quote) => ({ x: Math.log(strike / forward), quote }));
  const close = knots.find(({ x }) => Math.abs(x) < SAME * unit);
  if (close) close.x = 0;
  else knots.push({ x: 0, quote: -1 });
  knots.sort((a, b) => a.x - b.x);
  const nodes: { x: number; quote: number }[] = [];
  knots.forEach((knot, i) => {
    const before = knots[i - 1];
    if (before) {
      const vol = midVols[Math.max(knot.quote, before.quote)] ?? NaN;
      const gap = knot.x - before.x;
      const parts = Math.min(MAX_PARTS, Math.max(1, Math.ceil(gap / (SPACING * Math.min(vol * rootYears, 3 * unit)))));
      for (let part = 1; part < parts; part++) nodes.push({ x: before.x + (gap * part) / parts, quote: -1 });
    }
    nodes.push(knot);
  });
  return {
    strikes: Float64Array.from(nodes, ({ x }) => Math.exp(x)),
    moneyness: Float64Array.from(nodes, ({ x }) => x / unit),
    quotes: Int32Array.from(nodes, ({ quote }) => quote),
    atForward: nodes.findIndex(({ x }) => x === 0),
  };
}
