import { isDeepStrictEqual } from 'node:util';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';

export interface RowChanges {
  upserts: RankedSpread[];
  removes: string[];
}

/** What must be told so that a window that holds `before` holds `after`. Rows that are equal in all fields stay untold. */
export function rowChanges(before: ReadonlyMap<string, RankedSpread>, after: readonly RankedSpread[]): RowChanges {
  const kept = new Set(after.map(({ id }) => id));
  return {
    upserts: after.filter((row) => !isDeepStrictEqual(before.get(row.id), row)),
    removes: [...before.keys()].filter((id) => !kept.has(id)),
  };
}
