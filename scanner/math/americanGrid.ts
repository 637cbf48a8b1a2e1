import { ExerciseEdge } from './americanEdge.ts';
import { GridMoment, LANES, type GridAxis } from './gridMoment.ts';
import { GridSweeps, type GridKernel } from './gridSweeps.ts';

/**
 * Where in a cell a kink does no harm: the root of Bernoulli's polynomial t² - t + 1/6, with which sampling a kinked
 * function on a grid misses its integral (Euler and Maclaurin).
 */
const KINK_OFFSET = 0.5 - Math.sqrt(1 / 12);
/** Steps in time between two dividends, at least. */
const FEWEST_STEPS = 8;
/** And between two moments that are kept, besides those that their distance asks for. */
const FEWEST_EVEN_STEPS = 1;

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
 * American options by finite differences in log spot, four at a time: compact differences of fourth order, Crank and
 * Nicolson's steps with Rannacher's start after expiry and after every dividend, the exercise constraint imposed inside
 * the elimination (exact where one boundary separates exercise from holding), the boundary between nodes
 * (`ExerciseEdge`). In the spot model of dividends.
 * @source Spotz and Carey (1995) for the differences; Rannacher (1984); Brennan and Schwartz (1977) for the constraint;
 * Haug, Haug and Lewis (2003) for the spot model.
 */
export class AmericanGrid {
  /** The solution now, then for each of `laterYears`. */
  readonly moments: readonly GridMoment[];
  /** Cell in log spot. */
  readonly step: number;
  private readonly count: number;
  private readonly axis: GridAxis;
  private readonly terms: GridTerms;
  private readonly spots: Float64Array;
  private readonly numbers: GridSweeps;
  private readonly edges: readonly ExerciseEdge[];
  /** The first held node of each lane. */
  private readonly held = new Int32Array(LANES);
  /** See `kink`. */
  private readonly kinks = new Float64Array(LANES).fill(NaN);

  /** @param kernel what sweeps; all of them agree but for rounding errors. */
  constructor(terms: GridTerms, { cell, reach, steps }: GridAccuracy, kernel: GridKernel | 'plain' = 'plain') {
    const { isCall, years, rate, dividendYield, vol } = terms;
    this.terms = terms;
    this.step = cell * vol * Math.sqrt(years);
    const below = Math.ceil(gridReach(terms, reach) / this.step);
    this.count = 2 * below + 2;
    const first = -(below + KINK_OFFSET) * this.step;
    this.spots = Float64Array.from({ length: this.count }, (_, i) => Math.exp(first + i * this.step));
    this.numbers = new GridSweeps(this.count, kernel);
    const { step, spots } = this;
    const { payoff, values } = this.numbers;
    for (const [i, spot] of spots.entries()) {
      payoff[i] = Math.max(0, isCall ? spot - 1 : 1 - spot);
      values.fill(payoff[i], i * LANES, (i + 1) * LANES);
    }
    this.axis = { isCall, first, step, spots };
    const edgeGrid = { isCall, rate, dividendYield, vol, step, spots, payoff, lanes: LANES };
    this.edges = Array.from({ length: LANES }, (_, lane) => new ExerciseEdge(edgeGrid, lane));
    this.moments = this.solve(steps);
  }

  /** Now: value over the strike of a lane's option. @param x ln(spot / strike). */
  at(x: number, lane: number): number {
    return this.moments[0]?.at(x, lane) ?? NaN;
  }

  /**
   * ln(spot / strike) at and beyond which a lane's call is exercised just before its first dividend, where its value bends;
   * NaN where it never is, and for puts.
   */
  kink(lane: number): number {
    return this.kinks[lane] ?? NaN;
  }

  /** From expiry to now, step by step between dividends and the moments that are kept. */
  private solve(steps: number): GridMoment[] {
    const { isCall, years, dividendYears, amounts, laterYears = [] } = this.terms;
    const kept: GridMoment[] = [];
    const stops = [0, ...laterYears, ...dividendYears, years];
    for (let k = stops.length - 1; k >= 1; k--) {
      const paid = amounts[k - 1 - laterYears.length];
      if (k <= laterYears.length) kept.unshift(this.current().copy());
      else if (k < stops.length - 1 && paid) {
        const after = this.current();
        for (let lane = 0; lane < LANES; lane++) this.payDividend(after, lane, paid[lane] ?? 0);
        this.numbers.swap();
        for (const edge of this.edges) edge.sweep();
      }
      const span = (stops[k] ?? 0) - (stops[k - 1] ?? 0);
      if (k <= laterYears.length) this.marchEvenly(span, steps);
      else this.marchOver(span, steps, k === 1 + laterYears.length && !isCall && dividendYears.length > 0);
    }
    return [this.current().copy(), ...kept];
  }

  /** As far as the grid has come. */
  private current(): GridMoment {
    return new GridMoment(
      this.axis,
      this.numbers.values,
      Float64Array.from(this.edges, (edge) => edge.position),
    );
  }

  /** On from a smooth solution, in steps as long as the longest of `marchOver`. */
  private marchEvenly(span: number, steps: number): void {
    const count = FEWEST_EVEN_STEPS + Math.ceil((0.5 * steps * span) / this.terms.years);
    for (let i = 0; i < count; i++) this.march(span / count, 0.5);
  }

  /**
   * @param isShortAtEnd whether steps become short again towards the end: before its first dividend a put may have begun to be
   * exercised only just now.
   */
  private marchOver(span: number, steps: number, isShortAtEnd: boolean): void {
    const count = Math.max(FEWEST_STEPS, Math.ceil(steps * Math.sqrt(span / this.terms.years)));
    let done = 0;
    for (let i = 1; i <= count; i++) {
      const until = span * (isShortAtEnd ? Math.sin((0.5 * Math.PI * i) / count) ** 2 : (i / count) ** 2);
      const dt = until - done;
      if (i <= 2) {
        this.march(0.5 * dt, 1);
        this.march(0.5 * dt, 1);
      } else this.march(dt, 0.5);
      done = until;
    }
  }

  /** Back over an ex-dividend moment: the holder has the better of exercising before and keeping the cheaper share. */
  private payDividend(after: GridMoment, lane: number, amount: number): void {
    const { spots } = this;
    const { next, payoff } = this.numbers;
    let gainBefore = 0;
    this.kinks[lane] = NaN;
    for (let i = 0; i < this.count; i++) {
      const spot = (spots[i] ?? 0) - amount;
      const kept = spot > 0 ? after.at(Math.log(spot), lane) : after.before(0, lane);
      const gain = (payoff[i] ?? 0) - kept;
      next[i * LANES + lane] = kept + Math.max(0, gain);
      if (i > 0 && gain > 0 !== gainBefore > 0) {
        this.smoothKink(i * LANES + lane, gainBefore, gain);
        this.noteKink(lane, i - gain / (gain - gainBefore), gain);
      }
      gainBefore = gain;
    }
  }

  /** Of a call the first one above the strike; beyond it only rounding makes more. */
  private noteKink(lane: number, node: number, gain: number): void {
    const { isCall, first, step } = this.axis;
    const x = first + node * step;
    if (isCall && gain > 0 && x > 0 && Number.isNaN(this.kink(lane))) this.kinks[lane] = x;
  }

  /** Makes the sampled kink before an entry integrate as the true one does, see KINK_OFFSET. */
  private smoothKink(at: number, gainBefore: number, gain: number): void {
    const t = gainBefore / (gainBefore - gain);
    const missing = 0.5 * Math.abs(gain - gainBefore) * (t * t - t + 1 / 6);
    const { next } = this.numbers;
    next[at - LANES] = (next[at - LANES] ?? 0) + (1 - t) * missing;
    next[at] = (next[at] ?? 0) + t * missing;
  }

  /**
   * One step back, theta = 1 implicit, 0.5 Crank-Nicolson. The coefficients are the same at every node, so the
   * tridiagonal system is a product of two recurrences whose factors are known at once: no division per node.
   */
  private march(dt: number, theta: number): void {
    const { isCall, rate, dividendYield, vol } = this.terms;
    const { step, count, numbers } = this;
    const diffusion = 0.5 * vol * vol;
    const drift = rate - dividendYield - diffusion;
    // Masses and rates of change of the nodes below, here and above.
    const skew = ((drift / diffusion) * step) / 24;
    const massDown = 1 / 12 - skew;
    const massUp = 1 / 12 + skew;
    const massHere = 10 / 12;
    const spread = diffusion / (step * step) + (drift * drift) / (12 * diffusion);
    const tilt = drift / (2 * step);
    const rateDown = (spread - tilt - rate * massDown) * dt;
    const rateUp = (spread + tilt - rate * massUp) * dt;
    const rateHere = (-2 * spread - rate * massHere) * dt;
    const behind = theta * (isCall ? rateDown : rateUp) - (isCall ? massDown : massUp);
    const ahead = theta * (isCall ? rateUp : rateDown) - (isCall ? massUp : massDown);
    const here = massHere - theta * rateHere;
    const pivot = 0.5 * (here + Math.sqrt(here * here - 4 * behind * ahead));
    const held = 1 - theta;
    // From the worthless end to the other, and back.
    const away = { first: isCall ? 1 : count - 2, count: count - 2, way: isCall ? 1 : -1, carry: behind / pivot };
    const weights = {
      down: (massDown + held * rateDown) / pivot,
      here: (massHere + held * rateHere) / pivot,
      up: (massUp + held * rateUp) / pivot,
    };
    numbers.eliminate(away, weights);
    this.substitute(ahead / pivot);
    // The worthless end stays worthless.
    const end = isCall ? 0 : (count - 1) * LANES;
    numbers.next.fill(numbers.payoff[isCall ? 0 : count - 1] ?? 0, end, end + LANES);
    numbers.swap();
  }

  /** Back from the deep end: where exercise ends, then all that is held. */
  private substitute(carry: number): void {
    const { isCall } = this.terms;
    const { count } = this;
    const way = isCall ? -1 : 1;
    this.closeDeepEnd(isCall ? count - 1 : 0, way, carry);
    const first = this.holdAll(carry);
    this.numbers.substitute({ first, count: isCall ? first : count - 1 - first, way, carry });
  }

  /** Finds the edges and goes on from each to where all lanes are held. @returns the first node that is left. */
  private holdAll(carry: number): number {
    const { edges, held } = this;
    const { next, payoff } = this.numbers;
    const way = this.terms.isCall ? -1 : 1;
    let last = this.terms.isCall ? this.count : -1;
    for (let lane = 0; lane < LANES; lane++) {
      const first = edges[lane]?.find(next, carry) ?? 0;
      held[lane] = first;
      if ((first - last) * way > 0) last = first;
    }
    for (let lane = 0; lane < LANES; lane++) {
      for (let i = held[lane] ?? 0; i !== last; i += way) {
        const k = i * LANES + lane;
        next[k] = Math.max(payoff[i] ?? 0, (next[k] ?? 0) + carry * (next[k - way * LANES] ?? 0));
      }
    }
    return last;
  }

  /** Deep in the money an option is linear in the spot: the last node follows from the two before it. */
  private closeDeepEnd(end: number, way: number, carry: number): void {
    const { next, payoff } = this.numbers;
    const { step } = this;
    const growth = Math.exp(-way * step);
    for (let lane = 0; lane < LANES; lane++) {
      const near = next[(end + way) * LANES + lane] ?? 0;
      const far = next[(end + 2 * way) * LANES + lane] ?? 0;
      // last = (1 + growth) * one - growth * two, one = near + carry * last, two = far + carry * one.
      const share = 1 + growth - growth * carry;
      const one = (near - carry * growth * far) / (1 - carry * share);
      next[end * LANES + lane] = Math.max(payoff[end] ?? 0, share * one - growth * far);
    }
  }
}
