import type { RecordedOption } from '../../../scanner/domain/recordedChain.ts';
import type { IsoDate, Right } from '../../../scanner/domain/option.ts';
import type { OptionRoot } from './instrument.ts';
import type { ListedRoot } from './listedRoot.ts';
import type { ListedExpiry } from './optionListing.ts';
import { dayNumber, isoDate } from './tradingCalendar.ts';
import type { DayNumber } from './tradingCalendar.ts';

/** A root that lists exactly what a quote file has, its expiries shifted with the file's date. */
export class RecordedRoot implements ListedRoot {
  readonly root: OptionRoot;
  readonly #expiries: readonly ListedExpiry[];
  /** Ascending strikes by expiry and right. */
  readonly #strikes = new Map<string, number[]>();
  /** All strikes of the root, ascending: their places make the contract ids. */
  readonly #allStrikes: readonly number[];
  readonly #places: ReadonlyMap<number, number>;

  /** `options` carry shifted expiries. */
  constructor(root: OptionRoot, options: readonly RecordedOption[]) {
    this.root = root;
    const dates = [...new Set(options.map((option) => option.expiry))].sort();
    this.#expiries = dates.map((expiry) => ({
      expiry,
      lastTradeDate: root.settlement === 'am' ? isoDate(dayNumber(expiry) - 1) : expiry,
      monthly: false,
    }));
    this.#allStrikes = [...new Set(options.map((option) => option.strike))].sort((a, b) => a - b);
    this.#places = new Map(this.#allStrikes.map((strike, place) => [strike, place]));
    for (const [key, group] of Map.groupBy(options, (option) => `${option.expiry}|${option.right}`)) {
      this.#strikes.set(
        key,
        [...new Set(group.map((option) => option.strike))].sort((a, b) => a - b),
      );
    }
  }

  expiries(today: DayNumber): readonly ListedExpiry[] {
    return this.#expiries.filter((listed) => dayNumber(listed.lastTradeDate) >= today);
  }

  strikes(expiry: IsoDate, today: DayNumber, right?: Right): readonly number[] {
    if (dayNumber(expiry) < today) return [];
    const of = (side: Right): readonly number[] => this.#strikes.get(`${expiry}|${side}`) ?? [];
    if (right !== undefined) return of(right);
    return [...new Set([...of('C'), ...of('P')])].sort((a, b) => a - b);
  }

  strikeNumber(strike: number): number | undefined {
    return this.#places.get(strike);
  }

  strikeAt(strikeNumber: number): number | undefined {
    return this.#allStrikes[strikeNumber];
  }
}
