import type { Profile } from '../domain/profile.ts';
import type { VerticalShape, VerticalStrategy } from '../domain/strategy.ts';
import { VERTICAL_SHAPES } from '../domain/strategy.ts';
import { clean, TOLERANCE } from './range.ts';
import type { PreparedGroup } from './preparedGroup.ts';

const LEGS_PER_VERTICAL = 2;

/** One candidate: row `short` is sold and row `long` is bought, both of `group`. Reused while scanning. */
export interface Vertical {
  group: PreparedGroup;
  strategy: VerticalStrategy;
  shape: VerticalShape;
  short: number;
  long: number;
  /** In strike currency. */
  width: number;
  /** Net credit per share at the profile's pricing; negative is a debit. */
  credit: number;
  /** Dollars per contract, after fees. */
  maxProfit: number;
  maxLoss: number;
  /** Dollars per contract for both legs. */
  fees: number;
}

/** Prices at which a leg is sold and bought. @source finance.md "Prices of a vertical" */
export interface LegPrices {
  sold: Float64Array;
  bought: Float64Array;
}

export function legPrices(group: PreparedGroup, pricing: Profile['pricing']): LegPrices {
  return pricing === 'mid' ? { sold: group.mid, bought: group.mid } : { sold: group.bid, bought: group.ask };
}

/**
 * Whether a leg can be sold at this pricing: quoted and, at natural, with somebody bidding.
 */
export function canSell(group: PreparedGroup, row: number, pricing: Profile['pricing']): boolean {
  return group.isQuoted[row] === 1 && (pricing === 'mid' || (group.bid[row] ?? NaN) > 0);
}

/**
 * Whether a net price is one: at most the width is at risk. A credit must be at least nothing (a negative one risks
 * more than the width) and less than the width; a debit more than nothing and less than the width.
 * Prices within 1e-9 of a limit count as on it.
 * @param credit per share, negative for a debit.
 * @source finance.md "Profile", `tradeable`
 */
export function isPrice(credit: number, width: number, isCredit: boolean): boolean {
  return isCredit
    ? credit >= -TOLERANCE && credit < width - TOLERANCE
    : -credit > TOLERANCE && -credit < width - TOLERANCE;
}

export function newVertical(group: PreparedGroup, strategy: VerticalStrategy, feesPerLeg: number): Vertical {
  const shape = VERTICAL_SHAPES[strategy];
  const fees = feesPerLeg * LEGS_PER_VERTICAL;
  return { group, strategy, shape, short: 0, long: 0, width: NaN, credit: NaN, maxProfit: NaN, maxLoss: NaN, fees };
}

/**
 * Fills the candidate for two rows at a net price.
 * Credit: profit C m, loss (W - C) m. Debit: profit (W - D) m, loss D m. Fees come off the one and on to the other.
 */
export function setVertical(vertical: Vertical, short: number, long: number, credit: number): void {
  const { group, shape, fees } = vertical;
  const { multiplier } = group.group;
  vertical.short = short;
  vertical.long = long;
  const width = clean(Math.abs((group.strike[short] ?? NaN) - (group.strike[long] ?? NaN)));
  const cleaned = clean(credit);
  const profit = shape.credit ? cleaned : width + cleaned;
  vertical.width = width;
  vertical.credit = cleaned;
  vertical.maxProfit = clean(profit * multiplier - fees);
  vertical.maxLoss = clean((width - profit) * multiplier + fees);
}
