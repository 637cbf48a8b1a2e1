import { LANES } from './americanGrid.ts';
import type { CashDividend } from './americanTerms.ts';
import { WINDOW, windowStart } from './sixPoint.ts';

/** In ln(dividends / strike): turns this near each other count as one. */
const TURN_WIDTH = 0.05;
/** Turns beyond this part of the reach are left alone. */
const INNER = 0.8;
/** Lanes stand at equal steps of distance / FAR, plus asinh(distance / near) for the distance from a turn. */
const LANE_STEP = 0.5;
const FAR = 0.4;
/** What is near a turn: on the side where early exercise begins to be worth something, on the other, */
const NEAR_WORTH = 0.005;
const NEAR_NOTHING = 0.08;
/** and where a yield besides the dividends makes a turn depend on the spot to come, which blurs it. */
const NEAR_BLURRED = 0.02;

/** What the table of one expiry and right is made for. */
export interface CashTerms {
  isCall: boolean;
  years: number;
  rate: number;
  dividendYield: number;
  /** In order, inside (0, years). */
  dividends: readonly CashDividend[];
}

/**
 * ln(spot / strike) of the strikes at which exercising for a dividend begins to pay: the interest on the strike until the
 * next dividend (calls) or since the last one (puts) is the dividend and the yield in that time. Deep in the money values bend there.
 */
export function cashTurns({ isCall, years, rate, dividendYield, dividends }: CashTerms, spot: number): number[] {
  const turns: number[] = [];
  dividends.forEach(({ years: at, amount }, k) => {
    const wait = isCall ? (dividends[k + 1]?.years ?? years) - at : at - (dividends[k - 1]?.years ?? 0);
    const interest = isCall ? -Math.expm1(-rate * wait) : Math.expm1(rate * wait);
    // Puts begin to be exercised at the lowest spots, which yield nothing.
    const paid = isCall ? amount - spot * Math.expm1(-dividendYield * wait) : amount;
    const turn = Math.log((spot * interest) / paid);
    if (turns.every((other) => Math.abs(other - turn) > TURN_WIDTH)) turns.push(turn);
  });
  return turns;
}

/** Without a yield besides the dividends nothing about a turn depends on the spot. */
export function areTurnsSharp({ dividendYield }: CashTerms): boolean {
  return dividendYield === 0;
}

/** The lanes from one turn (or an end) to the next. */
interface Segment {
  from: number;
  to: number;
  /** Number of its first lane, and how many steps there are to its last, which is the next segment's first. */
  first: number;
  steps: number;
}

/**
 * Where the lanes of a row stand in ln(dividends / strike): from -reach to reach, one on every turn, dense around them. A
 * sharp turn has early exercise worth exactly nothing on one side: no polynomial is to be laid across it.
 */
export class CashLanes {
  readonly count: number;
  private readonly reach: number;
  private readonly isSharp: boolean;
  /** What counts as near above a turn, and below. */
  private readonly above: number;
  private readonly below: number;
  private readonly segments: readonly Segment[];

  /** Turns out of reach, and NaN (no interest to be earned), count for nothing. */
  constructor(reach: number, terms: CashTerms, spot: number) {
    this.reach = reach;
    this.isSharp = areTurnsSharp(terms);
    const [worth, nothing] = this.isSharp ? [NEAR_WORTH, NEAR_NOTHING] : [NEAR_BLURRED, NEAR_BLURRED];
    this.above = terms.isCall ? worth : nothing;
    this.below = terms.isCall ? nothing : worth;
    const inside = cashTurns(terms, spot).filter((turn) => Math.abs(turn) < INNER * reach);
    const ends = [-reach, ...inside.toSorted((a, b) => a - b), reach];
    let first = 0;
    this.segments = ends.slice(1).map((to, k) => {
      const from = ends[k] ?? -reach;
      const enough = Math.max(WINDOW - 1, Math.ceil(this.spread(from, to, to) / LANE_STEP));
      // What is left of the last march goes to the last segment.
      const steps = to < reach ? enough : enough + LANES - 1 - ((first + enough) % LANES);
      const segment = { from, to, first, steps };
      first += steps;
      return segment;
    });
    this.count = first + 1;
  }

  /** Rises from a segment's start to a size, at once near a turn. */
  private spread(from: number, to: number, size: number): number {
    const { above, below, reach } = this;
    let sum = (size - from) / FAR;
    if (from > -reach) sum += Math.asinh((size - from) / above);
    if (to < reach) sum += Math.asinh((to - from) / below) - Math.asinh((to - size) / below);
    return sum;
  }

  /** Of a size, in lanes. */
  positionOf(size: number): number {
    const { from, to, first, steps } = this.segment((one) => one.from <= size);
    return first + (this.spread(from, to, size) / this.spread(from, to, to)) * steps;
  }

  /** The size at a position: the inverse of `positionOf`, by halving. */
  at(position: number): number {
    let [low, high] = [-this.reach, this.reach];
    while (high - low > 1e-12) {
      const middle = 0.5 * (low + high);
      if (this.positionOf(middle) < position) low = middle;
      else high = middle;
    }
    return 0.5 * (low + high);
  }

  /** First of the six lanes that surround a position, all on one side of every sharp turn. */
  windowStart(position: number): number {
    if (!this.isSharp) return windowStart(position, this.count);
    const { first, steps } = this.segment((one) => one.first <= position);
    return first + windowStart(position - first, steps + 1);
  }

  /** The last that begins early enough, or the first. */
  private segment(begins: (segment: Segment) => boolean): Segment {
    const found = this.segments.findLast(begins) ?? this.segments[0];
    if (!found) throw new RangeError('lanes without a segment');
    return found;
  }
}
