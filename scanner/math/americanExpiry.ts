import { americanImpliedVol } from './american.ts';
import { americanBySpot } from './americanSlopes.ts';
import type { AmericanExpiryTerms, CashDividend, Slopes } from './americanTerms.ts';
import { americanVolColumns } from './americanVolColumns.ts';
import { blackGreeks, type Greeks } from './blackGreeks.ts';
import { blackGreeksColumns, type GreeksColumns } from './blackGreeksColumns.ts';
import { cashBaseline, relevantDividends, type CashBaseline } from './cashBaseline.ts';
import { NEARLY_CERTAIN } from './cashRow.ts';
import { CashStrikes } from './cashStrikes.ts';
import { impliedVolColumns } from './impliedVolColumns.ts';
import { columnKernel } from './kernel/columnKernel.ts';
import { BLOCK, endBlock, optionBlock, type OptionBlock } from './optionBlock.ts';
import { BY_VOL, BY_X, BY_XVOL, BY_XX, PREMIUM, SLOPES, type TableSource } from './premiumTable.ts';
import { YieldSource } from './yieldSource.ts';

export type { AmericanExpiryTerms };

/** The Greeks that a chain shows. */
export type ChainGreeks = Pick<Greeks, 'price' | 'delta' | 'gamma' | 'theta' | 'vega' | 'vanna'>;

/** Float64[strikes.length] each, in the units of `Greeks`. */
export type AmericanGreeksColumns = Omit<GreeksColumns, 'rho'>;

/** Over the strike: an option this near its exercise value is exercised, the table knows no better. */
const EXERCISED = 2e-6;
/** A baseline whose forward is left with less than this part of the spot says little about the option. */
const LEAST_FORWARD = 0.1;
const slopes = new Float64Array(SLOPES);
const shifted = new Float64Array(BLOCK);
const unusedRho = new Float64Array(BLOCK);
/** Rows of a block's options. */
const inTable = new Int32Array(BLOCK);
const oneStrike = new Float64Array(1);
const onePrice = new Float64Array(1);
const oneVol = new Float64Array(1);

/** Where premium tables come from for these terms; undefined when every option has to be solved by itself. */
export type SourceMaker = (terms: AmericanExpiryTerms, dividends: readonly CashDividend[]) => TableSource | undefined;

/** A call by continuous yield is the put with spot and strike, rate and yield exchanged. @source McDonald and Schroder (1998). */
export function asPut({ right, years, rate, dividendYield }: AmericanExpiryTerms): {
  years: number;
  rate: number;
  dividendYield: number;
} {
  return right === 'C' ? { years, rate: dividendYield, dividendYield: rate } : { years, rate, dividendYield };
}

/** Makes the tables anew. */
const freshSource: SourceMaker = (terms, dividends) => {
  if (dividends.length > 0) return new CashStrikes({ ...terms, isCall: terms.right === 'C', dividends });
  return new YieldSource(asPut(terms));
};

/**
 * American options of one expiry and right, for whole chains: what early exercise adds to a European baseline is read from
 * tables. By continuous yield one table of some milliseconds serves every strike and vol: prices within 1e-6 of the strike
 * and usually 1e-7, vols within 3e-5 where a point of vol moves the price by 2e-5 of the spot. With cash dividends every
 * strike is solved for itself when it is first asked for (some milliseconds, `CashStrikes`) and then serves spots up to 3.75 %
 * from the first one: prices within 1e-5 of the spot of `americanPrice` and usually 1e-7 (vols above 150 % within 2e-5),
 * which leaves vols within 1e-4 where that much vol is worth as much.
 * `americanPrice` and the others of american.ts are slower and solve every option anew.
 * @source Kim (1990): an American option is the European one plus a premium for early exercise.
 */
export class AmericanExpiry {
  private readonly terms: AmericanExpiryTerms;
  private readonly isCall: boolean;
  private readonly discount: number;
  private readonly baseline: CashBaseline;
  /** The table's unit is the spot, and its x ln(strike / spot). */
  private readonly isMirrored: boolean;
  /** Absent: early exercise may pay, but not below one single boundary (negative rates). */
  private readonly source: TableSource | undefined;

  /** @throws RangeError if years is negative, or any of the three is NaN. */
  constructor(terms: AmericanExpiryTerms, makeSource: SourceMaker = freshSource) {
    const { right, years, rate, dividendYield } = terms;
    if (!(years >= 0) || Number.isNaN(rate + dividendYield)) {
      throw new RangeError(`an expiry needs years, rate and yield, found ${years}, ${rate}, ${dividendYield}`);
    }
    const dividends = relevantDividends(terms.dividends, years);
    const put = asPut(terms);
    this.terms = { ...terms, dividends };
    this.isCall = right === 'C';
    this.discount = Math.exp(-rate * years);
    this.baseline = cashBaseline(terms, dividends);
    this.isMirrored = this.isCall && dividends.length === 0;
    const isOdd = dividends.length === 0 && put.rate < 0 && put.dividendYield < put.rate;
    this.source = isOdd ? undefined : makeSource(terms, dividends);
  }

  /**
   * Value per share.
   * @returns NaN for bad input; never below intrinsic value.
   */
  price(spot: number, strike: number, vol: number): number {
    return this.greeks(spot, strike, vol).price;
  }

  /** Value and Greeks per share; all NaN for bad input. */
  greeks(spot: number, strike: number, vol: number): ChainGreeks {
    if (!(spot > 0 && strike > 0 && vol >= 0 && spot < Infinity && strike < Infinity)) return NOTHING;
    const { right, years } = this.terms;
    const { strikeRise } = this.baseline;
    const forward = this.forward(spot);
    if (!this.source || !(forward > LEAST_FORWARD * spot)) return this.solved(spot, strike, vol);
    const table = this.source.at(spot);
    const x = this.moneyness(spot, strike);
    const isInside = !table || (vol >= table.volLow && vol <= table.volHigh);
    if (!isInside) return this.solved(spot, strike, vol);
    const european = blackGreeks({
      right,
      spot: forward / this.baseline.growth,
      forward,
      strike: strike + strikeRise,
      years,
      vol,
      discount: this.discount,
    });
    const intrinsic = this.isCall ? spot - strike : strike - spot;
    if (!table) return { ...european, price: Math.max(intrinsic, european.price) };
    if (!table.slopesInto(table.find(strike), x, vol, slopes)) return this.withoutVol(spot, strike);
    const unit = this.isMirrored ? spot : strike;
    const premium = slopes[PREMIUM] ?? 0;
    const byX = slopes[BY_X] ?? 0;
    const price = european.price + unit * premium;
    if (!(price > intrinsic + EXERCISED * strike)) return this.exercised(intrinsic);
    const delta = european.delta + this.premiumDelta(spot, strike, premium, byX);
    const gamma = european.gamma + this.premiumGamma(spot, strike, byX, slopes[BY_XX] ?? 0);
    const byVol = slopes[BY_VOL] ?? 0;
    const byXVol = slopes[BY_XVOL] ?? 0;
    return {
      price,
      delta,
      gamma,
      theta: this.theta({ spot, vol, price, delta, gamma }),
      vega: european.vega + unit * byVol * 0.01,
      vanna: european.vanna + (this.isMirrored ? byVol - byXVol : (unit * byXVol) / spot) * 0.01,
    };
  }

  /** Of the European baseline. */
  private forward(spot: number): number {
    return spot * this.baseline.growth - this.baseline.forwardDrop;
  }

  private moneyness(spot: number, strike: number): number {
    return Math.log(this.isMirrored ? strike / spot : spot / strike);
  }

  // A put's premium is strike * e(ln(spot / strike)); a call's by continuous yield is spot * e(ln(strike / spot)).

  private premiumDelta(spot: number, strike: number, premium: number, byX: number): number {
    return this.isMirrored ? premium - byX : (strike * byX) / spot;
  }

  private premiumGamma(spot: number, strike: number, byX: number, byXX: number): number {
    return this.isMirrored ? (byXX - byX) / spot : (strike * (byXX - byX)) / (spot * spot);
  }

  private exercised(price: number): ChainGreeks {
    return { price, delta: this.isCall ? 1 : -1, gamma: 0, theta: 0, vega: 0, vanna: 0 };
  }

  /** Where no vol of the table matters: exercised at once, or with cash dividends worth what it is without volatility. */
  private withoutVol(spot: number, strike: number): ChainGreeks {
    const intrinsic = this.isCall ? spot - strike : strike - spot;
    return this.terms.dividends?.length ? this.solved(spot, strike, 0) : this.exercised(intrinsic);
  }

  /** Per calendar day, from the Black-Scholes equation that holds wherever the option is not exercised. */
  private theta(at: { spot: number; vol: number; price: number; delta: number; gamma: number }): number {
    const { rate, dividendYield } = this.terms;
    const carried = rate * at.price - (rate - dividendYield) * at.spot * at.delta;
    return (carried - 0.5 * at.vol * at.vol * at.spot * at.spot * at.gamma) / 365;
  }

  /** Outside the table: the exact solution, vega and vanna by differences. */
  private solved(spot: number, strike: number, vol: number): ChainGreeks {
    const at = (shiftedVol: number): Slopes => americanBySpot({ ...this.terms, strike, vol: shiftedVol })(spot);
    const here = at(vol);
    const step = 0.01 * vol;
    const [less, more] = step > 0 ? [at(vol - step), at(vol + step)] : [here, here];
    const intrinsic = this.isCall ? spot - strike : strike - spot;
    const isExercised = here.price <= intrinsic;
    return {
      ...here,
      theta: isExercised ? 0 : this.theta({ spot, vol, ...here }),
      vega: step > 0 ? ((more.price - less.price) / (2 * step)) * 0.01 : 0,
      vanna: step > 0 ? ((more.delta - less.delta) / (2 * step)) * 0.01 : 0,
    };
  }

  /**
   * The annual volatility at which the option is worth `price`.
   * @returns NaN when none exists (at or below intrinsic value or the value without volatility, or beyond 2,000 %), or for
   * bad input.
   */
  impliedVol(spot: number, strike: number, price: number): number {
    oneStrike[0] = strike;
    onePrice[0] = price;
    this.impliedVols(spot, oneStrike, onePrice, oneVol);
    return oneVol[0] ?? NaN;
  }

  /**
   * `impliedVol` over columns, several times as fast.
   * @param out Float64[strikes.length], written: annual volatilities, NaN where none exists.
   */
  impliedVols(spot: number, strikes: Float64Array, prices: Float64Array, out: Float64Array): void {
    const { years } = this.terms;
    if (!(spot > 0 && spot < Infinity && years > 0)) {
      out.fill(NaN);
      return;
    }
    const { isCall, discount, isMirrored } = this;
    const { strikeRise } = this.baseline;
    const forward = this.forward(spot);
    const source = forward > LEAST_FORWARD * spot ? this.source : undefined;
    const isUsable = source !== undefined;
    const table = source?.at(spot);
    if (table) {
      const search = { isCall, spot, forward, strikeRise, years, discount, table, isMirrored };
      americanVolColumns(search, { strikes, prices, vols: out });
    } else if (isUsable) impliedVolColumns({ isCall, forward, years, discount, strikes, prices }, out);
    else out.fill(NaN);
    for (let i = 0; i < strikes.length; i++) {
      const strike = strikes[i] ?? 0;
      const price = prices[i] ?? 0;
      const isAbove = price > Math.max(0, isCall ? spot - strike : strike - spot);
      if (!isAbove || !(strike > 0)) out[i] = NaN;
      else if (!((out[i] ?? 0) > 0) && !(isUsable && !table)) out[i] = this.solvedVol(spot, strike, price);
    }
  }

  /** Outside the table, or at its ends, where there may be no crossing at all: the exact solution decides. */
  private solvedVol(spot: number, strike: number, price: number): number {
    const { price: certain } = americanBySpot({ ...this.terms, strike, vol: 0 })(spot);
    // So little above the value without volatility that no vol can be read from it.
    const least = certain > 0 && this.terms.dividends?.length ? NEARLY_CERTAIN : EXERCISED;
    if (!(price > certain + least * strike)) return NaN;
    return americanImpliedVol({ ...this.terms, spot, strike, price });
  }

  /**
   * `greeks` over columns, without vanna.
   * @param vols annual; NaN where unknown.
   * @param out written; all NaN where an input is NaN or out of range.
   */
  greeksColumns(spot: number, strikes: Float64Array, vols: Float64Array, out: AmericanGreeksColumns): void {
    const forward = this.forward(spot);
    const isUsable = this.source !== undefined && forward > LEAST_FORWARD * spot && this.terms.years > 0;
    for (let from = 0; from < strikes.length; from += BLOCK) {
      const to = Math.min(strikes.length, from + BLOCK);
      if (isUsable) this.greeksBlock({ spot, forward, strikes, vols, out }, from, to);
      else for (let i = from; i < to; i++) write(out, i, this.greeks(spot, strikes[i] ?? NaN, vols[i] ?? NaN));
    }
  }

  private greeksBlock({ spot, forward, strikes, vols, out }: GreeksBlock, from: number, to: number): void {
    const { isCall, discount } = this;
    const { years } = this.terms;
    const table = this.source?.at(spot);
    for (let i = from; i < to; i++) shifted[i - from] = (strikes[i] ?? 0) + this.baseline.strikeRise;
    const part = (whole: Float64Array): Float64Array => whole.subarray(from, to);
    blackGreeksColumns(
      {
        isCall,
        spot: forward / this.baseline.growth,
        forward,
        years,
        discount,
        strikes: shifted.subarray(0, to - from),
        vols: part(vols),
      },
      {
        price: part(out.price),
        delta: part(out.delta),
        gamma: part(out.gamma),
        theta: part(out.theta),
        vega: part(out.vega),
        rho: unusedRho.subarray(0, to - from),
      },
    );
    const block = optionBlock(columnKernel());
    let held = 0;
    for (let i = from; i < to; i++) {
      const strike = strikes[i] ?? 0;
      const vol = vols[i] ?? 0;
      if (!(table && strike > 0 && vol >= table.volLow && vol <= table.volHigh)) {
        write(out, i, this.greeks(spot, strike, vol));
        continue;
      }
      block.keys[held] = table.find(strike);
      block.xs[held] = this.moneyness(spot, strike);
      block.vols[held] = vol;
      block.logVols[held] = Math.log(vol);
      inTable[held++] = i;
    }
    endBlock(block, held);
    table?.bentColumns(held, block);
    const rows = { spot, strikes, vols, out, block };
    for (let n = 0; n < held; n++) this.addPremium(rows, n, inTable[n] ?? 0);
  }

  /** Adds the n-th premium of a block to the European Greeks in row i. */
  private addPremium({ spot, strikes, vols, out, block }: PremiumRows, n: number, i: number): void {
    const strike = strikes[i] ?? 0;
    const premium = block.premiums[n] ?? 0;
    const unit = this.isMirrored ? spot : strike;
    const price = (out.price[i] ?? 0) + unit * premium;
    const intrinsic = this.isCall ? spot - strike : strike - spot;
    if (Number.isNaN(premium)) write(out, i, this.greeks(spot, strike, vols[i] ?? NaN));
    else if (price > intrinsic + EXERCISED * strike) {
      const byX = block.byX[n] ?? 0;
      const delta = (out.delta[i] ?? 0) + this.premiumDelta(spot, strike, premium, byX);
      const gamma = (out.gamma[i] ?? 0) + this.premiumGamma(spot, strike, byX, block.byXX[n] ?? 0);
      out.price[i] = price;
      out.delta[i] = delta;
      out.gamma[i] = gamma;
      out.theta[i] = this.theta({ spot, vol: vols[i] ?? NaN, price, delta, gamma });
      out.vega[i] = (out.vega[i] ?? 0) + unit * (block.byVol[n] ?? 0) * 0.01;
    } else write(out, i, this.exercised(intrinsic));
  }
}

interface Rows {
  spot: number;
  strikes: Float64Array;
  vols: Float64Array;
  out: AmericanGreeksColumns;
}

interface GreeksBlock extends Rows {
  forward: number;
}

interface PremiumRows extends Rows {
  block: OptionBlock;
}

function write(out: AmericanGreeksColumns, at: number, greeks: ChainGreeks): void {
  out.price[at] = greeks.price;
  out.delta[at] = greeks.delta;
  out.gamma[at] = greeks.gamma;
  out.theta[at] = greeks.theta;
  out.vega[at] = greeks.vega;
}

const NOTHING: ChainGreeks = { price: NaN, delta: NaN, gamma: NaN, theta: NaN, vega: NaN, vanna: NaN };
