import { logMoneyness } from './black.ts';
import { blackValueColumns } from './blackValueColumns.ts';
import { impliedVolColumns } from './impliedVolColumns.ts';
import { columnKernel, type ColumnKernel } from './kernel/columnKernel.ts';
import { BLOCK, endBlock, optionBlock, type OptionBlock } from './optionBlock.ts';
import type { PremiumTable } from './premiumTable.ts';

/** Options of one expiry and right whose vols are sought: a European baseline and what early exercise adds to it. */
export interface VolSearch {
  isCall: boolean;
  spot: number;
  /** Of the baseline. */
  forward: number;
  /** Added to every strike for the baseline. */
  strikeRise: number;
  years: number;
  discount: number;
  table: PremiumTable;
  /** The table's unit is the spot and its x ln(strike / spot): a call read as a put. */
  isMirrored: boolean;
}

const MAX_ROUNDS = 24;
const AT_EUROPEAN = -1;
/** Halley's steps shorter than this part of the vol, and hardly bent, leave less than 1e-5 of it. */
const SHORT_PART = 3.5e-3;
const SLIGHT_BEND = 0.06;

const column = (): Float64Array => new Float64Array(BLOCK);
const keys = new Int32Array(BLOCK);
const shifted = column();
const moneyness = column();
/** discount * sqrt(forward * strike) and the discounted intrinsic value of the baseline. */
const scales = column();
const sure = column();
const xs = column();
const lows = column();
const highs = column();
/** The vol before; 0 when there is none, AT_EUROPEAN when this one is the baseline's, where it is worth the price. */
const lastVols = column();
const lastSlopes = column();
/** The rows whose vols are still open; they lie side by side in an `OptionBlock`. */
const open = new Int32Array(BLOCK);

/** Float64[options] each. */
export interface PricedOptions {
  strikes: Float64Array;
  prices: Float64Array;
  /** Written: NaN where no vol inside the table gives the price, or no vol at all. */
  vols: Float64Array;
}

/**
 * American implied vols over columns: from the European vol of the baseline, which is an upper bound or close to one, by
 * Newton's steps (Halley's from the second on) that are taken for all options of a block side by side.
 * @param kernel what computes; all of them agree but for rounding errors.
 */
export function americanVolColumns(
  search: VolSearch,
  { strikes, prices, vols }: PricedOptions,
  kernel: ColumnKernel | 'plain' = columnKernel(),
): void {
  const block = optionBlock(kernel);
  for (let from = 0; from < strikes.length; from += BLOCK) {
    const to = Math.min(strikes.length, from + BLOCK);
    const part = (whole: Float64Array): Float64Array => whole.subarray(from, to);
    solveBlock(search, { strikes: part(strikes), prices: part(prices), vols: part(vols) }, block);
  }
}

function solveBlock(search: VolSearch, options: PricedOptions, block: OptionBlock): void {
  const { isCall, forward, years, discount, strikeRise } = search;
  const { strikes, prices, vols } = options;
  const count = strikes.length;
  for (let i = 0; i < count; i++) shifted[i] = (strikes[i] ?? 0) + strikeRise;
  const baseline = { isCall, forward, years, discount, strikes: shifted.subarray(0, count), prices };
  impliedVolColumns(baseline, vols, block.kernel);
  let left = prepare(search, options);
  for (let round = 0; left > 0 && round < MAX_ROUNDS; round++) {
    for (let n = 0; n < left; n++) {
      const i = open[n] ?? 0;
      block.keys[n] = keys[i] ?? 0;
      block.xs[n] = xs[i] ?? 0;
      block.moneyness[n] = moneyness[i] ?? 0;
      block.vols[n] = vols[i] ?? 0;
    }
    endBlock(block, left);
    blackValueColumns(block, left, Math.sqrt(years));
    search.table.columns(left, block);
    left = step(search, options, { block, left });
  }
  for (let n = 0; n < left; n++) vols[open[n] ?? 0] = NaN;
}

/** Lists the options that have a vol, where it may lie, and what does not change with it. @returns how many. */
function prepare(search: VolSearch, { strikes, prices, vols }: PricedOptions): number {
  const { isCall, spot, forward, discount, isMirrored, table } = search;
  let left = 0;
  for (let i = 0; i < strikes.length; i++) {
    const strike = strikes[i] ?? 0;
    const price = prices[i] ?? 0;
    const x = Math.log(spot / strike);
    if (!(price > Math.max(0, isCall ? spot - strike : strike - spot))) {
      vols[i] = NaN;
      continue;
    }
    const key = table.find(strike);
    if (!(price > table.least(key))) {
      vols[i] = NaN;
      continue;
    }
    xs[i] = isMirrored ? -x : x;
    const raised = shifted[i] ?? 0;
    moneyness[i] = -Math.abs(logMoneyness(forward, raised));
    scales[i] = discount * Math.sqrt(forward * raised);
    sure[i] = discount * Math.max(0, isCall ? forward - raised : raised - forward);
    const start = vols[i] ?? 0;
    keys[i] = key;
    lows[i] = table.volLow;
    highs[i] = table.volHigh;
    lastVols[i] = 0;
    if (!(start > 0)) vols[i] = table.volStart;
    else if (!(start <= table.volHigh)) vols[i] = table.volHigh;
    else if (!(start >= table.volLow)) vols[i] = table.volLow;
    else lastVols[i] = AT_EUROPEAN;
    open[left++] = i;
  }
  return left;
}

/** Moves every open vol; those that are done leave the list. @returns how many stay. */
function step(
  search: VolSearch,
  { strikes, prices, vols }: PricedOptions,
  { block, left }: { block: OptionBlock; left: number },
): number {
  const { spot, years, isMirrored, table } = search;
  const rootYears = Math.sqrt(years);
  let stay = 0;
  for (let n = 0; n < left; n++) {
    const i = open[n] ?? 0;
    const vol = block.vols[n] ?? 0;
    const unit = isMirrored ? spot : (strikes[i] ?? 0);
    const scale = scales[i] ?? 0;
    const before = lastVols[i] ?? 0;
    let excess = unit * (block.premiums[n] ?? 0);
    if (before !== AT_EUROPEAN) excess += (sure[i] ?? 0) + scale * (block.values[n] ?? 0) - (prices[i] ?? 0);
    const slope = scale * rootYears * (block.densities[n] ?? 0) + unit * (block.byVol[n] ?? 0);
    // Where vol does not matter (NaN) the option is worth less than a price above its bounds.
    if (excess > 0) highs[i] = vol;
    else lows[i] = vol;
    let move = -excess / slope;
    // Second over first derivative: from the last two slopes, at first that of the baseline alone.
    const stdDev = vol * rootYears;
    const distance = (moneyness[i] ?? 0) / stdDev;
    let bend = (distance * distance - 0.25 * stdDev * stdDev) / vol;
    if (before > 0) bend = (slope - (lastSlopes[i] ?? 0)) / ((vol - before) * slope);
    bend *= move;
    if (bend > -0.5 && bend < 1) move /= 1 + 0.5 * bend;
    const isClose = Math.abs(move) < SHORT_PART * vol && Math.abs(bend) < SLIGHT_BEND;
    const low = lows[i] ?? 0;
    const high = highs[i] ?? 0;
    const next = vol + move;
    if (isClose && next > table.volLow && next < table.volHigh) {
      vols[i] = next;
      continue;
    }
    if (high - low < 1e-9) {
      if (low > table.volLow && high < table.volHigh) vols[i] = 0.5 * (low + high);
      else vols[i] = NaN;
      continue;
    }
    if (slope > 0) {
      lastVols[i] = vol;
      lastSlopes[i] = slope;
    } else lastVols[i] = 0;
    if (next > low && next < high) vols[i] = next;
    else vols[i] = 0.5 * (low + high);
    open[stay++] = i;
  }
  return stay;
}
