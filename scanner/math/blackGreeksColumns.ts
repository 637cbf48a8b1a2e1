import { blackGreeks } from './blackGreeks.ts';
import { MILLS_HIGH, MILLS_LOW, tabledMills } from './mills.ts';

const INV_ROOT_TWO_PI = 0.3989422804014327;

/** Options of one expiry and right. */
export interface OptionColumns {
  isCall: boolean;
  spot: number;
  forward: number;
  years: number;
  /** exp(-rate * years). */
  discount: number;
  strikes: Float64Array;
  /** Annual; NaN where unknown. */
  vols: Float64Array;
}

/** Float64[strikes.length] each, in the units of `Greeks`. */
export interface GreeksColumns {
  price: Float64Array;
  delta: Float64Array;
  gamma: Float64Array;
  theta: Float64Array;
  vega: Float64Array;
  rho: Float64Array;
}

/** Small enough to stay in the first-level cache. */
const BLOCK = 128;
const d1s = new Float64Array(BLOCK);
const d2s = new Float64Array(BLOCK);
const densities = new Float64Array(BLOCK);

/**
 * `blackGreeks` over columns, without vanna and charm: one logarithm, one exponential and two tabled ratios per option,
 * each in a loop of its own so that the processor works on several options at once.
 * @param out written; all NaN where an input is NaN or out of range.
 * @source as `blackGreeks`; differs from it by rounding errors only.
 */
export function blackGreeksColumns(options: OptionColumns, out: GreeksColumns): void {
  for (let from = 0; from < options.strikes.length; from += BLOCK) {
    const count = Math.min(BLOCK, options.strikes.length - from);
    distances(options, from, count);
    for (let i = 0; i < count; i++) {
      const d1 = d1s[i] ?? 0;
      densities[i] = Math.exp(-0.5 * d1 * d1) * INV_ROOT_TWO_PI;
    }
    assemble(options, out, from, count);
  }
}

function distances({ forward, years, strikes, vols }: OptionColumns, from: number, count: number): void {
  const perForward = 1 / forward;
  const rootYears = Math.sqrt(years);
  for (let i = 0; i < count; i++) {
    const stdDev = (vols[from + i] ?? 0) * rootYears;
    const d1 = 0.5 * stdDev - Math.log((strikes[from + i] ?? 0) * perForward) / stdDev;
    d1s[i] = d1;
    d2s[i] = d1 - stdDev;
  }
}

function assemble(options: OptionColumns, out: GreeksColumns, from: number, count: number): void {
  const { isCall, spot, forward, years, discount, strikes, vols } = options;
  const sign = isCall ? 1 : -1;
  const rootYears = Math.sqrt(years);
  const worth = discount * forward;
  const carry = worth / spot;
  const perGamma = carry / (spot * rootYears);
  const decay = -0.5 / (rootYears * 365);
  const earned = -Math.log(carry) / years / 365;
  const paid = Math.log(discount) / years / 365;
  const perPoint = 0.01 * rootYears;
  const rhoScale = 0.01 * years;
  for (let i = 0; i < count; i++) {
    const at = from + i;
    const strike = strikes[at] ?? 0;
    const vol = vols[at] ?? 0;
    const density = densities[i] ?? 0;
    // On the out-of-the-money side both probabilities are small and the ratios come from the table.
    const side = strike >= forward ? 1 : -1;
    const z1 = side * (d1s[i] ?? 0);
    const z2 = side * (d2s[i] ?? 0);
    if (!(z1 > MILLS_LOW && z2 > MILLS_LOW && z1 < MILLS_HIGH && z2 < MILLS_HIGH && vol > 0 && strike > 0)) {
      writeOne(options, out, at);
      continue;
    }
    const spotChance = density * tabledMills(z1);
    const strikeChance = ((density * forward) / strike) * tabledMills(z2);
    const isOut = side === sign;
    const held = sign * (isOut ? spotChance : 1 - spotChance);
    const exercised = sign * (isOut ? strikeChance : 1 - strikeChance);
    const owed = discount * strike * exercised;
    const vega = worth * density;
    out.price[at] = worth * held - owed;
    out.delta[at] = carry * held;
    out.gamma[at] = (perGamma * density) / vol;
    out.theta[at] = decay * vega * vol + earned * worth * held + paid * owed;
    out.vega[at] = vega * perPoint;
    out.rho[at] = owed * rhoScale;
  }
}

/** What the table does not reach: far wings, huge or no volatility, bad input. */
function writeOne(options: OptionColumns, out: GreeksColumns, at: number): void {
  const { isCall, spot, forward, years, discount, strikes, vols } = options;
  const [strike, vol] = [strikes[at] ?? NaN, vols[at] ?? NaN];
  const usable = spot > 0 && forward > 0 && discount > 0 && years >= 0 && strike > 0 && vol >= 0;
  const right = isCall ? 'C' : 'P';
  const greeks = usable ? blackGreeks({ right, spot, forward, strike, years, vol, discount }) : undefined;
  for (const name of ['price', 'delta', 'gamma', 'theta', 'vega', 'rho'] as const)
    out[name][at] = greeks?.[name] ?? NaN;
}
