const MOST_MARKS = 24;

export interface TickMark {
  /** 0 at natural, 1 at best. */
  place: number;
  major: boolean;
}

/** Marks of the valid prices between natural and best; thinned out evenly when there are too many to see. */
export function tickMarks(natural: number, best: number, tick: number): TickMark[] {
  const span = best - natural;
  if (!(span > 0) || !(tick > 0)) return [];
  const every = Math.max(1, Math.ceil(span / tick / MOST_MARKS));
  const first = Math.ceil(natural / tick - 1e-9);
  const last = Math.floor(best / tick + 1e-9);
  const marks: TickMark[] = [];
  for (let n = first; n <= last; n++) {
    if (n % every !== 0) continue;
    const end = n === first || n === last;
    marks.push({ place: (n * tick - natural) / span, major: end });
  }
  return marks;
}
