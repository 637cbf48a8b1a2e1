import type { ExerciseStyle, Right } from '../domain/option.ts';
import type { RecordedOption } from '../domain/recordedChain.ts';
import { AmericanExpiry } from '../math/americanExpiry.ts';
import type { CashDividend } from '../math/americanTerms.ts';
import { fitArbitrageFreeSmile, type ArbitrageFreeSmile, type VolQuotes } from '../math/arbitrageFreeSmile.ts';
import { blackGreeks } from '../math/blackGreeks.ts';
import { impliedVolColumns } from '../math/impliedVolColumns.ts';
import { inverseNormalCdf } from '../math/normal.ts';

/** What all options of an expiry share when their vols are solved. */
export interface ExpiryTerms {
  exercise: ExerciseStyle;
  spot: number;
  forward: number;
  years: number;
  /** Continuously compounded, per year. */
  rate: number;
  /** Continuous; with dividends what there is besides them. */
  dividendYield: number;
  dividends: readonly CashDividend[];
}

/** One quoted option with its vols as fractions; what does not exist is undefined. */
export interface SurfaceContract {
  right: Right;
  strike: number;
  bid: number | undefined;
  ask: number | undefined;
  vendorIv: number | undefined;
  /** Implied by bid, middle and ask. */
  bidIv: number | undefined;
  midIv: number | undefined;
  askIv: number | undefined;
  /** Of the arbitrage-free smile. */
  fittedIv: number | undefined;
  /** Dollars per vol point at the fitted vol; American options by their European twin. */
  vega: number | undefined;
  /** Whether the smile was fitted to it: out of the money with a bid. */
  isFitted: boolean;
}

/** Numbers that a desk reads a smile by, as fractions. */
export interface SmileSummary {
  atmVol: number;
  /** Vol of the 25-delta call less that of the put, and their mean less the ATM vol; deltas of the forward. */
  riskReversal25: number;
  butterfly25: number;
  /** Quotes that the smile was fitted to. */
  points: number;
  /** Root of the mean squared distance of the smile from their mids. */
  rmse: number;
  /** Share of them whose bid and ask hold the smile between them. */
  withinBidAsk: number;
  /** Whether the quotes, smoothed within their spreads, still allowed arbitrage and had to be moved. */
  wereMoved: boolean;
}

export interface ExpirySurface {
  terms: ExpiryTerms;
  contracts: SurfaceContract[];
  /** Absent when no out-of-the-money option has a bid and an ask. */
  smile: ArbitrageFreeSmile | undefined;
  summary: SmileSummary | undefined;
}

/** Vols of bid, middle and ask, and the arbitrage-free smile through the out-of-the-money ones. */
export function fitExpiry(options: readonly RecordedOption[], terms: ExpiryTerms): ExpirySurface {
  const contracts = [...solve(options, 'P', terms), ...solve(options, 'C', terms)];
  const fitted = contracts.filter(({ isFitted }) => isFitted).sort((a, b) => a.strike - b.strike);
  const smile = fitArbitrageFreeSmile(volQuotes(fitted, terms));
  for (const contract of contracts) {
    contract.fittedIv = known(smile?.volAt(contract.strike));
    contract.vega = vegaOf(contract, terms);
  }
  return { terms, contracts, smile, summary: smile && summarise(smile, fitted) };
}

function known(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Contracts of one right, by strike. */
function solve(options: readonly RecordedOption[], right: Right, terms: ExpiryTerms): SurfaceContract[] {
  const rows = options.filter((option) => option.right === right).sort((a, b) => a.strike - b.strike);
  const strikes = Float64Array.from(rows, ({ strike }) => strike);
  const volsOf = volSolver(right, terms);
  const column = (price: (row: RecordedOption) => number | undefined): Float64Array =>
    volsOf(
      strikes,
      Float64Array.from(rows, (row) => price(row) ?? NaN),
    );
  const bids = column(({ bid }) => bid);
  const mids = column(middle);
  const asks = column(({ ask }) => ask);
  return rows.map((row, i): SurfaceContract => {
    const { strike, bid, ask, iv } = row;
    const isOut = right === 'P' ? strike < terms.forward : strike >= terms.forward;
    const midIv = known(mids[i]);
    return {
      right,
      strike,
      bid,
      ask,
      vendorIv: iv,
      bidIv: known(bids[i]),
      midIv,
      askIv: known(asks[i]),
      fittedIv: undefined,
      vega: undefined,
      isFitted: isOut && (bid ?? 0) > 0 && midIv !== undefined,
    };
  });
}

/** Undefined unless there is a positive ask that is not below the bid. */
export function middle({ bid, ask }: { bid?: number | undefined; ask?: number | undefined }): number | undefined {
  return bid !== undefined && ask !== undefined && ask > 0 && ask >= bid ? (bid + ask) / 2 : undefined;
}

function volSolver(right: Right, terms: ExpiryTerms): (strikes: Float64Array, prices: Float64Array) => Float64Array {
  const { exercise, spot, forward, years, rate, dividendYield, dividends } = terms;
  if (exercise === 'european') {
    const discount = Math.exp(-rate * years);
    return (strikes, prices) => {
      const vols = new Float64Array(strikes.length);
      impliedVolColumns({ isCall: right === 'C', forward, years, discount, strikes, prices }, vols);
      return vols;
    };
  }
  const american = new AmericanExpiry({ right, years, rate, dividendYield, dividends });
  return (strikes, prices) => {
    const vols = new Float64Array(strikes.length);
    american.impliedVols(spot, strikes, prices, vols);
    return vols;
  };
}

function volQuotes(fitted: readonly SurfaceContract[], { forward, years }: ExpiryTerms): VolQuotes {
  return {
    forward,
    years,
    strikes: Float64Array.from(fitted, ({ strike }) => strike),
    bidVols: Float64Array.from(fitted, ({ bidIv }) => bidIv ?? NaN),
    midVols: Float64Array.from(fitted, ({ midIv }) => midIv ?? NaN),
    askVols: Float64Array.from(fitted, ({ askIv }) => askIv ?? NaN),
  };
}

function vegaOf({ right, strike, fittedIv }: SurfaceContract, terms: ExpiryTerms): number | undefined {
  if (fittedIv === undefined) return undefined;
  const { spot, forward, years, rate } = terms;
  const discount = Math.exp(-rate * years);
  return blackGreeks({ right, spot, forward, strike, years, vol: fittedIv, discount }).vega;
}

/** A vol counts as within the bid-ask when it leaves it by no more than this: a hundredth of a vol point. */
const ROUNDING = 1e-4;

function summarise(smile: ArbitrageFreeSmile, fitted: readonly SurfaceContract[]): SmileSummary {
  const atmVol = smile.volAt(smile.forward);
  const call = smile.volAt(strikeOfDelta(smile, 0.25));
  const put = smile.volAt(strikeOfDelta(smile, 0.75));
  let squares = 0;
  let within = 0;
  for (const { fittedIv = NaN, midIv = NaN, bidIv = 0, askIv = Infinity } of fitted) {
    squares += (fittedIv - midIv) ** 2;
    if (fittedIv >= bidIv - ROUNDING && fittedIv <= askIv + ROUNDING) within += 1;
  }
  return {
    atmVol,
    riskReversal25: call - put,
    butterfly25: 0.5 * (call + put) - atmVol,
    points: fitted.length,
    rmse: Math.sqrt(squares / fitted.length),
    withinBidAsk: within / fitted.length,
    wereMoved: smile.wereMoved,
  };
}

/** The strike whose call has this forward delta N(d1) at the smile's own vol: a fixed point, found by halving. */
function strikeOfDelta(smile: ArbitrageFreeSmile, delta: number): number {
  const { forward, years } = smile;
  const d1 = inverseNormalCdf(delta);
  const root = Math.sqrt(years);
  const excess = (x: number): number => {
    const stdDev = smile.volAt(forward * Math.exp(x)) * root;
    return x + d1 * stdDev - 0.5 * stdDev * stdDev;
  };
  let [low, high] = delta < 0.5 ? [0, 4] : [-4, 0.5];
  for (let i = 0; i < 60; i++) {
    const middle = 0.5 * (low + high);
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return forward * Math.exp(0.5 * (low + high));
}
