import { Temporal } from 'temporal-polyfill';
import type { IsoDate } from './option.ts';

/** A cash dividend by the day from which the share trades without it. */
export interface Dividend {
  exDate: IsoDate;
  /** Dollars per share. */
  amount: number;
}

/** What a broker says of a share's dividends. */
export interface DividendForecast {
  next: Dividend;
  /** Dollars per share over the coming twelve months, the next one included. */
  yearAmount: number;
}

/** Payers are yearly, half-yearly, quarterly or monthly. */
const PER_YEAR = [1, 2, 4, 12];
const MONTHS = 12;

/**
 * The dividends that a forecast implies up to `until`: the next one as announced, then the same amount at the interval
 * that makes up the year's sum. Later ones are a guess; a broker names only the next.
 * @param today those before it have gone; one of today is included, the share already trades without it.
 * @returns in ascending order of date.
 */
export function projectedDividends({ next, yearAmount }: DividendForecast, today: IsoDate, until: IsoDate): Dividend[] {
  if (!(next.amount > 0)) return [];
  const wanted = yearAmount / next.amount;
  const perYear = PER_YEAR.reduce((best, n) => (Math.abs(n - wanted) < Math.abs(best - wanted) ? n : best));
  const first = Temporal.PlainDate.from(next.exDate);
  const dividends: Dividend[] = [];
  for (let k = 0; ; k++) {
    const exDate = first.add({ months: (k * MONTHS) / perYear }).toString();
    if (exDate > until) return dividends;
    if (exDate >= today) dividends.push({ exDate, amount: next.amount });
  }
}
