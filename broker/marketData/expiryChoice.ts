import { calendarDays } from '../../scanner/domain/calendar.ts';
import { settlementOf, type IsoDate } from '../../scanner/domain/option.ts';
import { isInside } from '../../scanner/domain/profile.ts';
import type { ChainRequest, OptionClass } from '../gateway.ts';

/** One expiry of one trading class. */
export interface ExpiryGroup {
  root: string;
  /** As TWS lists it: for AM-settled classes the day before they settle. */
  expiry: IsoDate;
}

const STANDARD_MULTIPLIER = 100;

/** True when `days` to expiry lie inside the window; what has expired never does. */
export function insideDte(days: number, dte: ChainRequest['dte']): boolean {
  return days >= 0 && isInside(days, dte);
}

/**
 * Expiries inside the window, those nearest to its middle first: of a symbol that is only begun, the expiry a trader
 * most likely wants is there. Where the window has no end, the nearest come first.
 */
export function expiryGroups(classes: readonly OptionClass[], today: IsoDate, dte: ChainRequest['dte']): ExpiryGroup[] {
  const middle = dte.max === undefined ? (dte.min ?? 0) : ((dte.min ?? 0) + dte.max) / 2;
  const distance = ({ expiry }: ExpiryGroup): number => Math.abs(calendarDays(today, expiry) - middle);
  return classes
    .filter(({ multiplier }) => multiplier === STANDARD_MULTIPLIER)
    .flatMap(({ root, expiries }) => {
      const slack = settlementOf(root) === 'am' ? 1 : 0;
      return expiries
        .filter((expiry) => {
          const days = calendarDays(today, expiry);
          return insideDte(days, dte) || insideDte(days + slack, dte);
        })
        .map((expiry) => ({ root, expiry }));
    })
    .sort((a, b) => distance(a) - distance(b) || (a.expiry + a.root < b.expiry + b.root ? -1 : 1));
}
