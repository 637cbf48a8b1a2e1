import { EarlyExerciseTable, earlyExerciseValues, hasEarlyExercise } from './earlyExerciseTable.ts';
import type { PutTerms } from './exerciseBoundary.ts';
import type { PremiumTable, TableSource } from './premiumTable.ts';

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
