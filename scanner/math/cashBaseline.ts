import type { CashDividend } from './americanTerms.ts';

/** Dividends this near, in years, are one (two minutes): a special one may come with the regular one. */
export const SAME_DAY = 4e-6;

/** The dividends that an option of this life meets, in order of time, those of one day together. */
export function relevantDividends(dividends: readonly CashDividend[] | undefined, years: number): CashDividend[] {
  const sorted = (dividends ?? [])
    .filter((d) => d.amount > 0 && d.years > 0 && d.years < years)
    .toSorted((a, b) => a.years - b.years);
  const days: CashDividend[] = [];
  for (const dividend of sorted) {
    const last = days.at(-1);
    if (!last || dividend.years - last.years > SAME_DAY) days.push(dividend);
    else days[days.length - 1] = { years: last.years, amount: last.amount + dividend.amount };
  }
  return days;
}

/** What turns spot and strike into those of the European option that comes closest to one with cash dividends. */
export interface CashBaseline {
  /** exp((rate - yield) * years). */
  growth: number;
  /** Taken from the forward: spot * growth - forwardDrop. */
  forwardDrop: number;
  /** Added to the strike. */
  strikeRise: number;
}

/**
 * A dividend soon lowers the spot for the whole life of the option, one just before expiry raises the strike instead;
 * between them its forward value is split in proportion to time. Forward less strike is exact, the European value in the
 * spot model within a few cents.
 * @source Bos and Vandermark (2002), Finessing fixed dividends.
 */
export function cashBaseline(
  { years, rate, dividendYield }: { years: number; rate: number; dividendYield: number },
  dividends: readonly CashDividend[],
): CashBaseline {
  const carry = rate - dividendYield;
  let forwardDrop = 0;
  let strikeRise = 0;
  for (const { years: at, amount } of dividends) {
    const grown = amount * Math.exp(carry * (years - at));
    forwardDrop += grown * (1 - at / years);
    strikeRise += grown * (at / years);
  }
  return { growth: Math.exp(carry * years), forwardDrop, strikeRise };
}
