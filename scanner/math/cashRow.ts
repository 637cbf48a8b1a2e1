import { AmericanGrid, SHORTEST_CELL, type GridTerms } from './americanGrid.ts';
import type { CashDividend } from './americanTerms.ts';
import { blackValue } from './black.ts';
import { cashBaseline } from './cashBaseline.ts';
import { LANES } from './gridMoment.ts';
import { COARSE, GridPair } from './gridPair.ts';
import { columnKernel } from './kernel/columnKernel.ts';

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
/** Carries: the first, one above it and one as far below. */
export const CARRIES = 3;
/** Where exercise begins may move by so many columns from one part to another; so far beyond the row's it may be anywhere. */
const MOST_EDGE_MOVE = 8;
/** By so much of the strike a value may bend from one carry over the first to the other. */
const MOST_BEND = 5e-6;

/** Some columns side by side. */
export interface Columns {
  first: number;
  count: number;
}

/** From one column to the next, in standard deviations of the life and of the time to the first dividend. */
const COLUMN = 0.05;
const COLUMN_BEFORE_DIVIDEND = 0.35;
/** No shorter than the cells of the grids that they are read from. */
const SHORTEST_COLUMN = COLUMN * SHORTEST_CELL;

/** See `RowsOfVol`. @param untilDividend years to the first one. */
export function columnByVol(years: number, untilDividend: number): number {
  const rootYears = Math.sqrt(years);
  const beforeDividend = COLUMN_BEFORE_DIVIDEND * Math.sqrt(untilDividend);
  return Math.min(COLUMN * rootYears, Math.max(SHORTEST_COLUMN * rootYears, beforeDividend));
}

/** With a margin on both sides. */
export function widened({ first, count }: Columns, margin: number): Columns {
  return { first: first - margin, count: count + 2 * margin };
}

/** How the parts of rows are blended for one moment and carry. */
export interface CashBlend {
  /** By part. */
  weights: Float64Array;
  /** What these weights are called: no two blends of a table have the same name. */
  name: number;
  /** How many parts a row must have. */
  parts: number;
  isCall: boolean;
  /** Columns of a standard deviation of the life. */
  deviation: number;
  /** In the middle of those that the rows serve. */
  spot: number;
}

/** What was found at one moment of one carry. */
interface Part {
  /** Column at and beyond which the option is exercised at once; NaN where it never is. */
  edge: number;
  /** Column at and beyond which it is exercised just before the first dividend; NaN where it never is. */
  kink: number;
  values: Float32Array;
}

const NO_PART: Part = { edge: NaN, kink: NaN, values: new Float32Array(0) };

/**
 * One strike at one vol: what the American option is worth above its European baseline (`cashBaseline`), over the strike, in
 * some columns of spots.
 */
export class CashRow {
  readonly strike: number;
  readonly columns: Columns;
  /** [carry * MOMENTS + moment]: the carries one after the other. Of a row for one moment and carry alone just the first. */
  private readonly parts: Part[] = [];
  private isBent: boolean | undefined;

  constructor(strike: number, columns: Columns) {
    this.strike = strike;
    this.columns = columns;
  }

  get bytes(): number {
    return this.parts.reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  /** How many parts are solved. */
  get solved(): number {
    return this.parts.length;
  }

  /**
   * Whether values between the parts cannot be told from them: it changes abruptly which dividends are worth exercising for,
   * and whether exercise pays at all.
   */
  bends(isCall: boolean): boolean {
    return (this.isBent ??=
      this.moves(({ edge }) => edge, isCall) || this.moves(({ kink }) => kink, isCall) || this.isBentByCarry());
  }

  private moves(columnOf: (part: Part) => number, isCall: boolean): boolean {
    const { first, count } = this.columns;
    const [low, high] = [first - MOST_EDGE_MOVE, first + count + MOST_EDGE_MOVE];
    const seen = this.parts.map((part) => {
      const at = columnOf(part);
      // Where exercise never begins is beyond all columns.
      if (Number.isNaN(at)) return isCall ? high : low;
      return Math.min(high, Math.max(low, at));
    });
    return Math.max(...seen) - Math.min(...seen) > MOST_EDGE_MOVE;
  }

  private isBentByCarry(): boolean {
    if (this.parts.length < CARRIES * MOMENTS) return false;
    for (let moment = 0; moment < MOMENTS; moment++) {
      const [here, above, below] = [0, 1, 2].map((carry) => this.parts[carry * MOMENTS + moment]?.values);
      if (!here || !above || !below) continue;
      for (const [i, value] of here.entries()) {
        if (Math.abs((above[i] ?? NaN) + (below[i] ?? NaN) - 2 * value) > MOST_BEND) return true;
      }
    }
    return false;
  }

  /** At the first carry. */
  firstPart(moment: number): Part {
    return this.parts[moment] ?? NO_PART;
  }

  /** Takes what was found at the next carry and moment. */
  add(part: Part): void {
    this.parts.push(part);
    this.isBent = undefined;
  }

  /**
   * The column at and beyond which a blend of the parts is exercised, NaN where it never is, that beyond which any of them
   * is, and that of the blended kinks.
   * @param weights by part; those of parts that are not there must be 0.
   */
  edges(weights: Float64Array, isCall: boolean): { edge: number; firstEdge: number; kink: number } {
    let edge = 0;
    let kink = 0;
    let firstEdge = isCall ? Infinity : -Infinity;
    for (const [k, part] of this.parts.entries()) {
      const weight = weights[k] ?? 0;
      if (weight === 0) continue;
      edge += weight * part.edge;
      kink += weight * part.kink;
      firstEdge = isCall ? Math.min(firstEdge, part.edge) : Math.max(firstEdge, part.edge);
    }
    return { edge, firstEdge, kink };
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

const NO_ROW = new CashRow(NaN, { first: 0, count: 0 });

/** Up to LANES rows of one vol. */
export interface RowsOfVol {
  rows: readonly CashRow[];
  vol: number;
  /** Later moments that are kept: MOMENTS - 1 or none, ascending, before the first dividend. */
  laterYears: readonly number[];
  /** ln(spot / strike) over the vol, from one column to the next: column 0 is at the strike. */
  columnByVol: number;
}

/** Solves rows at their first carry. */
export function solveRows(terms: CashTerms, task: RowsOfVol): void {
  const pair = new GridPair(gridTerms(terms, task), columnKernel());
  const baselines = baselinesOf(terms, task);
  addParts(task, (moment, lane) => {
    const baseline = baselines[moment] ?? unknown;
    const { strike } = task.rows[lane] ?? NO_ROW;
    return {
      edge: pair.edge(moment, lane),
      kink: pair.kink(lane),
      at: (x) => pair.at(moment, x, lane) - baseline(x, strike),
    };
  });
}

/**
 * Solves rows at other carries nearby: the first and what a coarse grid finds the others to be above it. The errors of such
 * grids are nearly the same.
 */
export function shiftRows(terms: CashTerms, dividendYields: readonly number[], task: RowsOfVol): void {
  const solved = (at: CashTerms) => ({
    grid: new AmericanGrid(gridTerms(at, task), COARSE, columnKernel()),
    baselines: baselinesOf(at, task),
  });
  const step = stepOf(task);
  const from = solved(terms);
  for (const dividendYield of dividendYields) {
    const to = solved({ ...terms, dividendYield });
    addParts(task, (moment, lane) => {
      const row = task.rows[lane] ?? NO_ROW;
      const [before, after] = [from.grid.moments[moment], to.grid.moments[moment]];
      const [baseline, shifted] = [from.baselines[moment] ?? unknown, to.baselines[moment] ?? unknown];
      const { edge, kink, values } = row.firstPart(moment);
      return {
        kink: kink * step + to.grid.kink(lane) - from.grid.kink(lane),
        edge: edge * step + (after?.edge(lane) ?? NaN) - (before?.edge(lane) ?? NaN),
        at: (x, i) => {
          const moved = (after?.at(x, lane) ?? NaN) - (before?.at(x, lane) ?? NaN);
          return (values[i] ?? NaN) + moved - shifted(x, row.strike) + baseline(x, row.strike);
        },
      };
    });
  }
}

function gridTerms(terms: CashTerms, { rows, vol, laterYears }: RowsOfVol): GridTerms {
  const { isCall, years, rate, dividendYield, dividends } = terms;
  const strikes = Array.from({ length: LANES }, (_, lane) => rows[Math.min(lane, rows.length - 1)]?.strike ?? NaN);
  return {
    ...{ isCall, years, rate, dividendYield, vol, laterYears },
    dividendYears: dividends.map((dividend) => dividend.years),
    amounts: dividends.map(({ amount }) => Float64Array.from(strikes, (strike) => amount / strike)),
  };
}

/** From one column to the next, in ln(spot / strike). */
function stepOf({ vol, columnByVol }: RowsOfVol): number {
  return vol * columnByVol;
}

/** What was found for one row at one moment: ln(spot / strike) of edge and kink, and the value of its i-th column, at x. */
interface Found {
  edge: number;
  kink: number;
  at: (x: number, i: number) => number;
}

function addParts(task: RowsOfVol, find: (moment: number, lane: number) => Found): void {
  const step = stepOf(task);
  for (let moment = 0; moment <= task.laterYears.length; moment++) {
    for (const [lane, row] of task.rows.entries()) {
      const { edge, kink, at } = find(moment, lane);
      const { first, count } = row.columns;
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = at((first + i) * step, i);
      row.add({ edge: edge / step, kink: kink / step, values });
    }
  }
}

/** Value over the strike of the European option that a row corrects. */
type Baseline = (x: number, strike: number) => number;

const unknown: Baseline = () => NaN;

/** By moment. */
function baselinesOf(terms: CashTerms, { vol, laterYears }: RowsOfVol): Baseline[] {
  return [0, ...laterYears].map((passed) => baselineOf(terms, vol, passed));
}

function baselineOf(terms: CashTerms, vol: number, passed: number): Baseline {
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
