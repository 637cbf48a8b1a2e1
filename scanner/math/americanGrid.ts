import { GridMarch, KINK_OFFSET } from './gridMarch.ts';
import { LANES, type GridMoment } from './gridMoment.ts';
import type { GridKernel } from './gridSweeps.ts';

/** Steps in time between two dividends, at least. */
const FEWEST_STEPS = 8;
/** And between two moments that are kept, besides those that their distance asks for. */
const FEWEST_EVEN_STEPS = 1;
/**
 * What a dividend bends is as wide as the spot may move until then. A cell may be so many times as large a part of that as
 * it is of a whole life's standard deviation.
 */
const BEND_CELL = 6;
/** But not less than this part of what it is for the whole life: in the last minutes nobody trades. */
export const SHORTEST_CELL = 1 / 32;
/** Cells that are longer than that by less than this part are left alone. */
const NEARLY = 1.2;

/** Options on strike 1 that differ in nothing but their dividends. */
export interface GridTerms {
  isCall: boolean;
  years: number;
  rate: number;
  dividendYield: number;
  /** Annual, with vol * sqrt(years) > 0. */
  vol: number;
  /** Ascending, inside (0, years). */
  dividendYears: readonly number[];
  /** Over the strike: [dividend][lane]. */
  amounts: readonly Float64Array[];
  /** From now on, for which the solution is kept too: ascending, before the first dividend. */
  laterYears?: readonly number[];
}

/** How finely a grid is drawn. */
export interface GridAccuracy {
  /** Cell over vol * sqrt(years). */
  cell: number;
  /** Half width in the same unit, besides the drift. */
  reach: number;
  /** Steps in time, were there no dividend. */
  steps: number;
}

/** A drift, or dividends, of more standard deviations than this leave nothing uncertain: the grid need not follow them. */
const MOST_DRIFT = 8;
export const MOST_PAID = 24;

/** How far in ln(spot / strike) a grid reaches, with `reach` standard deviations besides drift and dividends. */
export function gridReach(
  { vol, years, rate, dividendYield, amounts }: Omit<GridTerms, 'isCall' | 'dividendYears'>,
  reach: number,
): number {
  const stdDev = vol * Math.sqrt(years);
  const drift = Math.abs(rate - dividendYield) * years;
  const paid = Math.log1p(amounts.reduce((sum, lanes) => sum + Math.max(...lanes), 0));
  return reach * stdDev + Math.min(drift, MOST_DRIFT * stdDev) + Math.min(paid, MOST_PAID * stdDev);
}

/**
 * American options by finite differences in log spot, four at a time (`GridMarch`), in the spot model of dividends: with
 * Rannacher's start after expiry and after every dividend, and with shorter cells from a dividend on that is near.
 * @source Rannacher (1984); Haug, Haug and Lewis (2003) for the spot model.
 */
export class AmericanGrid {
  /** The solution now, then for each of `laterYears`. */
  readonly moments: readonly GridMoment[];
  private readonly terms: GridTerms;
  private readonly accuracy: GridAccuracy;
  private readonly kernel: GridKernel | 'plain';
  private march: GridMarch;
  /** See `kink`. */
  private kinks: Float64Array = new Float64Array(LANES).fill(NaN);
  /** The longest step in time since the last dividend. */
  private longest = NaN;

  /** @param kernel what sweeps; all of them agree but for rounding errors. */
  constructor(terms: GridTerms, accuracy: GridAccuracy, kernel: GridKernel | 'plain' = 'plain') {
    this.terms = terms;
    this.accuracy = accuracy;
    this.kernel = kernel;
    this.march = this.begin(accuracy.cell * terms.vol * Math.sqrt(terms.years));
    this.moments = this.solve();
  }

  /** Cell in log spot, now. */
  get step(): number {
    return this.march.axis.step;
  }

  /** Now: value over the strike of a lane's option. @param x ln(spot / strike). */
  at(x: number, lane: number): number {
    return this.moments[0]?.at(x, lane) ?? NaN;
  }

  /** See `GridMarch.pay`: of the first dividend. */
  kink(lane: number): number {
    return this.kinks[lane] ?? NaN;
  }

  /** At expiry, on cells of this length. */
  private begin(step: number): GridMarch {
    const { terms, accuracy, kernel } = this;
    const below = Math.ceil(gridReach(terms, accuracy.reach) / step);
    const first = -(below + KINK_OFFSET) * step;
    const spots = Float64Array.from({ length: 2 * below + 2 }, (_, i) => Math.exp(first + i * step));
    return new GridMarch(terms, { isCall: terms.isCall, first, step, spots }, kernel);
  }

  /** From expiry to now, step by step between dividends and the moments that are kept. */
  private solve(): GridMoment[] {
    const { isCall, years, dividendYears, amounts, laterYears = [] } = this.terms;
    const kept: GridMoment[] = [];
    const stops = [0, ...laterYears, ...dividendYears, years];
    for (let k = stops.length - 1; k >= 1; k--) {
      const at = stops[k] ?? 0;
      const span = at - (stops[k - 1] ?? 0);
      if (k <= laterYears.length) {
        kept.unshift(this.march.moment().copy());
        this.marchEvenly(span);
        continue;
      }
      const paid = amounts[k - 1 - laterYears.length];
      if (k < stops.length - 1 && paid) this.pay(at, paid);
      this.marchOver(span, k === 1 + laterYears.length && !isCall && dividendYears.length > 0);
    }
    return [this.march.moment().copy(), ...kept];
  }

  /** Back over a dividend. @param at years from now. */
  private pay(at: number, amounts: Float64Array): void {
    const { vol, years } = this.terms;
    const { cell } = this.accuracy;
    const step = cell * vol * Math.max(BEND_CELL * Math.sqrt(at), SHORTEST_CELL * Math.sqrt(years));
    let after = this.march.moment();
    if (step * NEARLY < this.step) {
      // The next march writes over the memory of this one.
      after = after.copy();
      this.march = this.begin(step);
    }
    this.kinks = this.march.pay(after, amounts);
  }

  /** On from a smooth solution, in steps as long as the longest of `marchOver`. */
  private marchEvenly(span: number): void {
    const count = FEWEST_EVEN_STEPS + Math.ceil(span / this.longest);
    for (let i = 0; i < count; i++) this.march.back(span / count, 0.5);
  }

  /**
   * @param isShortAtEnd whether steps become short again towards the end: before its first dividend a put may have begun to be
   * exercised only just now.
   */
  private marchOver(span: number, isShortAtEnd: boolean): void {
    const { cell, steps } = this.accuracy;
    // As many for every cell of the standard deviation as there are from expiry to now.
    const cells = (this.terms.vol * Math.sqrt(span)) / this.step;
    const count = Math.max(FEWEST_STEPS, Math.ceil(steps * cell * cells));
    let done = 0;
    for (let i = 1; i <= count; i++) {
      const until = span * (isShortAtEnd ? Math.sin((0.5 * Math.PI * i) / count) ** 2 : (i / count) ** 2);
      const dt = until - done;
      if (i <= 2) {
        this.march.back(0.5 * dt, 1);
        this.march.back(0.5 * dt, 1);
      } else this.march.back(dt, 0.5);
      done = until;
    }
    this.longest = (2 * span) / count;
  }
}
