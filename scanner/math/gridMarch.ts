import { ExerciseEdge } from './americanEdge.ts';
import { GridMoment, LANES, type GridAxis } from './gridMoment.ts';
import { GridSweeps, type GridKernel } from './gridSweeps.ts';

/**
 * Where in a cell a kink does no harm: the root of Bernoulli's polynomial t² - t + 1/6, with which sampling a kinked
 * function on a grid misses its integral (Euler and Maclaurin).
 */
export const KINK_OFFSET = 0.5 - Math.sqrt(1 / 12);

/** Of options on strike 1. */
export interface MarchTerms {
  isCall: boolean;
  rate: number;
  dividendYield: number;
  /** Annual. */
  vol: number;
}

/**
 * American options by finite differences in log spot, four at a time, step by step from expiry back: compact differences of
 * fourth order, the exercise constraint imposed inside the elimination (exact where one boundary separates exercise from
 * holding), the boundary between nodes (`ExerciseEdge`).
 * @source Spotz and Carey (1995) for the differences; Brennan and Schwartz (1977) for the constraint.
 */
export class GridMarch {
  readonly axis: GridAxis;
  private readonly terms: MarchTerms;
  private readonly numbers: GridSweeps;
  private readonly edges: readonly ExerciseEdge[];
  /** The first held node of each lane. */
  private readonly held = new Int32Array(LANES);

  /** At expiry. @param kernel in whose memory there is room for one march. */
  constructor(terms: MarchTerms, axis: GridAxis, kernel: GridKernel | 'plain') {
    const { isCall } = terms;
    const { spots, step } = axis;
    this.terms = terms;
    this.axis = axis;
    this.numbers = new GridSweeps(spots.length, kernel);
    const { payoff, values } = this.numbers;
    for (const [i, spot] of spots.entries()) {
      payoff[i] = Math.max(0, isCall ? spot - 1 : 1 - spot);
      values.fill(payoff[i], i * LANES, (i + 1) * LANES);
    }
    const edgeGrid = { ...terms, step, spots, payoff, lanes: LANES };
    this.edges = Array.from({ length: LANES }, (_, lane) => new ExerciseEdge(edgeGrid, lane));
  }

  private get count(): number {
    return this.axis.spots.length;
  }

  /** As far as the march has come; it writes over these values when it goes on. */
  moment(): GridMoment {
    return new GridMoment(
      this.axis,
      this.numbers.values,
      Float64Array.from(this.edges, (edge) => edge.position),
    );
  }

  /**
   * Back over an ex-dividend moment: the holder has the better of exercising before and keeping the cheaper share.
   * @param after the moment after it, maybe of a march on other cells.
   * @param amounts over the strike, by lane.
   * @returns by lane ln(spot / strike) at and beyond which a call is exercised just before the dividend, where its value
   * bends; NaN where it never is, and for puts.
   */
  pay(after: GridMoment, amounts: Float64Array): Float64Array {
    const kinks = amounts.map((amount, lane) => this.payLane(after, lane, amount));
    this.numbers.swap();
    for (const edge of this.edges) edge.sweep();
    return kinks;
  }

  private payLane(after: GridMoment, lane: number, amount: number): number {
    const { isCall, first, step, spots } = this.axis;
    const { next, payoff } = this.numbers;
    let gainBefore = 0;
    let kink = NaN;
    for (let i = 0; i < this.count; i++) {
      const kept = after.atSpot(Math.max(0, (spots[i] ?? 0) - amount), lane);
      const gain = (payoff[i] ?? 0) - kept;
      next[i * LANES + lane] = kept + Math.max(0, gain);
      if (i > 0 && gain > 0 !== gainBefore > 0) {
        this.smoothKink(i * LANES + lane, gainBefore, gain);
        const x = first + (i - gain / (gain - gainBefore)) * step;
        // Of a call the first one above the strike; beyond it only rounding makes more.
        if (isCall && gain > 0 && x > 0 && Number.isNaN(kink)) kink = x;
      }
      gainBefore = gain;
    }
    return kink;
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
  back(dt: number, theta: number): void {
    const { isCall, rate, dividendYield, vol } = this.terms;
    const { count, numbers } = this;
    const { step } = this.axis;
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
    const { step } = this.axis;
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
