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
/** A search ends with a step that leaves, as far as its derivatives tell, less than this part of the vol. */
const MOST_LEFT = 1e-5;
/** Or where it is between two vols as near to each other. */
const SAME_VOL = 1e-9;
/** Householder's step is trusted where its factors are larger. */
const LEAST_FACTOR = 0.3;
/** A premium that changes with a higher power of vol is close to nothing. */
const MOST_POWER = 20;

const column = (): Float64Array => new Float64Array(BLOCK);
/** Strikes for the baseline. */
const raised = column();

// Options whose vols are still open lie side by side, in these columns and in an `OptionBlock`.

/** Which they are. */
const rows = new Int32Array(BLOCK);
/** What their premiums are over. */
const units = column();
/** discount * sqrt(forward * strike) of the baseline. */
const scales = column();
/** By how much the discounted intrinsic value of the baseline is above the price. */
const surpluses = column();
/** Between which vols theirs is. */
const lows = column();
const highs = column();
/** The vol before, 0 when there is none, and the premium's slope there, by vol in units of vol. */
const lastVols = column();
const premiumSlopes = column();
/** By how much they are worth more than their prices. */
const excesses = column();
/** How far to go from their vols, and how far off that may end, over the vol. */
const steps = column();
const lefts = column();

interface OpenOptions {
  block: OptionBlock;
  left: number;
}

/** Float64[options] each. */
export interface PricedOptions {
  strikes: Float64Array;
  prices: Float64Array;
  /** Written: NaN where no vol inside the table gives the price, or no vol at all. */
  vols: Float64Array;
}

/**
 * American implied vols over columns: from the European vol of the baseline, which is an upper bound or close to one, by
 * Householder's steps that are taken for all options of a block side by side. About three of four need only one.
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
  const { isCall, forward, years, discount, strikeRise, table } = search;
  const { strikes, prices, vols } = options;
  const count = strikes.length;
  for (let i = 0; i < count; i++) raised[i] = (strikes[i] ?? 0) + strikeRise;
  const baseline = { isCall, forward, years, discount, strikes: raised.subarray(0, count), prices };
  impliedVolColumns(baseline, vols, block.kernel);
  const rootYears = Math.sqrt(years);
  let left = prepare(search, options, block);
  for (let round = 0; left > 0 && round < MAX_ROUNDS; round++) {
    endBlock(block, left);
    blackValueColumns(block, left, rootYears);
    table.columns(left, block);
    findSteps(left, block, rootYears);
    left = takeSteps(table, vols, { block, left });
  }
  for (let n = 0; n < left; n++) vols[rows[n] ?? 0] = NaN;
}

/** Lists the options that have a vol, with where it may lie and what does not change with it. @returns how many. */
function prepare(search: VolSearch, { strikes, prices, vols }: PricedOptions, block: OptionBlock): number {
  const { isCall, spot, forward, discount, isMirrored, table } = search;
  let left = 0;
  for (let i = 0; i < strikes.length; i++) {
    const strike = strikes[i] ?? 0;
    const price = prices[i] ?? 0;
    if (!(price > Math.max(0, isCall ? spot - strike : strike - spot))) {
      vols[i] = NaN;
      continue;
    }
    const key = table.find(strike);
    if (!(price > table.least(key))) {
      vols[i] = NaN;
      continue;
    }
    const x = Math.log(spot / strike);
    const baselineStrike = raised[i] ?? 0;
    const n = left++;
    rows[n] = i;
    units[n] = isMirrored ? spot : strike;
    scales[n] = discount * Math.sqrt(forward * baselineStrike);
    surpluses[n] = discount * Math.max(0, isCall ? forward - baselineStrike : baselineStrike - forward) - price;
    lows[n] = table.volLow;
    highs[n] = table.volHigh;
    lastVols[n] = 0;
    block.keys[n] = key;
    block.xs[n] = isMirrored ? -x : x;
    block.moneyness[n] = -Math.abs(logMoneyness(forward, baselineStrike));
    const start = vols[i] ?? 0;
    if (start > 0) block.vols[n] = Math.max(table.volLow, Math.min(table.volHigh, start));
    else block.vols[n] = table.volStart;
  }
  return left;
}

/**
 * Householder's steps of fourth order. The baseline's derivatives are exact; how a premium bends is told by its last two
 * slopes, at first as if it were a power of vol.
 * @source Householder (1970), The numerical treatment of a single nonlinear equation.
 */
function findSteps(
  left: number,
  { vols, densities, values, moneyness, premiums, byVol }: OptionBlock,
  rootYears: number,
): void {
  for (let n = 0; n < left; n++) {
    const vol = vols[n] ?? 0;
    const stdDev = vol * rootYears;
    const scale = scales[n] ?? 0;
    const unit = units[n] ?? 0;
    const premium = unit * (premiums[n] ?? 0);
    const excess = premium + ((surpluses[n] ?? 0) + scale * (values[n] ?? 0));
    // All derivatives are by vol, in units of vol.
    const vega = scale * stdDev * (densities[n] ?? 0);
    const distance = (moneyness[n] ?? 0) / stdDev;
    const bend = distance * distance - 0.25 * stdDev * stdDev;
    const premiumSlope = vol * unit * (byVol[n] ?? 0);
    const power = premium === 0 ? 0 : Math.max(-MOST_POWER, Math.min(MOST_POWER, premiumSlope / premium));
    const before = lastVols[n] ?? 0;
    let premiumBend = premium * power * (power - 1);
    if (before > 0) premiumBend = (vol * (premiumSlope - (vol / before) * (premiumSlopes[n] ?? 0))) / (vol - before);
    const slope = vega + premiumSlope;
    const second = (vega * bend + premiumBend) / slope;
    const third = (vega * (bend * (bend - 3) - stdDev * stdDev) + premiumBend * (power - 2)) / slope;
    const newton = -excess / slope;
    const above = 1 + 0.5 * second * newton;
    const below = 1 + newton * (second + third * newton * (1 / 6));
    if (above > LEAST_FACTOR && below > LEAST_FACTOR) steps[n] = (vol * newton * above) / below;
    else if (above > LEAST_FACTOR) steps[n] = (vol * newton) / above;
    else steps[n] = vol * newton;
    // The next derivative of the baseline, and what is not known of the premium's second.
    lefts[n] = newton * newton * (Math.abs(newton) * (1 + Math.abs(bend)) + Math.abs((power * premium) / slope));
    excesses[n] = excess;
    premiumSlopes[n] = premiumSlope;
    lastVols[n] = slope > 0 ? vol : 0;
  }
}

/** Moves every open vol; those that are done leave the list. @returns how many stay. */
function takeSteps({ volLow, volHigh }: PremiumTable, vols: Float64Array, { block, left }: OpenOptions): number {
  let stay = 0;
  for (let n = 0; n < left; n++) {
    const vol = block.vols[n] ?? 0;
    // Where vol does not matter (NaN) the option is worth less than a price above its bounds.
    if ((excesses[n] ?? 0) > 0) highs[n] = vol;
    else lows[n] = vol;
    const next = vol + (steps[n] ?? 0);
    const low = lows[n] ?? 0;
    const high = highs[n] ?? 0;
    if ((lefts[n] ?? 0) < MOST_LEFT && next > volLow && next < volHigh) vols[rows[n] ?? 0] = next;
    else if (high - low < SAME_VOL) vols[rows[n] ?? 0] = low > volLow && high < volHigh ? low : NaN;
    else {
      if (stay < n) move(n, stay, block);
      if (next > low && next < high) block.vols[stay] = next;
      else block.vols[stay] = 0.5 * (low + high);
      stay++;
    }
  }
  return stay;
}

function move(from: number, to: number, { keys, xs, moneyness }: OptionBlock): void {
  rows[to] = rows[from] ?? 0;
  units[to] = units[from] ?? 0;
  scales[to] = scales[from] ?? 0;
  surpluses[to] = surpluses[from] ?? 0;
  lows[to] = lows[from] ?? 0;
  highs[to] = highs[from] ?? 0;
  lastVols[to] = lastVols[from] ?? 0;
  premiumSlopes[to] = premiumSlopes[from] ?? 0;
  keys[to] = keys[from] ?? 0;
  xs[to] = xs[from] ?? 0;
  moneyness[to] = moneyness[from] ?? 0;
}
