import type { AmericanInput, CashDividend, Slopes } from './americanTerms.ts';

/** Cells in log spot of the coarser of two grids, steps in time, and the half width in standard deviations. */
const SPACE = 200;
const TIME = 120;
const WIDTH = 5.5;
/**
 * Where in a cell a kink does no harm: the root of Bernoulli's polynomial t² - t + 1/6, with which sampling a kinked
 * function on a grid misses its integral (Euler and Maclaurin).
 */
const KINK_OFFSET = 0.5 - Math.sqrt(1 / 12);

/** Everything that one backward march needs, allocated once. */
class Grid {
  readonly logs: Float64Array;
  readonly spots: Float64Array;
  readonly payoff: Float64Array;
  values: Float64Array;
  private next: Float64Array;
  private readonly pivot: Float64Array;
  private readonly side: Float64Array;
  /** Cell in log spot. */
  readonly step: number;
  private readonly isCall: boolean;

  constructor(input: AmericanInput, dividends: readonly CashDividend[], cells: number) {
    const { right, spot, strike, years, rate, dividendYield, vol } = input;
    const stdDev = vol * Math.sqrt(years);
    const paid = dividends.reduce((sum, d) => sum + d.amount, 0);
    const drift = Math.abs(rate - dividendYield) * years;
    const reach = WIDTH * stdDev + drift;
    const low = Math.log(Math.min(spot, strike) * Math.max(0.05, 1 - paid / Math.min(spot, strike))) - reach;
    const high = Math.log(Math.max(spot, strike)) + reach;
    this.isCall = right === 'C';
    this.step = (high - low) / cells;
    const below = Math.ceil((Math.log(strike) - low) / this.step) + KINK_OFFSET;
    const count = Math.ceil(below + (high - Math.log(strike)) / this.step) + 1;
    this.logs = Float64Array.from({ length: count }, (_, i) => Math.log(strike) + (i - below) * this.step);
    this.spots = this.logs.map((x) => Math.exp(x));
    this.payoff = this.spots.map((s) => Math.max(0, this.isCall ? s - strike : strike - s));
    this.values = Float64Array.from(this.payoff);
    this.next = new Float64Array(count);
    this.pivot = new Float64Array(count);
    this.side = new Float64Array(count);
  }

  /** Four-point Lagrange interpolation in log spot; intrinsic-like extrapolation never happens inside the reach. */
  at(spot: number): number {
    const position = (Math.log(spot) - (this.logs[0] ?? 0)) / this.step;
    const i = Math.min(this.logs.length - 3, Math.max(1, Math.floor(position)));
    const u = position - i;
    if (!(position > 0)) return this.values[0] ?? NaN;
    const v = this.values;
    return (
      (-(u * (u - 1) * (u - 2)) / 6) * (v[i - 1] ?? 0) +
      (((u + 1) * (u - 1) * (u - 2)) / 2) * (v[i] ?? 0) -
      (((u + 1) * u * (u - 2)) / 2) * (v[i + 1] ?? 0) +
      (((u + 1) * u * (u - 1)) / 6) * (v[i + 2] ?? 0)
    );
  }

  /** Back over an ex-dividend moment: the holder has the better of exercising before and keeping the cheaper share. */
  payDividend(amount: number): void {
    const { next, payoff, spots } = this;
    const floor = spots[0] ?? 0;
    let gainBefore = 0;
    for (let i = 0; i < next.length; i++) {
      const kept = this.at(Math.max((spots[i] ?? 0) - amount, floor));
      const gain = (payoff[i] ?? 0) - kept;
      next[i] = kept + Math.max(0, gain);
      if (i > 0 && gain > 0 !== gainBefore > 0) this.smoothKink(i, gainBefore, gain);
      gainBefore = gain;
    }
    [this.values, this.next] = [next, this.values];
  }

  /** Makes the sampled kink between nodes i-1 and i integrate as the true one does, see KINK_OFFSET. */
  private smoothKink(i: number, gainBefore: number, gain: number): void {
    const t = gainBefore / (gainBefore - gain);
    const missing = 0.5 * Math.abs(gain - gainBefore) * (t * t - t + 1 / 6);
    this.next[i - 1] = (this.next[i - 1] ?? 0) + (1 - t) * missing;
    this.next[i] = (this.next[i] ?? 0) + t * missing;
  }

  /**
   * One time step back, theta = 1 implicit, 0.5 Crank-Nicolson; the exercise constraint is imposed inside the
   * elimination, which is exact when one boundary separates exercise from holding.
   * @source Brennan and Schwartz (1977); Wilmott, Howison and Dewynne (1995).
   */
  march({ rate, dividendYield, vol }: AmericanInput, dt: number, theta: number): void {
    const { values, next, payoff, pivot, side, step } = this;
    const last = values.length - 1;
    const variance = (vol * vol) / (step * step);
    const drift = (rate - dividendYield - 0.5 * vol * vol) / step;
    const down = 0.5 * (variance - drift) * dt;
    const up = 0.5 * (variance + drift) * dt;
    const middle = -(variance + rate) * dt;
    const held = 1 - theta;
    next[0] = payoff[0] ?? 0;
    next[last] = payoff[last] ?? 0;
    const from = this.isCall ? 1 : last - 1;
    const to = this.isCall ? last : 0;
    const way = this.isCall ? 1 : -1;
    const behind = this.isCall ? down : up;
    const ahead = this.isCall ? up : down;
    pivot[from - way] = 1;
    side[from - way] = next[from - way] ?? 0;
    let coupling = 0;
    for (let i = from; i !== to; i += way) {
      const known =
        (1 + held * middle) * (values[i] ?? 0) + held * (down * (values[i - 1] ?? 0) + up * (values[i + 1] ?? 0));
      const ratio = (-theta * behind) / (pivot[i - way] ?? 1);
      pivot[i] = 1 - theta * middle - ratio * coupling;
      side[i] = known - ratio * (side[i - way] ?? 0);
      coupling = -theta * ahead;
    }
    for (let i = to - way; i !== from - way; i -= way) {
      const free = ((side[i] ?? 0) + theta * ahead * (next[i + way] ?? 0)) / (pivot[i] ?? 1);
      next[i] = Math.max(payoff[i] ?? 0, free);
    }
    [this.values, this.next] = [next, values];
  }
}

/** Marches from expiry to now: four implicit half steps after expiry and after every dividend, steps shorter towards them. */
function solve(input: AmericanInput, dividends: readonly CashDividend[], cells: number): Grid {
  const grid = new Grid(input, dividends, cells);
  const moments = [0, ...dividends.map((d) => d.years), input.years];
  for (let k = moments.length - 1; k >= 1; k--) {
    const span = (moments[k] ?? 0) - (moments[k - 1] ?? 0);
    if (k < moments.length - 1) grid.payDividend(dividends[k - 1]?.amount ?? 0);
    const steps = Math.max(12, Math.ceil(TIME * Math.sqrt(span / input.years)));
    let done = 0;
    for (let i = 1; i <= steps; i++) {
      const until = span * (i / steps) ** 2;
      const dt = until - done;
      if (i <= 2) {
        grid.march(input, 0.5 * dt, 1);
        grid.march(input, 0.5 * dt, 1);
      } else grid.march(input, dt, 0.5);
      done = until;
    }
  }
  return grid;
}

/** Value, delta and gamma at a spot, from three points one cell apart in log spot. */
function slopesAt(grid: Grid, spot: number): Slopes {
  const up = grid.at(spot * Math.exp(grid.step));
  const down = grid.at(spot * Math.exp(-grid.step));
  const price = grid.at(spot);
  const slope = (up - down) / (2 * grid.step);
  const bend = (up - 2 * price + down) / (grid.step * grid.step);
  return { price, delta: slope / spot, gamma: (bend - slope) / (spot * spot) };
}

/**
 * American value, delta and gamma by finite differences in log spot: Crank-Nicolson with Rannacher's start,
 * extrapolated from two grids whose error falls with the square of the cell. Within 5e-5 for a strike of 100 at usual vols.
 * @param dividends in ascending order, all inside (0, years).
 * @source Rannacher (1984); Richardson (1911); Haug, Haug and Lewis (2003) for the spot model of dividends.
 */
export function gridSlopes(input: AmericanInput, dividends: readonly CashDividend[]): Slopes {
  const { spot, strike, right } = input;
  const coarse = slopesAt(solve(input, dividends, SPACE), spot);
  const fine = slopesAt(solve(input, dividends, 2 * SPACE), spot);
  const intrinsic = right === 'C' ? spot - strike : strike - spot;
  if (fine.price <= intrinsic) return { price: intrinsic, delta: right === 'C' ? 1 : -1, gamma: 0 };
  const extrapolated = (a: number, b: number): number => b + (b - a) / 3;
  return {
    price: Math.max(0, intrinsic, extrapolated(coarse.price, fine.price)),
    delta: extrapolated(coarse.delta, fine.delta),
    gamma: extrapolated(coarse.gamma, fine.gamma),
  };
}
