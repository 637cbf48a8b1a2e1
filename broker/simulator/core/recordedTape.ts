import type { RecordedOption } from '../../../scanner/domain/recordedChain.ts';
import type { IsoDate, Right } from '../../../scanner/domain/option.ts';
import { fitSmile } from '../../../scanner/math/smile.ts';
import type { Smile } from '../../../scanner/math/smile.ts';

/** One recorded option as the tape finds it. */
export interface TapeKey {
  /** Expiry as the simulator lists it, shifted from the file's. */
  expiry: IsoDate;
  right: Right;
  strike: number;
}

function keyOf({ expiry, right, strike }: TapeKey): string {
  return `${expiry}|${right}|${strike}`;
}

/** What a quote file says of one option root: quotes at the moment of recording, and the vol of every strike. */
export class RecordedTape {
  readonly #options = new Map<string, RecordedOption>();
  readonly #smiles = new Map<IsoDate, Smile>();
  readonly #fallbackVol: number;

  /** `options` carry shifted expiries. */
  constructor(options: readonly RecordedOption[], fallbackVol: number) {
    this.#fallbackVol = fallbackVol;
    const byExpiry = Map.groupBy(options, (option) => option.expiry);
    for (const [expiry, group] of byExpiry) {
      const strikes = group.map((option) => option.strike);
      this.#smiles.set(expiry, fitSmile({ strikes, vols: group.map((option) => option.iv ?? NaN) }));
    }
    for (const option of options) this.#options.set(keyOf(option), option);
  }

  option(key: TapeKey): RecordedOption | undefined {
    return this.#options.get(keyOf(key));
  }

  /** Recorded vol of the option itself, or its expiry's smile where the file has none. */
  vol(key: TapeKey): number {
    const own = this.option(key)?.iv;
    if (own !== undefined && own > 0) return own;
    const fitted = this.#smiles.get(key.expiry)?.volAt(key.strike);
    return fitted !== undefined && fitted > 0 ? fitted : this.#fallbackVol;
  }
}
