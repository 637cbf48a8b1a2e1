/** Trading days in the default window: one year. */
const IV_WINDOW_DAYS = 252;

/** The last `window` usable values. */
function recent(history: readonly number[], window: number): number[] {
  return history.filter((iv) => iv > 0 && iv < Infinity).slice(-window);
}

/**
 * Where today's IV lies between the lowest and the highest of the window.
 * @param history daily closes of the 30-day IV, oldest first; unusable values are left out.
 * @param today today's IV, in the same unit.
 * @param window trading days looked back: 252 (default), 126 for 26 weeks, 63 for 13 weeks.
 * @returns 0..100 (today outside the window's range is clamped to it); undefined without history or range.
 * @source finance.md
 */
export function ivRank(history: readonly number[], today: number, window = IV_WINDOW_DAYS): number | undefined {
  const values = recent(history, window);
  if (values.length === 0 || !(today > 0)) return undefined;
  let low = Infinity;
  let high = -Infinity;
  for (const iv of values) {
    low = Math.min(low, iv);
    high = Math.max(high, iv);
  }
  if (!(high > low)) return undefined;
  return Math.min(100, Math.max(0, (100 * (today - low)) / (high - low)));
}

/**
 * Share of days of the window whose IV was below today's.
 * @returns 0..100; undefined without history.
 * @source finance.md
 */
export function ivPercentile(history: readonly number[], today: number, window = IV_WINDOW_DAYS): number | undefined {
  const values = recent(history, window);
  if (values.length === 0 || !(today > 0)) return undefined;
  return (100 * values.filter((iv) => iv < today).length) / values.length;
}
