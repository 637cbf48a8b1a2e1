import type { Right } from '../domain/option.ts';
import { americanImpliedVol } from './american.ts';
import { americanBySpot } from './americanSlopes.ts';
import { logMoneyness, quickNormalisedBlack } from './black.ts';
import { blackGreeks, type Greeks } from './blackGreeks.ts';
import type { GreeksColumns } from './blackGreeksColumns.ts';
import type { CashDividend } from './americanTerms.ts';
import { EarlyExerciseTable, TABLE_VOL_HIGH, TABLE_VOL_LOW, type TablePremium } from './earlyExerciseTable.ts';
import { impliedStdDev } from './impliedVol.ts';
import { normalPdf } from './normal.ts';

const MAX_STEPS = 40;

/** What all options of one expiry and right share. */
export interface AmericanExpiryTerms {
  right: Right;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  /** Continuous; what is left of it besides `dividends`. */
  dividendYield: number;
  /** In cash, spot model: the share falls by the amount on its day. Those outside (0, years) are ignored. */
  dividends?: readonly CashDividend[];
}

/** The Greeks that a chain shows. */
export type ChainGreeks = Pick<Greeks, 'price' | 'delta' | 'gamma' | 'theta' | 'vega' | 'vanna'>;

/** Float64[strikes.length] each, in the units of `Greeks`. */
export type AmericanGreeksColumns = Omit<GreeksColumns, 'rho'>;

/**
 * American options of one expiry and right with a continuous yield, for whole chains: a table of early-exercise premiums
 * is built once (some milliseconds) and serves every strike, spot and vol, so that it lives as long as time, rate and
 * yield stand. Prices within 1e-5 of the strike at worst and usually 1e-7; vols within 1e-5 where there is vega.
 * `americanPrice` and the others of american.ts are slower, solve every option anew and know cash dividends.
 * @source Kim (1990): an American option is the European one plus a premium for early exercise.
 */
export class AmericanExpiry {
  private readonly terms: AmericanExpiryTerms;
  private readonly isCall: boolean;
  private readonly growth: number;
  private readonly discount: number;
  /** Absent when early exercise never pays. */
  private readonly table: EarlyExerciseTable | undefined;
  /** Early exercise may pay, but not below one single boundary (cash dividends, negative rates): options are solved singly. */
  private readonly isOdd: boolean;

  /** @throws RangeError if years is negative, or any of the three is NaN. */
  constructor(terms: AmericanExpiryTerms) {
    const { right, years, rate, dividendYield } = terms;
    if (!(years >= 0) || Number.isNaN(rate + dividendYield)) {
      throw new RangeError(`an expiry needs years, rate and yield, found ${years}, ${rate}, ${dividendYield}`);
    }
    this.terms = terms;
    this.isCall = right === 'C';
    this.growth = Math.exp((rate - dividendYield) * years);
    this.discount = Math.exp(-rate * years);
    const put = this.isCall ? { years, rate: dividendYield, dividendYield: rate } : { years, rate, dividendYield };
    const hasDividends = (terms.dividends ?? []).some((d) => d.amount > 0 && d.years > 0 && d.years < years);
    this.isOdd = hasDividends || (put.rate < 0 && put.dividendYield < put.rate);
    this.table = !this.isOdd && EarlyExerciseTable.covers(put) ? new EarlyExerciseTable(put) : undefined;
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
    const { right, years } = this.terms;
    if (!(spot > 0 && strike > 0 && vol >= 0)) return NOTHING;
    if (this.isOdd || (this.table && !(vol >= TABLE_VOL_LOW && vol <= TABLE_VOL_HIGH))) {
      return this.solved(spot, strike, vol);
    }
    const intrinsic = this.isCall ? spot - strike : strike - spot;
    const forward = spot * this.growth;
    const european = blackGreeks({ right, spot, forward, strike, years, vol, discount: this.discount });
    if (!this.table) return { ...european, price: Math.max(intrinsic, european.price) };
    const premium = this.table.premiumSlopes(Math.log(this.isCall ? strike / spot : spot / strike), vol);
    if (!premium) return this.exercised(intrinsic);
    const price = european.price + (this.isCall ? spot : strike) * premium.value;
    if (!(price > intrinsic)) return this.exercised(intrinsic);
    return this.withPremium({ spot, strike, vol, european, premium });
  }

  private exercised(price: number): ChainGreeks {
    return { price, delta: this.isCall ? 1 : -1, gamma: 0, theta: 0, vega: 0, vanna: 0 };
  }

  private withPremium(option: {
    spot: number;
    strike: number;
    vol: number;
    european: Greeks;
    premium: TablePremium;
  }): ChainGreeks {
    const { spot, strike, vol, european, premium } = option;
    const { value, byX, byXX, byVol, byXVol } = premium;
    // A put's premium is strike * e(ln(spot / strike)); a call's is spot * e(ln(strike / spot)).
    const unit = this.isCall ? spot : strike;
    const price = european.price + unit * value;
    const delta = european.delta + (this.isCall ? value - byX : (unit * byX) / spot);
    const gamma = european.gamma + (unit * (byXX - byX)) / (spot * spot);
    return {
      price,
      delta,
      gamma,
      theta: this.theta({ spot, vol, price, delta, gamma }),
      vega: european.vega + unit * byVol * 0.01,
      vanna: european.vanna + (this.isCall ? byVol - byXVol : (unit * byXVol) / spot) * 0.01,
    };
  }

  /** Per calendar day, from the Black-Scholes equation that holds wherever the option is not exercised. */
  private theta(at: { spot: number; vol: number; price: number; delta: number; gamma: number }): number {
    const { rate, dividendYield } = this.terms;
    const carried = rate * at.price - (rate - dividendYield) * at.spot * at.delta;
    return (carried - 0.5 * at.vol * at.vol * at.spot * at.spot * at.gamma) / 365;
  }

  /** Outside the table: the exact solution, vega and vanna by differences. */
  private solved(spot: number, strike: number, vol: number): ChainGreeks {
    const at = (shifted: number): { price: number; delta: number; gamma: number } =>
      americanBySpot({ ...this.terms, strike, vol: shifted })(spot);
    const here = at(vol);
    const step = 0.01 * vol;
    const [less, more] = [at(vol - step), at(vol + step)];
    const isExercised = here.gamma === 0;
    return {
      ...here,
      theta: isExercised ? 0 : this.theta({ spot, vol, ...here }),
      vega: step > 0 ? ((more.price - less.price) / (2 * step)) * 0.01 : 0,
      vanna: step > 0 ? ((more.delta - less.delta) / (2 * step)) * 0.01 : 0,
    };
  }

  /**
   * The annual volatility at which the option is worth `price`.
   * @returns NaN when none exists (at or below intrinsic value or the value without volatility, or beyond 500 %), or for
   * bad input.
   */
  impliedVol(spot: number, strike: number, price: number): number {
    const { years } = this.terms;
    const intrinsic = this.isCall ? spot - strike : strike - spot;
    if (!(spot > 0 && strike > 0 && years > 0) || !(price > Math.max(0, intrinsic))) return NaN;
    if (this.isOdd) return americanImpliedVol({ ...this.terms, spot, strike, price });
    const rootYears = Math.sqrt(years);
    const forward = spot * this.growth;
    const european = impliedStdDev(this.isCall, forward, strike, this.discount, price) / rootYears;
    if (!this.table) return european;
    // The European vol is never below the American one: it is where the search starts.
    const start = european <= TABLE_VOL_HIGH ? european : TABLE_VOL_HIGH;
    const vol = start > TABLE_VOL_LOW ? this.secant({ spot, strike, price, forward, start, table: this.table }) : NaN;
    // At an end of the table there may be no crossing at all; the exact solution decides.
    return vol > 0 ? vol : americanImpliedVol({ ...this.terms, spot, strike, price });
  }

  /**
   * `impliedVol` over columns.
   * @param out Float64[strikes.length], written: annual volatilities, NaN where none exists.
   */
  impliedVols(spot: number, strikes: Float64Array, prices: Float64Array, out: Float64Array): void {
    for (let i = 0; i < strikes.length; i++) out[i] = this.impliedVol(spot, strikes[i] ?? NaN, prices[i] ?? NaN);
  }

  /**
   * `greeks` over columns, without vanna.
   * @param vols annual; NaN where unknown.
   * @param out written; all NaN where an input is NaN or out of range.
   */
  greeksColumns(spot: number, strikes: Float64Array, vols: Float64Array, out: AmericanGreeksColumns): void {
    for (let i = 0; i < strikes.length; i++) {
      const { price, delta, gamma, theta, vega } = this.greeks(spot, strikes[i] ?? NaN, vols[i] ?? NaN);
      out.price[i] = price;
      out.delta[i] = delta;
      out.gamma[i] = gamma;
      out.theta[i] = theta;
      out.vega[i] = vega;
    }
  }

  /** @returns NaN when the vol is not inside the table. */
  private secant({ spot, strike, price, forward, start, table }: Search): number {
    const rootYears = Math.sqrt(this.terms.years);
    const unit = this.isCall ? spot : strike;
    const x = Math.log(this.isCall ? strike / spot : spot / strike);
    const moneyness = -Math.abs(logMoneyness(forward, strike));
    const scale = this.discount * Math.sqrt(forward * strike);
    const sure = this.discount * Math.max(0, this.isCall ? forward - strike : strike - forward);
    let low = TABLE_VOL_LOW;
    let high = start;
    let vol = start;
    let excess = sure + scale * quickNormalisedBlack(moneyness, vol * rootYears) + unit * table.premium(x, vol) - price;
    // The first slope is the European vega; the premium's own shows from the second point on.
    let slope =
      scale * rootYears * normalPdf(moneyness / (vol * rootYears)) * Math.exp(-0.125 * vol * vol * this.terms.years);
    for (let i = 0; i < MAX_STEPS && high - low > 1e-10; i++) {
      let next = vol - excess / slope;
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      const worth = sure + scale * quickNormalisedBlack(moneyness, next * rootYears) + unit * table.premium(x, next);
      if (!(worth >= price)) {
        // Worth less than the price, or (NaN) exercised at this vol, which means the same.
        low = next;
      } else high = next;
      const found = worth - price;
      const step = found / ((found - excess) / (next - vol));
      // What a secant step leaves is smaller than itself by orders of magnitude.
      if (Math.abs(step) < 3e-6) return next - step;
      slope = (found - excess) / (next - vol);
      vol = next;
      excess = found;
    }
    return low > TABLE_VOL_LOW && high < TABLE_VOL_HIGH ? 0.5 * (low + high) : NaN;
  }
}

/** One option whose vol is sought: prices per share, `start` a vol at which it is worth at least its price. */
interface Search {
  spot: number;
  strike: number;
  price: number;
  forward: number;
  start: number;
  table: EarlyExerciseTable;
}

const NOTHING: ChainGreeks = { price: NaN, delta: NaN, gamma: NaN, theta: NaN, vega: NaN, vanna: NaN };
