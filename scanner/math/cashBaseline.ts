import type { CashDividend } from './americanTerms.ts';

/** The dividends that an option of this life meets, in order of time. */
export function relevantDividends(dividends: readonly CashDividend[] | undefined, years: number): CashDividend[] {
  return (dividends ?? [])
    .filter((d) => d.amount > 0 && d.years > 0 && d.years < years)
    .toSorted((a, b) => a.years - b.years);
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
