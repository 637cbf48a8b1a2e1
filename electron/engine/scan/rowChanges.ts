import type { RankedSpread } from '../../../scanner/domain/spread.ts';

export interface RowChanges {
  upserts: RankedSpread[];
  removes: string[];
  /** What the window holds after these changes. */
  shown: Map<string, RankedSpread>;
}

/** Prices are told to the last tick. */
const EXACT: ReadonlySet<string> = new Set([
  'credit',
  'mid',
  'natural',
  'bid',
  'ask',
  'openInterest',
  'volume',
  'conId',
]);
/** Everything else drifts with time and spot in digits that nobody sees: a thousandth, or half of the last one shown. */
const RELATIVE = 1e-3;
const ABSOLUTE = 5e-4;
const ABSOLUTE_OF: Readonly<Record<string, number>> = {
  // Small by nature, and shown with more digits.
  ...{ netDelta: 2e-5, netGamma: 2e-6, netTheta: 2e-5, netVega: 2e-5 },
  // Relative to all other rows, so that they move whenever any row does; shown with two digits.
  ...{ score: 3e-3, normalised: 3e-3, share: 3e-3 },
  // Moves with every second and every tick of the spot; shown with two digits.
  distanceSigma: 5e-3,
};
/** Ages are shown in seconds. */
const AGE_MS = 1_500;

/**
 * What must be told so that a window that holds `shown` sees `after`. Rows that would look the same stay untold; they
 * are compared with what was told last, so that a slow drift shows in time.
 */
export function rowChanges(shown: ReadonlyMap<string, RankedSpread>, after: readonly RankedSpread[]): RowChanges {
  const upserts: RankedSpread[] = [];
  const next = new Map<string, RankedSpread>();
  for (const row of after) {
    const told = shown.get(row.id);
    if (told !== undefined && looksSame('', told, row)) next.set(row.id, told);
    else {
      next.set(row.id, row);
      upserts.push(row);
    }
  }
  return { upserts, removes: [...shown.keys()].filter((id) => !next.has(id)), shown: next };
}

/** Compares values of one shape, as rows are; `name` is the field that holds them. */
function looksSame(name: string, a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return closeEnough(name, a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  // In loops that make nothing: hundreds of rows of nearly a hundred numbers are compared several times a second.
  const before = a as Readonly<Record<string, unknown>>;
  const after = b as Readonly<Record<string, unknown>>;
  for (const field in after) if (!(field in before)) return false;
  for (const field in before) if (!looksSame(field, before[field], after[field])) return false;
  return true;
}

function closeEnough(name: string, a: number, b: number): boolean {
  if (EXACT.has(name)) return a === b;
  const size = Math.abs(a - b);
  if (name === 'quotedAtMs') return size <= AGE_MS;
  return size <= (ABSOLUTE_OF[name] ?? ABSOLUTE) || size <= RELATIVE * Math.max(Math.abs(a), Math.abs(b));
}
