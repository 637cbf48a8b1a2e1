import type { CashDividend } from './americanTerms.ts';
import { blackValue } from './black.ts';
import { cashBaseline } from './cashBaseline.ts';
import { LANES } from './gridMoment.ts';
import { GridPair } from './gridPair.ts';

/** What the options of one expiry and right with cash dividends share. */
export interface CashTerms {
  isCall: boolean;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  /** Continuous, besides the dividends. */
  dividendYield: number;
  /** In order, inside (0, years). */
  dividends: readonly CashDividend[];
}

/** Over the strike: a tenth of a cent on a 100-strike above the value without volatility tells no vol. */
export const NEARLY_CERTAIN = 1e-5;
/** Moments of every solution: now, and two later ones. */
export const MOMENTS = 3;
/** Columns of ln(spot / strike), in standard deviations: 0 is at the strike. */
export const COLUMN_STEP = 0.05;

/** Some columns side by side. */
export interface Columns {
  first: number;
  count: number;
}

/** What was found at one moment of one carry. */
interface Part {
  /** Column at and beyond which the option is exercised at once; NaN where it never is. */
  edge: number;
  values: Float32Array;
}

/**
 * One strike at one vol: what the American option is worth above its European baseline (`cashBaseline`), over the strike, in
 * some columns of spots.
 */
export class CashRow {
  readonly strike: number;
  readonly columns: Columns;
  /** [carry * MOMENTS + moment]: the carries one after the other. */
  private readonly parts: Part[] = [];

  constructor(strike: number, columns: Columns) {
    this.strike = strike;
    this.columns = columns;
  }

  get bytes(): number {
    return this.parts.reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  /** For how many carries it is solved. */
  get carries(): number {
    return this.parts.length / MOMENTS;
  }

  /** Takes what was found at the next carry and moment. */
  add(part: Part): void {
    this.parts.push(part);
  }

  /**
   * The column at and beyond which a blend of the parts is exercised, NaN where it never is, and that beyond which any of
   * them is.
   * @param weights by part; those of parts that are not there must be 0.
   */
  edges(weights: Float64Array, isCall: boolean): { edge: number; firstEdge: number } {
    let edge = 0;
    let firstEdge = isCall ? Infinity : -Infinity;
    for (const [k, part] of this.parts.entries()) {
      const weight = weights[k] ?? 0;
      if (weight === 0) continue;
      edge += weight * part.edge;
      firstEdge = isCall ? Math.min(firstEdge, part.edge) : Math.max(firstEdge, part.edge);
    }
    return { edge, firstEdge };
  }

  /** Adds a blend of the parts, from a column on, to entries `stride` apart. */
  blend(weights: Float64Array, first: number, out: Float64Array, stride: number): void {
    const skipped = first - this.columns.first;
    for (const [k, { values }] of this.parts.entries()) {
      const weight = weights[k] ?? 0;
      if (weight === 0) continue;
      for (let i = skipped, at = 0; at < out.length; i++, at += stride)
        out[at] = (out[at] ?? 0) + weight * (values[i] ?? 0);
    }
  }
}

/**
 * Solves a carry of up to LANES rows of one vol.
 * @param terms with the carry.
 * @param laterYears MOMENTS - 1, ascending, before the first dividend.
 */
export function solveRows(
  terms: CashTerms,
  vol: number,
  laterYears: readonly number[],
  rows: readonly CashRow[],
): void {
  const { isCall, years, rate, dividendYield, dividends } = terms;
  const strikes = Array.from({ length: LANES }, (_, lane) => rows[Math.min(lane, rows.length - 1)]?.strike ?? NaN);
  const pair = new GridPair({
    ...{ isCall, years, rate, dividendYield, vol, laterYears },
    dividendYears: dividends.map((dividend) => dividend.years),
    amounts: dividends.map(({ amount }) => Float64Array.from(strikes, (strike) => amount / strike)),
  });
  const step = COLUMN_STEP * vol * Math.sqrt(years);
  for (const [moment, passed] of [0, ...laterYears].entries()) {
    const baseline = baselineOf(terms, vol, passed);
    for (const [lane, row] of rows.entries()) {
      const { first, count } = row.columns;
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const x = (first + i) * step;
        values[i] = pair.at(moment, x, lane) - baseline(x, row.strike);
      }
      row.add({ edge: pair.edge(moment, lane) / step, values });
    }
  }
}

/** Value over the strike of the European option that a row corrects, when some time has passed. */
function baselineOf(terms: CashTerms, vol: number, passed: number): (x: number, strike: number) => number {
  const { isCall, rate, dividendYield } = terms;
  const years = terms.years - passed;
  const dividends = terms.dividends.map((dividend) => ({ ...dividend, years: dividend.years - passed }));
  const { growth, forwardDrop, strikeRise } = cashBaseline({ years, rate, dividendYield }, dividends);
  const stdDev = vol * Math.sqrt(years);
  const discount = Math.exp(-rate * years);
  return (x, strike) => {
    const forward = Math.exp(x) * growth - forwardDrop / strike;
    const raised = 1 + strikeRise / strike;
    if (forward > 0) return blackValue(isCall, forward, raised, stdDev, discount);
    return isCall ? 0 : discount * (raised - forward);
  };
}
