import { AmericanGrid, KINK_OFFSET, LANES, type GridAccuracy } from './americanGrid.ts';
import { blackValue } from './black.ts';
import { cashBaseline } from './cashBaseline.ts';
import { areTurnsSharp, CashLanes, cashTurns, type CashTerms } from './cashLanes.ts';
import { certainPrice } from './certainPrice.ts';
import { sixWeights, WINDOW } from './sixPoint.ts';

/** Vols of the rows: ln(vol) in equal steps. */
export const CASH_VOL_LOW = 0.05;
export const CASH_VOL_HIGH = 2.5;
export const CASH_ROWS = 29;
export const CASH_ROW_STEP = Math.log(CASH_VOL_HIGH / CASH_VOL_LOW) / (CASH_ROWS - 1);
/** |ln(spot / strike)| up to which the table holds; nodes beyond NODE_REACH take the dividends of a strike there. */
export const CASH_REACH = 1.7;
const NODE_REACH = 2.4;
/** Spots of the slices: ln(spot / first spot). */
export const SLICE_STEP = 0.03;
export const SLICES = 3;
/** Column step, in standard deviations, and how far the columns reach besides the drift. */
export const COLUMN_STEP = 0.1;
const COLUMN_REACH = 5.5;
const COARSE: GridAccuracy = { cell: COLUMN_STEP, reach: 7, steps: 30 };
const FINE: GridAccuracy = { cell: 0.5 * COLUMN_STEP, reach: 7, steps: 60 };
/** Lanes that are solved on the finer grid too. */
const REFINED = 2 * LANES;

/** Where the nodes lie; tables of one layout can be blended. */
export interface CashLayout {
  /** Spot of the middle slice. */
  spot: number;
  columns: number;
  /**
   * ln(spot / strike), at the middle slice, where values bend at one strike whatever the vol. Elsewhere options between two
   * rows are read as many standard deviations from the spot.
   */
  bends: readonly number[];
  /** Whether no polynomial is to be laid across a bend. */
  areSharp: boolean;
}

/** A first dividend this soon, as a part of the life, leaves calls as good as exercised or held, */
const SOON = 0.1;
/** where exercising for it pays at strikes down from this ln(spot / strike). */
const NEAR_MONEY = 0.4;

/**
 * A layout that covers an expiry around a spot. Values of puts bend at the exercise boundary, which lies at nearly as many
 * standard deviations whatever the vol; so do those of calls just before a dividend that is worth exercising for. Else calls
 * bend at the strikes where that begins to pay (`cashTurns`).
 */
export function cashLayout(terms: CashTerms, spot: number): CashLayout {
  const { isCall, years, rate, dividendYield, dividends } = terms;
  const drift = (Math.abs(rate - dividendYield) * Math.sqrt(years)) / CASH_VOL_LOW;
  const isSoon = (dividends[0]?.years ?? years) < SOON * years;
  const turns = cashTurns(terms, spot);
  const isBoundaryNear = isSoon && (turns[0] ?? 0) < NEAR_MONEY;
  return {
    spot,
    columns: 2 * Math.ceil((COLUMN_REACH + Math.min(drift, 4)) / COLUMN_STEP),
    bends: isCall && !isBoundaryNear ? turns : [],
    areSharp: areTurnsSharp(terms),
  };
}

/** Column of ln(spot / strike) = 0: the columns are nodes of the grids. */
export function middleColumn({ columns }: CashLayout): number {
  return 0.5 * columns + KINK_OFFSET;
}

/** Value over the strike of the European option that the table corrects. */
function baselineOverStrike(
  isCall: boolean,
  forward: number,
  strike: number,
  stdDev: number,
  discount: number,
): number {
  if (forward > 0) return blackValue(isCall, forward, strike, stdDev, discount);
  return isCall ? 0 : discount * (strike - forward);
}

/** Values of one vol: [column * lanes.count + lane]. */
interface Row {
  values: Float64Array;
  lanes: CashLanes;
}

/**
 * What American options of one expiry and right with cash dividends are worth above their European baseline
 * (`cashBaseline`), over the strike: [slice of spots][row of vols][column of ln(spot / strike) over vol * sqrt(years)].
 * The finite differences are solved per vol and per ratio of dividends to strike; each march serves all spots.
 * @source Haug, Haug and Lewis (2003) for the spot model; Richardson (1911) for the extrapolation from two grids.
 */
export function cashCorrections(terms: CashTerms, layout: CashLayout): Float64Array {
  const { columns } = layout;
  const out = new Float64Array(SLICES * CASH_ROWS * columns);
  for (let j = 0; j < CASH_ROWS; j++) {
    const vol = CASH_VOL_LOW * Math.exp(j * CASH_ROW_STEP);
    const row = solveRow(terms, layout, vol);
    for (let slice = 0; slice < SLICES; slice++) {
      const from = (slice * CASH_ROWS + j) * columns;
      fillRow(terms, layout, { vol, row, shift: (slice - 1) * SLICE_STEP }, out.subarray(from, from + columns));
    }
  }
  return out;
}

function solveRow(terms: CashTerms, layout: CashLayout, vol: number): Row {
  const { isCall, years, rate, dividendYield, dividends } = terms;
  const { columns, spot } = layout;
  const unit = COLUMN_STEP * vol * Math.sqrt(years);
  const reach = Math.min(NODE_REACH, 0.5 * columns * unit) + SLICE_STEP;
  const lanes = new CashLanes(reach, terms, spot);
  const row = { values: new Float64Array(columns * lanes.count), lanes };
  const grid = (chosen: readonly number[], accuracy: GridAccuracy): AmericanGrid => {
    const amounts = dividends.map(({ amount }) =>
      Float64Array.from(chosen, (lane) => (amount / spot) * Math.exp(lanes.at(lane))),
    );
    const dividendYears = dividends.map((dividend) => dividend.years);
    return new AmericanGrid({ isCall, years, rate, dividendYield, vol, dividendYears, amounts }, accuracy);
  };
  const xs = Float64Array.from({ length: columns }, (_, i) => (i - middleColumn(layout)) * unit);
  for (let lane = 0; lane < lanes.count; lane += LANES) {
    const coarse = grid([lane, lane + 1, lane + 2, lane + 3], COARSE);
    xs.forEach((x, i) => {
      for (let k = 0; k < LANES; k++) row.values[i * lanes.count + lane + k] = coarse.at(x, k);
    });
  }
  refine(row, xs, grid);
  return row;
}

/**
 * Adds what Richardson's extrapolation finds at some of the lanes, by cubics between them: it is smooth and a few cents at
 * most.
 */
function refine(
  { values, lanes }: Row,
  xs: Float64Array,
  grid: (chosen: readonly number[], accuracy: GridAccuracy) => AmericanGrid,
): void {
  const { count } = lanes;
  const sizes = Float64Array.from({ length: count }, (_, lane) => lanes.at(lane));
  const chosen = evenly(sizes, REFINED);
  const missing = new Float64Array(xs.length * REFINED);
  for (let from = 0; from < REFINED; from += LANES) {
    const fine = grid(chosen.slice(from, from + LANES), FINE);
    for (let i = 0; i < xs.length; i++) {
      for (let k = 0; k < LANES; k++) {
        const coarse = values[i * count + (chosen[from + k] ?? 0)] ?? 0;
        missing[i * REFINED + from + k] = (fine.at(xs[i] ?? 0, k) - coarse) * (4 / 3);
      }
    }
  }
  for (let lane = 0; lane < count; lane++) {
    const size = sizes[lane] ?? 0;
    // The four of the chosen that are nearest.
    const after = chosen.findIndex((one) => one > lane);
    const first = after < 0 ? REFINED - 4 : Math.min(REFINED - 4, Math.max(0, after - 2));
    const near = Array.from(chosen.slice(first, first + 4), (one) => sizes[one] ?? 0);
    const shares = near.map((own) =>
      near.reduce((product, other) => (other === own ? product : (product * (size - other)) / (own - other)), 1),
    );
    for (let i = 0; i < xs.length; i++) {
      const at = i * REFINED + first;
      values[i * count + lane] =
        (values[i * count + lane] ?? 0) +
        (shares[0] ?? 0) * (missing[at] ?? 0) +
        (shares[1] ?? 0) * (missing[at + 1] ?? 0) +
        (shares[2] ?? 0) * (missing[at + 2] ?? 0) +
        (shares[3] ?? 0) * (missing[at + 3] ?? 0);
    }
  }
}

/** Different lanes whose sizes are about evenly spread from end to end. */
function evenly(sizes: Float64Array, count: number): number[] {
  const [from = 0, to = 0] = [sizes[0], sizes.at(-1)];
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) {
    const wanted = from + ((to - from) * (k + 0.5)) / count;
    const least = (chosen.at(-1) ?? -1) + 1;
    const most = sizes.length - count + k;
    let nearest = least;
    for (let lane = least; lane <= most; lane++) {
      if (Math.abs((sizes[lane] ?? 0) - wanted) < Math.abs((sizes[nearest] ?? 0) - wanted)) nearest = lane;
    }
    chosen.push(nearest);
  }
  return chosen;
}

/** Time value over the strike below which an option in the money is held between its bounds. */
const NEARLY_CERTAIN = 3e-4;

const weights = new Float64Array(WINDOW);

/** The corrections at one vol and one spot, `shift` = ln(spot / middle spot). */
function fillRow(
  terms: CashTerms,
  layout: CashLayout,
  { vol, row, shift }: { vol: number; row: Row; shift: number },
  out: Float64Array,
): void {
  const { isCall, years, rate } = terms;
  const { values, lanes } = row;
  const { growth, forwardDrop, strikeRise } = cashBaseline(terms, terms.dividends);
  const stdDev = vol * Math.sqrt(years);
  const discount = Math.exp(-rate * years);
  for (let i = 0; i < out.length; i++) {
    const x = (i - middleColumn(layout)) * COLUMN_STEP * stdDev;
    // Dividends over this strike, in units of dividends over the middle spot.
    const size = Math.min(NODE_REACH, Math.max(-NODE_REACH, x)) - shift;
    const position = lanes.positionOf(size);
    const first = lanes.windowStart(position);
    sixWeights(position - first, weights);
    let value = 0;
    for (let k = 0; k < WINDOW; k++) value += (weights[k] ?? 0) * (values[i * lanes.count + first + k] ?? 0);
    const scale = Math.exp(size) / layout.spot;
    const forward = Math.exp(x) * growth - forwardDrop * scale;
    const strike = 1 + strikeRise * scale;
    const baseline = baselineOverStrike(isCall, forward, strike, stdDev, discount);
    const timeValue = baseline - Math.max(0, discount * (isCall ? forward - strike : strike - forward));
    if (isCall ? forward > strike && timeValue < NEARLY_CERTAIN : forward < strike && timeValue < NEARLY_CERTAIN) {
      value = betweenBounds(terms, { value, x, scale, timeValue });
    }
    out[i] = value - baseline;
  }
}

/**
 * Deep in the money the decision to exercise turns with the ratio of dividend to strike from one moment to the next, which
 * a polynomial between lanes cannot follow. There the value without volatility is known, and the time value adds little.
 */
function betweenBounds(
  { isCall, years, rate, dividendYield, dividends }: CashTerms,
  { value, x, scale, timeValue }: { value: number; x: number; scale: number; timeValue: number },
): number {
  const scaled = dividends.map((dividend) => ({ years: dividend.years, amount: dividend.amount * scale }));
  const right = isCall ? 'C' : 'P';
  const least = certainPrice({ right, spot: Math.exp(x), strike: 1, years, rate, dividendYield }, scaled);
  return Math.min(least + 2 * timeValue, Math.max(least, value));
}
