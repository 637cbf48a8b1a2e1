import { cashCorrections, cashLayout, type CashLayout } from './cashCorrections.ts';
import { CashDividendTable } from './cashDividendTable.ts';
import type { CashTerms } from './cashLanes.ts';
import { EarlyExerciseTable, earlyExerciseValues, hasEarlyExercise } from './earlyExerciseTable.ts';
import type { PutTerms } from './exerciseBoundary.ts';
import type { PremiumTable } from './premiumTable.ts';

/** Hands out the premium table to use at a spot. */
export interface TableSource {
  /** Undefined when early exercise never pays: the European baseline is all there is. */
  at(spot: number): PremiumTable | undefined;
}

/** A table by continuous yield, made at once; it serves every spot. */
export class YieldSource implements TableSource {
  private readonly table: EarlyExerciseTable | undefined;

  constructor(put: Omit<PutTerms, 'vol'>) {
    this.table = hasEarlyExercise(put) ? new EarlyExerciseTable(earlyExerciseValues(put), put.years) : undefined;
  }

  at(): PremiumTable | undefined {
    return this.table;
  }
}

/** Tables with cash dividends, made when first asked for a spot and again when the spot has moved far. */
export class CashSource implements TableSource {
  private readonly terms: CashTerms;
  private layout: CashLayout | undefined;
  private table: CashDividendTable | undefined;

  constructor(terms: CashTerms) {
    this.terms = terms;
  }

  at(spot: number): PremiumTable {
    if (!this.table || !this.layout || !CashDividendTable.isNear(this.layout, spot)) {
      this.layout = cashLayout(this.terms, spot);
      this.table = new CashDividendTable(cashCorrections(this.terms, this.layout), this.layout, this.terms.years);
    }
    this.table.moveTo(spot);
    return this.table;
  }
}
