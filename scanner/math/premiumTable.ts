import type { OptionBlock } from './optionBlock.ts';

/** Where `slopesInto` writes: the premium, then its derivatives by x, twice by x, by vol, and by x and vol. */
export const PREMIUM = 0;
export const BY_X = 1;
export const BY_XX = 2;
export const BY_VOL = 3;
export const BY_XVOL = 4;
export const SLOPES = 5;

/**
 * What American options of one expiry and right are worth above a European baseline, over a unit (the strike, or the spot
 * where a call is read as a put), as a function of log moneyness x and vol.
 */
export interface PremiumTable {
  /** The vols that the table holds. */
  readonly volLow: number;
  readonly volHigh: number;
  /** Where a search begins that has no better idea. */
  readonly volStart: number;
  /** What a strike is called in `columns` and `slopesInto`. */
  find(strike: number): number;
  /** Per share: an option of this strike that is not worth more has no vol that could be told. */
  least(key: number): number;
  /**
   * Premiums of the first `count` options of a block and their derivatives by vol, from keys, vols, logVols and xs: NaN
   * where vol no longer matters: the option is exercised at once, or will be for sure, or never.
   */
  columns(count: number, block: OptionBlock): void;
  /** `columns`, and the derivatives by x, which mean nothing where the premium is NaN. */
  bentColumns(count: number, block: OptionBlock): void;
  /** One premium with its derivatives into Float64[SLOPES]; false, and nothing written, where `columns` gives NaN. */
  slopesInto(key: number, x: number, vol: number, out: Float64Array): boolean;
}

/** Hands out the premium table to use at a spot. */
export interface TableSource {
  /** Undefined when early exercise never pays: the European baseline is all there is. */
  at(spot: number): PremiumTable | undefined;
}

const slopes = new Float64Array(SLOPES);

/** `PremiumTable.bentColumns` one option after the other. */
export function bentOneByOne(table: PremiumTable, count: number, block: OptionBlock): void {
  const { keys, xs, vols, premiums, byVol, byX, byXX } = block;
  for (let n = 0; n < count; n++) {
    const isHeld = table.slopesInto(keys[n] ?? 0, xs[n] ?? 0, vols[n] ?? 0, slopes);
    premiums[n] = isHeld ? (slopes[PREMIUM] ?? 0) : NaN;
    byVol[n] = isHeld ? (slopes[BY_VOL] ?? 0) : NaN;
    byX[n] = slopes[BY_X] ?? 0;
    byXX[n] = slopes[BY_XX] ?? 0;
  }
}
