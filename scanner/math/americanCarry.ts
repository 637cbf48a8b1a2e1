import { AmericanGrid, type GridAccuracy } from './americanGrid.ts';
import type { CashDividend } from './americanTerms.ts';
import { blackValue } from './black.ts';
import { cashBaseline, relevantDividends } from './cashBaseline.ts';
import { LANES } from './gridMoment.ts';
import { impliedStdDev } from './impliedVol.ts';
import { columnKernel } from './kernel/columnKernel.ts';
import { impliedForward, type ParityPoint } from './parity.ts';

/** Strikes around the money that are looked at. */
const NEAREST = 6;
const MAX_ROUNDS = 8;
/** The yield times years is known to a millionth of the spot: far less than a cent. */
const SETTLED = 1e-6;
/** Prices that leave less are not those of options near the money. */
const LEAST_STD_DEV = 1e-3;
/** Early-exercise premiums within half a cent on a 100-strike are enough here. */
const ROUGH: GridAccuracy = { cell: 0.1, reach: 6, steps: 30 };

export interface AmericanQuotes {
  /** Strikes where call and put both have a mid; the nearest few are used. */
  points: readonly ParityPoint[];
  spot: number;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  /** Known, in cash; those outside (0, years) are ignored. */
  dividends?: readonly CashDividend[];
}

export interface AmericanCarry {
  /** Continuous; what there is besides the known dividends. NaN when no strike has both mids. */
  dividendYield: number;
  /** What the share is expected to be worth at expiry: spot grown at rate less yield, less the dividends grown likewise. */
  forward: number;
  /** False when the early-exercise premiums could not be told from the quotes: this is put-call parity on the mids. */
  isAmerican: boolean;
}

/**
 * The dividend yield of American quotes: that at which calls and puts near the money have the same vol.
 * Put-call parity holds for European prices only. Taken from American mids it puts the difference of the two
 * early-exercise premiums into the forward: dollars on a two-year put. So the premiums are estimated, parity is read from
 * the mids without them, and again with the premiums that follow from the new yield, until it stands still (secant steps).
 * @source Stoll (1969) for parity; Kim (1990) for the premium; the name is de-Americanisation in Carr and Wu (2010).
 */
export function americanCarry(quotes: AmericanQuotes): AmericanCarry {
  const { points, spot, years, rate } = quotes;
  const search = new CarrySearch({ ...quotes, points: nearest(points) });
  const plain = search.yieldOf(impliedForward(points, spot, Math.exp(-rate * years)));
  const found = search.solve(plain);
  const dividendYield = Number.isFinite(found) ? found : plain;
  return { dividendYield, forward: search.forward(dividendYield), isAmerican: Number.isFinite(found) };
}

/** By the gap between call and put, so that a stale spot does not mislead. */
function nearest(points: readonly ParityPoint[]): ParityPoint[] {
  return points
    .filter((p) => p.strike > 0 && p.callMid > 0 && p.putMid > 0)
    .toSorted((a, b) => Math.abs(a.callMid - a.putMid) - Math.abs(b.callMid - b.putMid))
    .slice(0, NEAREST);
}

/** What early exercise adds at a strike, for one yield and vol. */
type Premium = (strike: number) => number;

class CarrySearch {
  private readonly quotes: AmericanQuotes;
  private readonly dividends: readonly CashDividend[];
  private readonly discount: number;
  /** The vol of the strikes around the money, as well as it is known. */
  private vol = NaN;

  constructor(quotes: AmericanQuotes) {
    this.quotes = quotes;
    this.dividends = relevantDividends(quotes.dividends, quotes.years);
    this.discount = Math.exp(-quotes.rate * quotes.years);
  }

  forward(dividendYield: number): number {
    const { years, rate, spot } = this.quotes;
    const { growth, forwardDrop, strikeRise } = cashBaseline({ years, rate, dividendYield }, this.dividends);
    return spot * growth - forwardDrop - strikeRise;
  }

  /** The yield that gives a forward. */
  yieldOf(forward: number): number {
    const { years, rate, spot } = this.quotes;
    let dividendYield = rate - Math.log(forward / spot) / years;
    // The forward falls by about spot * years * forward / spot per yield: Newton's steps.
    for (let i = 0; i < MAX_ROUNDS && this.dividends.length > 0; i++) {
      dividendYield += Math.log(this.forward(dividendYield) / forward) / years;
    }
    return dividendYield;
  }

  /** @returns the yield at which parity without the premiums gives it back; NaN when it finds none. */
  solve(plain: number): number {
    const { years } = this.quotes;
    this.vol = this.volWithout(plain, () => 0);
    let before = plain;
    let here = this.next(plain);
    let gapBefore = here - before;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const gap = this.next(here) - here;
      if (!(Math.abs(gap) * years >= SETTLED)) return here + gap;
      const step = (gap * (here - before)) / (gapBefore - gap);
      // A secant step when it is a small correction of the plain one, which always goes the right way.
      const move = Math.abs(step) < 4 * Math.abs(gap) ? step : gap;
      [before, gapBefore] = [here, gap];
      here += move;
    }
    return NaN;
  }

  /** Parity without the premiums of a yield. */
  private next(dividendYield: number): number {
    const { points, spot } = this.quotes;
    const call = this.premium(true, dividendYield);
    const put = this.premium(false, dividendYield);
    const european = points.map((point) => ({
      ...point,
      callMid: point.callMid - call(point.strike),
      putMid: point.putMid - put(point.strike),
    }));
    this.vol = this.volWithout(dividendYield, (isCall, strike) => (isCall ? call(strike) : put(strike)));
    return this.yieldOf(impliedForward(european, spot, this.discount));
  }

  /** The median vol of the out-of-the-money sides, without their premiums. */
  private volWithout(dividendYield: number, premium: (isCall: boolean, strike: number) => number): number {
    const { points, spot, years, rate } = this.quotes;
    const { growth, forwardDrop, strikeRise } = cashBaseline({ years, rate, dividendYield }, this.dividends);
    const forward = spot * growth - forwardDrop;
    const vols = points.map(({ strike, callMid, putMid }) => {
      const isCall = strike + strikeRise > forward;
      const price = (isCall ? callMid : putMid) - premium(isCall, strike);
      return impliedStdDev(isCall, forward, strike + strikeRise, this.discount, price) / Math.sqrt(years);
    });
    const known = vols.filter((vol) => vol > 0).sort((a, b) => a - b);
    return known[known.length >> 1] ?? NaN;
  }

  /** Above the European baseline. Dividends are taken relative to a strike at the spot: the premium hardly knows. */
  private premium(isCall: boolean, dividendYield: number): Premium {
    const { spot, years, rate } = this.quotes;
    const { vol, dividends } = this;
    const { growth, forwardDrop, strikeRise } = cashBaseline({ years, rate, dividendYield }, dividends);
    const value = this.american(isCall, dividendYield);
    return (strike) => {
      const ratio = strike / spot;
      const forward = spot * growth - forwardDrop * ratio;
      const raised = strike + strikeRise * ratio;
      return strike * value(1 / ratio) - blackValue(isCall, forward, raised, vol * Math.sqrt(years), this.discount);
    };
  }

  /** Value over the strike as a function of spot over strike. */
  private american(isCall: boolean, dividendYield: number): (ratio: number) => number {
    const { spot, years, rate } = this.quotes;
    const { vol, dividends } = this;
    if (!(vol * Math.sqrt(years) > LEAST_STD_DEV) || !Number.isFinite(dividendYield)) return () => NaN;
    const amounts = dividends.map(({ amount }) => new Float64Array(LANES).fill(amount / spot));
    const dividendYears = dividends.map((dividend) => dividend.years);
    const grid = new AmericanGrid(
      { isCall, years, rate, dividendYield, vol, dividendYears, amounts },
      ROUGH,
      columnKernel(),
    );
    return (ratio) => grid.at(Math.log(ratio), 0);
  }
}
