import type { IsoDate, Right } from '../../../scanner/domain/option.ts';
import type { OptionRoot } from './instrument.ts';
import { listedExpiries, listedStrikes, strikeUnit } from './optionListing.ts';
import type { ListedExpiry } from './optionListing.ts';
import type { DayNumber, TradingCalendar } from './tradingCalendar.ts';

/** What an option root lists: which expiries, and which strikes each of them has. */
export interface ListedRoot {
  readonly root: OptionRoot;
  expiries(today: DayNumber): readonly ListedExpiry[];
  /** Ascending; calls and puts alike unless `right` narrows it. Empty for an expiry that is not listed. */
  strikes(expiry: IsoDate, today: DayNumber, right?: Right): readonly number[];
  /** Place of a strike in contract ids; undefined when it cannot be listed. */
  strikeNumber(strike: number): number | undefined;
  strikeAt(strikeNumber: number): number | undefined;
}

/** A root of the generated market. */
export class GeneratedRoot implements ListedRoot {
  readonly root: OptionRoot;
  readonly #calendar: TradingCalendar;
  readonly #kind: 'am-monthly' | 'pm-weekly' | 'equity';
  readonly #unit: number;
  readonly #monthlyStrikes: readonly number[];
  readonly #weeklyStrikes: readonly number[];
  #listed: { today: DayNumber; expiries: readonly ListedExpiry[] } | undefined;

  constructor(root: OptionRoot, kind: 'am-monthly' | 'pm-weekly' | 'equity', calendar: TradingCalendar) {
    this.root = root;
    this.#kind = kind;
    this.#calendar = calendar;
    this.#unit = strikeUnit(root.underlying.listing);
    this.#monthlyStrikes = listedStrikes(root.underlying.listing, true);
    this.#weeklyStrikes = listedStrikes(root.underlying.listing, false);
  }

  expiries(today: DayNumber): readonly ListedExpiry[] {
    if (this.#listed?.today !== today) {
      const listing = this.root.underlying.listing;
      this.#listed = { today, expiries: listedExpiries(listing, this.#kind, { today, calendar: this.#calendar }) };
    }
    return this.#listed.expiries;
  }

  strikes(expiry: IsoDate, today: DayNumber): readonly number[] {
    const listed = this.expiries(today).find((e) => e.expiry === expiry);
    if (!listed) return [];
    return listed.monthly ? this.#monthlyStrikes : this.#weeklyStrikes;
  }

  strikeNumber(strike: number): number | undefined {
    const number = Math.round(strike / this.#unit);
    return Math.abs(number * this.#unit - strike) < 1e-6 ? number : undefined;
  }

  strikeAt(strikeNumber: number): number {
    return strikeNumber * this.#unit;
  }
}
