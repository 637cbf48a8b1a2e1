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
  /** The |x| that it holds. */
  readonly reach: number;
  /**
   * Premiums of `count` options.
   * @param xs log moneyness, Float64[count].
   * @param vols from volLow to volHigh, Float64[count].
   * @param premiums written: NaN where vol no longer matters: the option is exercised at once, or will be for sure, or never.
   * @param slopes written: derivatives by vol, NaN likewise.
   */
  columns(count: number, xs: Float64Array, vols: Float64Array, premiums: Float64Array, slopes: Float64Array): void;
  /** One premium with its derivatives into Float64[SLOPES]; false, and nothing written, where `columns` gives NaN. */
  slopesInto(x: number, vol: number, out: Float64Array): boolean;
}
