/** Where `slopesInto` writes: the premium, then its derivatives by x, twice by x, by vol, and by x and vol. */
export const PREMIUM = 0;
export const BY_X = 1;
export const BY_XX = 2;
export const BY_VOL = 3;
export const BY_XVOL = 4;
export const SLOPES = 5;

/** Options whose premiums are sought, side by side. */
export interface PremiumInputs {
  /** By `find` of their strikes. */
  keys: Int32Array;
  /** Log moneyness. */
  xs: Float64Array;
  /** From the table's volLow to its volHigh. */
  vols: Float64Array;
}

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
   * Premiums of `count` options.
   * @param premiums written: NaN where vol no longer matters: the option is exercised at once, or will be for sure, or never.
   * @param slopes written: derivatives by vol, NaN likewise.
   */
  columns(count: number, at: PremiumInputs, premiums: Float64Array, slopes: Float64Array): void;
  /** One premium with its derivatives into Float64[SLOPES]; false, and nothing written, where `columns` gives NaN. */
  slopesInto(key: number, x: number, vol: number, out: Float64Array): boolean;
}

/** Hands out the premium table to use at a spot. */
export interface TableSource {
  /** Undefined when early exercise never pays: the European baseline is all there is. */
  at(spot: number): PremiumTable | undefined;
}
