/** Trading days in the default window: one year. */
const IV_WINDOW_DAYS = 252;

/** What today's IV is measured by. */
interface Window {
  /** Usable values in it. */
  count: number;
  low: number;
  high: number;
  /** How many lie below today's. */
  below: number;
}

/** Of the last `days` usable values. */
function windowOf(history: readonly number[], today: number, days: number): Window {
  const window = { count: 0, low: Infinity, high: -Infinity, below: 0 };
  for (let i = history.length - 1; i >= 0 && window.count < days; i--) {
    const iv = history[i] ?? NaN;
    if (!(iv > 0 && iv < Infinity)) continue;
    window.count += 1;
    window.low = Math.min(window.low, iv);
    window.high = Math.max(window.high, iv);
    if (iv < today) window.below += 1;
  }
  return window;
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
  const { low, high } = windowOf(history, today, window);
  if (!(today > 0 && high > low)) return undefined;
  return Math.min(100, Math.max(0, (100 * (today - low)) / (high - low)));
}

/**
 * Share of days of the window whose IV was below today's.
 * @returns 0..100; undefined without history.
 * @source finance.md
 */
export function ivPercentile(history: readonly number[], today: number, window = IV_WINDOW_DAYS): number | undefined {
  const { count, below } = windowOf(history, today, window);
  if (count === 0 || !(today > 0)) return undefined;
  return (100 * below) / count;
}
